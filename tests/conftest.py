"""Options of the test run."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester", "rubricate_pytest"]
collect_ignore_glob = ["*.yaml", "*.yml"]  # rulesets below this folder are the matter of tests, and no tests themselves


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the expected files of golden tests")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether expected files are rewritten."""
    return bool(request.config.getoption("--update-golden"))
