"""Each folder of `bad_input/` holds files, the commands in commands.txt, and what is printed and quarantined.

A command that could not run (exit code 2) leaves every file and folder as it was; one that could keeps the law.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import orjson
import pytest

from support.command import call, tree

CASES = sorted(path.parent for path in (Path(__file__).parent / "bad_input").glob("*/commands.txt"))
EXPECTED = ("commands.txt", "printed.txt", "quarantine.jsonl")
RULESET = """\
ruleset: bad-input
version: "1.0.0"
record:
  text: [text]
labels: [spam, ham]
rules:
  - {id: asks, label: spam, when: '"subscribe"', confidence: 0.95}
  - {id: song, label: ham, when: '"song"', confidence: 0.95}
"""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_bad_input_is_refused_or_quarantined(
    case: Path, tmp_path: Path, update_golden: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "case"
    shutil.copytree(case, folder, ignore=shutil.ignore_patterns(*EXPECTED))
    if not (folder / "ruleset.yaml").exists():
        (folder / "ruleset.yaml").write_text(RULESET, encoding="utf-8")
    monkeypatch.chdir(folder)

    found = {"printed.txt": _transcript(case, folder), "quarantine.jsonl": _quarantine(folder / "out")}

    for name, text in found.items():
        expected = case / name
        if update_golden:
            expected.write_text(text, encoding="utf-8") if text else expected.unlink(missing_ok=True)
        assert text == (expected.read_text(encoding="utf-8") if expected.exists() else "")


def _transcript(case: Path, folder: Path) -> str:
    told = []
    for line in (case / "commands.txt").read_text(encoding="utf-8").splitlines():
        command, _, stdin = line.partition(" < ")
        before = tree(folder)
        called = call(*command.split(), stdin=(folder / stdin).read_bytes() if stdin else b"")
        if called.code == 2:
            assert tree(folder) == before, line
        assert "Traceback" not in called.err
        printed = re.sub(r"  [\d.]+ m?s\n", "\n", called.out) + called.err
        printed = re.sub(r'"[0-9a-f]{8}"', '"..."', printed)  # digests of plans
        told.append(f"$ rubricate {line}\n{printed}exit {called.code}\n")
    return "\n".join(told)


def _quarantine(out: Path) -> str:
    lines = [line for part in sorted(out.glob("quarantine/part-*")) for line in part.read_bytes().splitlines()]
    told = [orjson.loads(line)["rubricate"] for line in lines]
    return "".join(orjson.dumps({**said, "plan": "..."}).decode() + "\n" for said in told)
