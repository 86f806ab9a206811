# The command draws the same classes over the picture.
"$TEALIGHT" segment deeplabv3.ptl scene.png --labels voc --out segmented.png > segmented.txt
grep -q background segmented.txt
test -s segmented.png
