"""The benchmark runs, and compares like with like."""

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
    rows = [line.split("|")[1].strip() for line in done.stdout.splitlines() if line.startswith("| ")]
    assert rows == ["command", "written by hand", "rubricate run", "copying"]
    assert done.stdout.splitlines()[-1].startswith("ratio_hand=")
    assert (BENCHMARKS / "RESULTS.md").read_bytes() == before


def test_command_without_a_name_is_refused():
    done = script("speed.py", "--quick", "--against", "program {corpus}")

    assert (done.returncode, done.stderr.splitlines()[-1]) == (
        2, 'speed.py: error: argument --against: "program {corpus}" is no NAME=COMMAND',
    )  # fmt: skip
