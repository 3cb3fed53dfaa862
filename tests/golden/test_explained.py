"""What is said about the part of a ruleset that each page shows as one to avoid, word for word."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rubricate.annotator import check
from rubricate.linting.pages import PAGES, Page
from rubricate.plugins.discovering import build_registry
from rubricate.registry import Registry
from rubricate.reporting.problems import render_problems
from support.pages import write_example

FOLDER = Path(__file__).parent / "explained"
SHOWN = [page for page in PAGES.values() if page.avoid is not None]


@pytest.fixture(scope="module")
def registry() -> Registry:
    return build_registry()


@pytest.mark.parametrize("page", SHOWN, ids=lambda page: page.code)
def test_problems_are_reported_word_for_word(
    page: Page, registry: Registry, update_golden: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = write_example(Path(), page.avoid or "", {**page.files, **page.avoid_files})

    problems = [found for found in check(path, registry=registry)[1] if found.code == page.code]

    files = {found.location.path for found in problems} | {
        note.location.path for found in problems for note in found.notes
    }
    text = render_problems(problems, {name: Path(name).read_text(encoding="utf-8") for name in files})
    text = re.sub(r"(about|over) [0-9,]+ us/KB", r"\1 N us/KB", text)  # what was measured here
    expected = FOLDER / f"{page.code.lower()}.txt"
    if update_golden:
        expected.parent.mkdir(exist_ok=True)
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text(encoding="utf-8")


def test_every_page_that_shows_something_has_its_words() -> None:
    assert {path.stem.upper() for path in FOLDER.glob("*.txt")} == {page.code for page in SHOWN}
