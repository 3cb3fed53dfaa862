"""Dying at a named place."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from rubricate import errors
from rubricate.storage.failpoints import NAMES

PROGRAM = """
from rubricate.storage.failpoints import check_fail_point, reach
check_fail_point()
for number in range(3):
    print(number, flush=True)
    reach("after_parts")
"""


def run(fail_point):
    engine = str(Path(errors.__file__).parents[1])
    environment = {**os.environ, "PYTHONPATH": engine, "RUBRICATE_FAIL_POINT": fail_point}
    return subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("fail_point", "printed", "status"),
    [
        ("after_parts:2", "0\n1\n", -signal.SIGKILL),
        ("after_parts", "0\n", -signal.SIGKILL),
        ("after_receipt:1", "0\n1\n2\n", 0),
        ("", "0\n1\n2\n", 0),
    ],
    ids=["second", "first", "elsewhere", "unset"],
)
def test_process_dies_at_the_counted_pass(fail_point, printed, status):
    done = run(fail_point)

    assert (done.stdout, done.returncode) == (printed, status)


def test_unknown_place_is_an_error():
    done = run("after_lunch:1")

    assert 'RUBRICATE_FAIL_POINT: there is no fail point "after_lunch"' in done.stderr


def test_every_place_that_has_a_name_is_passed_somewhere():
    engine = Path(errors.__file__).parent
    passed = {
        name
        for path in engine.rglob("*.py")
        for name in re.findall(r'(?:\breach\(|fail_point=)"(\w+)"', path.read_text())
    }

    assert passed == NAMES
