"""Imports the rules of other tools and runs those tools' own tests on them: `peers.py DATA_DIR`.

DATA_DIR holds these folders, whichever of them is there:

- `peers-crawler-user-agents/crawler-user-agents.json`: each pattern must find all its instances;
- `peers-gitleaks/gitleaks.toml`: each rule must be taken over, or left out with a reason;
- `peers-uap-core/{regexes,test_ua,test_os}.yaml`: each test must come out equal;
- `spam-sms/{rules.tsv,train.csv,valid.csv}`: how many messages are decided, and how many of those rightly.
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import rubricate
from rubricate.importing.describing import all_files
from rubricate.importing.imported import Imported, Wishes
from rubricate.importing.kinds import find_importer
from rubricate.importing.writing import write_folder

UAP_COLUMNS = ("family", "major", "minor", "patch")


def make(kind: str, file: Path, out: Path, **wishes: object) -> Imported:
    imported = find_importer(kind).make(file, Wishes(**wishes))
    write_folder(out, all_files(imported, kind=kind, file=file, licence=None, source=None))
    return imported


def crawlers(data: Path, out: Path) -> Iterator[str]:
    file = data / "crawler-user-agents.json"
    imported = make("crawler-user-agents", file, out)
    entries = json.loads(file.read_text(encoding="utf-8"))
    lines = {line.split("\t")[0]: number for number, line in
             enumerate((out / "dict/crawlers.tsv").read_text(encoding="utf-8").splitlines(), 1)}  # fmt: skip
    pairs = [(agent, lines.get(entry["pattern"])) for entry in entries for agent in entry["instances"]]
    annotator = rubricate.load(out / "ruleset.yaml")
    found = missed = 0
    records = ({"id": f"{number}", "user_agent": agent} for number, (agent, _) in enumerate(pairs))
    for record, (_, line) in zip(annotator.annotate(records), pairs, strict=True):
        rows = {each["row"] for a in record.said["annotations"] for vote in a["votes"] for each in vote["evidence"]}
        found += line in rows
        missed += line not in rows
    yield f"{imported.taken} of {imported.rules} patterns; {found} instances found by their pattern, {missed} missed"


def gitleaks(data: Path, out: Path) -> Iterator[str]:
    imported = make("gitleaks", data / "gitleaks.toml", out)
    rubricate.load(out / "ruleset.yaml")
    yield f"{imported.taken} of {imported.rules} rules"
    for remark in imported.remarks:
        yield f"{remark.id}: {remark.what}: {remark.reason}"


def user_agents(data: Path, out: Path) -> Iterator[str]:
    from ruamel.yaml import YAML

    imported = make("uap", data / "regexes.yaml", out)
    started = time.process_time()
    annotator = rubricate.load(out / "ruleset.yaml")
    yield f"{imported.taken} of {imported.rules} patterns, loaded in {time.process_time() - started:.1f} s"
    for name, label in (("test_ua.yaml", "browser"), ("test_os.yaml", "os")):
        cases = YAML(typ="safe").load((data / name).read_text(encoding="utf-8"))["test_cases"]
        started = time.process_time()
        records = ({"id": f"{number}", "user_agent": case["user_agent_string"]} for number, case in enumerate(cases))
        different = []
        for case, record in zip(cases, annotator.annotate(records), strict=True):
            value = next((each.value for each in record.annotations if each.label == label), None) or {}
            assert isinstance(value, dict)
            columns = (*UAP_COLUMNS, *(["patch_minor"] if "patch_minor" in case else []))
            wanted = {column: case[column] or None for column in columns}  # the tests write nothing in two ways
            given = {"family": "Other", **dict.fromkeys(columns[1:]), **{c: value[c] for c in columns if c in value}}
            if wanted != given:
                different.append((case["user_agent_string"], wanted, given))
        seconds = time.process_time() - started
        yield f"{name}: {len(cases) - len(different)} of {len(cases)} equal, in {seconds:.1f} s"
        yield from (f"  {agent!r}: {wanted} wanted, {given} given" for agent, wanted, given in different[:10])


def sms(data: Path, out: Path) -> Iterator[str]:
    imported = make("rules-tsv", data / "rules.tsv", out, name="sms-spam")
    yield f"{imported.taken} of {imported.rules} rules"
    annotator = rubricate.load(out / "ruleset.yaml")
    for name in ("train.csv", "valid.csv"):
        with (data / name).open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        records = ({"id": f"{number}", "text": row["text"]} for number, row in enumerate(rows))
        decided: Counter[tuple[str, str]] = Counter()
        voted = 0
        for row, record in zip(rows, annotator.annotate(records), strict=True):
            accepted = [label for label, said in record.decisions.items() if said == "accepted"]
            decided.update((row["label"], label) for label in accepted)
            voted += bool(record.votes)
        total, right = decided.total(), decided["spam", "spam"] + decided["ham", "ham"]
        spam, said_spam = sum(row["label"] == "spam" for row in rows), decided["spam", "spam"] + decided["ham", "spam"]
        yield (
            f"{name}: a vote on {voted} of {len(rows)} ({voted / len(rows):.1%}), decided {total}, "
            f"right {right / total:.1%}, spam precision {decided['spam', 'spam'] / said_spam:.1%}, "
            f"recall {decided['spam', 'spam'] / spam:.1%}"
        )


PEERS = {
    "peers-crawler-user-agents": crawlers,
    "peers-gitleaks": gitleaks,
    "peers-uap-core": user_agents,
    "spam-sms": sms,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    data = parser.parse_args().data
    with tempfile.TemporaryDirectory() as temp:
        for folder, run in PEERS.items():
            if (data / folder).is_dir():
                print(folder)
                for line in run(data / folder, Path(temp) / folder):
                    print(f"  {line}", flush=True)


if __name__ == "__main__":
    main()
