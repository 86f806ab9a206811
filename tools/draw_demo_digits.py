#!/usr/bin/python3
"""Draws the demo's pictures, examples/demo/0.png to 9.png: digits by strokes of our own, no font, in several inks.

usage: tools/draw_demo_digits.py [FOLDER]        needs python3-pil
"""
import math
import pathlib
import sys

from PIL import Image, ImageDraw

SIZE = 64    # pixels of a picture
FINE = 8     # drawn this many times larger, then reduced: smooth edges


def arc(x, y, rx, ry, start, end):
    """Points of an ellipse's arc; angles in degrees, 0 at three o'clock, clockwise."""
    steps = 40
    angles = (math.radians(start + (end - start) * i / steps) for i in range(steps + 1))
    return [(x + rx * math.cos(a), y + ry * math.sin(a)) for a in angles]


# Strokes in a unit square, y down. A stroke is a list of points.
DIGITS = {
    0: [arc(.5, .5, .24, .38, -90, 270)],
    1: [[(.36, .28), (.53, .12), (.53, .88)]],
    2: [arc(.5, .34, .22, .22, -165, 30) + [(.28, .87), (.76, .87)]],
    3: [arc(.47, .31, .22, .19, -150, 80) + arc(.47, .69, .25, .20, -85, 150)],
    4: [[(.50, .10), (.24, .58), (.80, .58)], [(.62, .38), (.56, .90)]],
    5: [[(.72, .13), (.36, .13), (.32, .45)] + arc(.47, .64, .24, .23, -130, 145)],
    6: [[(.62, .11), (.46, .26), (.33, .48)] + arc(.5, .67, .20, .20, 195, 540)],
    7: [[(.26, .14), (.74, .14), (.44, .88)], [(.34, .51), (.70, .51)]],
    8: [arc(.5, .30, .17, .18, 90, 450), arc(.5, .68, .22, .20, -90, 270)],
    9: [arc(.48, .33, .20, .21, 0, 360) + [(.66, .50), (.58, .88)]],
}
INKS = [("#1c1c28", "#fbf7ec"), ("#1f4fa8", "#ffffff"), ("#f4f1de", "#27423a"), ("#8c1c13", "#f6efe2")]


def draw(strokes, ink, paper, width=.085):
    picture = Image.new("RGB", (SIZE * FINE, SIZE * FINE), paper)
    pen = ImageDraw.Draw(picture)
    radius = width * SIZE * FINE / 2
    for stroke in strokes:
        points = [(x * SIZE * FINE, y * SIZE * FINE) for x, y in stroke]
        pen.line(points, fill=ink, width=round(2 * radius), joint="curve")
        for x, y in (points[0], points[-1]):   # round ends
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=ink)
    return picture.resize((SIZE, SIZE), Image.LANCZOS)


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "examples/demo")
    for digit, strokes in DIGITS.items():
        ink, paper = INKS[digit % len(INKS)]
        draw(strokes, ink, paper).save(folder / f"{digit}.png", optimize=True)


if __name__ == "__main__":
    main()
