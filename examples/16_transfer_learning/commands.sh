# The command takes the file as it is: labels and the pictures' preparation are in it.
"$TEALIGHT" classify ants_bees.ptl drawn/val/bees/0.png --plain --top 2 > classified.txt
grep -q bees classified.txt
