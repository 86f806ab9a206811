# The runs side by side, best first.
"$TEALIGHT" runs digits --sort accuracy | tee runs.txt
grep -q quick runs.txt && grep -q slow runs.txt
"$TEALIGHT" runs digits --json | python3 -c 'import json, sys; assert len(json.load(sys.stdin)) == 2'
