"""Options of the test run."""

from __future__ import annotations

import os
import shutil
import tempfile

import pytest

os.environ["RUBRICATE_CACHE"] = "off"  # no test rests on what an earlier one left behind

pytest_plugins = ["pytester", "rubricate_pytest"]
collect_ignore_glob = ["*.yaml", "*.yml"]  # rulesets below this folder are the matter of tests, and no tests themselves


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the expected files of golden tests")
    parser.addoption("--torture-seconds", type=float, default=120.0, help="time for each test that tortures at random")
    parser.addoption("--torture-kills", type=int, default=200, help="how often runs are killed at any time")
    parser.addoption("--torture-seed", type=int, default=None, help="what chance begins with, to see a failure again")


def pytest_configure(config: pytest.Config) -> None:
    """Where Python is told to write no compiled modules, the processes that tests start share a folder of them."""
    if os.environ.get("PYTHONDONTWRITEBYTECODE") and not os.environ.get("PYTHONPYCACHEPREFIX"):
        folder = tempfile.mkdtemp(prefix="rubricate-compiled-")
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
        os.environ["PYTHONPYCACHEPREFIX"] = folder
        del os.environ["PYTHONDONTWRITEBYTECODE"]


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether expected files are rewritten."""
    return bool(request.config.getoption("--update-golden"))
