"""The benchmark runs, and compares like with like."""

import json
import re
import subprocess
import sys
from pathlib import Path

import rubricate

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def script(name, *arguments):
    command = [sys.executable, str(BENCHMARKS / name), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_ruleset_it_makes_asks_nobody(tmp_path):
    script("corpus.py", tmp_path, 3, 30)
    script("ruleset_of.py", tmp_path / "terms.txt", tmp_path / "patterns.json", tmp_path / "ruleset")

    rules = rubricate.load(tmp_path / "ruleset" / "ruleset.yaml")

    assert rules.ruleset.review is False


def test_quick_compares_every_command_and_leaves_the_results_alone():
    before = (BENCHMARKS / "RESULTS.md").read_bytes()
    copies = f'{sys.executable} -c \'import shutil; shutil.copy("{{corpus}}", "{{out}}")\''

    done = script("speed.py", "--quick", "--records", 5, "--terms", 20, "--against", f"copying={copies}")

    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    rows = [
        line.split("|")[1].strip() for line in lines[: lines.index("| ratio | measured | goal |")] if line[:2] == "| "
    ]
    ours = ["rubricate run", "by hand, pure", "rubricate run, plain", "by hand, loop", "rubricate run, labels only"]
    assert [row for row in rows if row in (*ours, "copying")] == [*ours, "copying"]
    assert re.fullmatch(r"ratio_(re2|pure)=\d+\.\d\d", lines[-1])
    assert (BENCHMARKS / "RESULTS.md").read_bytes() == before


def test_engines_written_by_hand_find_the_same(tmp_path):
    script("corpus.py", tmp_path, 60, 200)
    files = [tmp_path / name for name in ("corpus.jsonl", "terms.txt", "patterns.json")]

    told = [json.loads(script("limit.py", engine, *files, tmp_path / engine).stdout) for engine in ("pure", "loop")]

    assert told[0]["hits"] == told[1]["hits"]
    assert [one["records"] for one in told] == [60, 60]


def test_a_tool_that_is_not_there_is_skipped_by_name(tmp_path):
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho yara\nexit 3\n")
    python.chmod(0o755)
    others = [part for tool in ("snorkel", "spacy", "presidio") for part in ("--python", f"{tool}={python}")]

    done = script("speed.py", "--quick", "--records", 3, "--terms", 20, "--python", f"yara={python}", *others)

    assert "skipped: yara (no package yara)" in done.stdout.splitlines()


def test_command_without_a_name_is_refused():
    done = script("speed.py", "--quick", "--against", "program {corpus}")

    assert (done.returncode, done.stderr.splitlines()[-1]) == (
        2, 'speed.py: error: argument --against: "program {corpus}" is no NAME=COMMAND',
    )  # fmt: skip
