# What the file tells about its inputs.
"$TEALIGHT" info three.pt --json > info.json
grep -q '"name": *"tokens"' info.json
grep -q 'float32\[1, 1258, 256\]' info.json
"$TEALIGHT" info three.pt | grep -F 'float32[10, 2, 2]'
"$TEALIGHT" info three.pt --graph three.svg --method forward > /dev/null
