"""Runs over photographs, in processes of their own, and what they tell: routes, stages, and the file in COCO's form."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

__all__ = ["records", "run", "tell_coco", "tell_routes", "tell_stages", "write"]


def write(path: Path, ruleset: Mapping[str, object]) -> Path:
    """A ruleset as a file; JSON is YAML."""
    path.write_text(json.dumps(ruleset), encoding="utf-8")
    return path


def run(ruleset: Path, dump: Path, out: Path, images: Path) -> dict[str, Any]:
    """The answer of `rubricate run --json`; in a process of its own, so that times are those of a run."""
    command = [sys.executable, "-m", "rubricate", "run", str(ruleset), str(dump), "--out", str(out), "--json"]
    began = time.perf_counter()
    done = subprocess.run([*command, "--images", str(images)], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        sys.exit(done.stderr or done.stdout)
    answer: dict[str, Any] = json.loads(done.stdout)
    answer["wall"] = time.perf_counter() - began
    return answer


def records(out: Path, *folders: str) -> Iterator[dict[str, Any]]:
    """The records in parts of a run."""
    for folder in folders:
        for path in sorted((out / folder).glob("*.jsonl")):
            for line in path.read_text(encoding="utf-8").splitlines():
                yield json.loads(line)


def tell_routes(answer: Mapping[str, Any]) -> None:
    """Where the records went, and why some were not labelled."""
    counts = answer["counts"]
    print("| route | records | |\n|---|--:|---|")
    for route, number in counts["routes"].items():
        if not number:
            continue
        why = counts.get(route, {}) if route in ("dropped", "quarantined") else {}
        told = ", ".join(f"{reason} {count}" for reason, count in sorted(why.items()) if count)
        print(f"| {route} | {number} | {told} |")
    print()


def tell_stages(out: Path, answer: Mapping[str, Any]) -> None:
    """What each stage was asked and closed, at which mean score, cost and time."""
    from rubricate.running.run_log import stage_seconds

    seconds = stage_seconds(out)
    print("| stage | records | settled | mean score | cost | seconds |\n|---|--:|--:|--:|--:|--:|")
    for stage in answer["counts"]["stages"]:
        mean = stage["scores"] / stage["scored"] if stage["scored"] else None
        shown = "" if mean is None else f"{mean:.2f}"
        name = stage["name"]
        print(f"| {name} | {stage['asked']} | {stage['closed']} | {shown} | 0 | {seconds.get(name, 0.0):.1f} |")
    print(f"\n{answer['wall']:.1f} s in all, with loading; models run here, so nothing is paid\n")


def tell_coco(out: Path, file: Path) -> Any:
    """Writes COCO and opens it with pycocotools."""
    command = [sys.executable, "-m", "rubricate", "export", str(out), "--to", "coco", "--out", str(file)]
    done = subprocess.run([*command, "--only", "all", "--force"], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr or done.stdout)
    with redirect_stdout(io.StringIO()):
        from pycocotools.coco import COCO

        opened = COCO(str(file))
    told = f"{len(opened.imgs)} images, {len(opened.anns)} boxes, {len(opened.cats)} categories"
    print(f"COCO, as pycocotools opens it: {told}\n")
    return opened
