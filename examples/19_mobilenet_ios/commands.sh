# The forgotten eval(): found in the finished file, with the layers, and repaired.
if "$TEALIGHT" check forgotten.pt > check.txt; then echo "check found nothing"; exit 1; fi
grep -q 'features.0.1: aten::batch_norm' check.txt
"$TEALIGHT" edit forgotten.pt repaired.pt rand:2,3,64,64 --eval
"$TEALIGHT" check repaired.pt > /dev/null
"$TEALIGHT" check model.pt > /dev/null
