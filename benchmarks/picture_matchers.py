"""Pictures a second of each matcher of images on one core, against its library called by hand on the same pictures.

    python benchmarks/picture_matchers.py FOLDER [--pictures N] [--rounds N] [--only WORD]

FOLDER holds images-clothing and, with texts on the pictures, images-grocery. Needs what `make models` installs. By hand
means: images of Pillow that are decoded already, as they are for the matchers, and numpy, OpenCV, rapidocr, or the same
model in batches of 16, its scores as lists. What needs no classifier has to come out the same. CLIP and the
classifier of transformers have random weights, and are as large as those that people use in small; only time is
measured. Rounds of both alternate; the figure is the median of CPU times, the goal at least 0.9 of the speed by hand.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"  # before torch is imported

import cv2
from comparing import Case, table
from picture_cases import plain_cases, reading_case
from picture_model_cases import model_cases
from pictures_asked import Asked


def main() -> None:
    """Prints a line for each matcher."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--pictures", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="matchers whose name holds this")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as folder:
        wanted = (each for each in cases(options.data, options.pictures, Path(folder)) if options.only in each.name)
        for line in table(wanted, options.rounds, "pictures"):
            print(line, flush=True)


def cases(data: Path, number: int, folder: Path) -> Iterator[Case]:
    """Those without a model, the reader of texts, and the models."""
    clothes = chosen(data / "images-clothing", number)
    asked = Asked.read(clothes)
    yield from plain_cases(asked, {f"known-{at}": path for at, path in enumerate(clothes[::4])})
    yield reading_case(Asked.read(chosen(data / "images-grocery", number)))
    yield from model_cases(asked, folder)


def chosen(folder: Path, number: int) -> list[Path]:
    """So many photographs, from everywhere in a folder."""
    paths = sorted(folder.rglob("*.jpg"))
    if not paths:
        raise SystemExit(f"there are no photographs in {folder}")
    return paths[:: max(1, len(paths) // number)][:number]


if __name__ == "__main__":
    main()
