"""Every code has a page, and what a page shows is so."""

from __future__ import annotations

from pathlib import Path

import pytest

from rubricate.annotator import check
from rubricate.linting.pages import PAGES, Page, codes_named
from rubricate.model.codes import CODES
from rubricate.plugins.discovering import build_registry
from rubricate.registry import Registry
from support.pages import write_example

SHOWN = [page for page in PAGES.values() if page.avoid is not None]


@pytest.fixture(scope="module")
def registry() -> Registry:
    return build_registry()


def test_every_code_has_a_page() -> None:
    assert list(PAGES) == sorted(CODES)


def test_a_page_without_an_example_says_why() -> None:
    assert [page.code for page in PAGES.values() if (page.avoid is None) != (page.unshown is not None)] == []
    assert [page.code for page in PAGES.values() if (page.avoid is None) != (page.prefer is None)] == []


@pytest.mark.parametrize("page", SHOWN, ids=lambda page: page.code)
def test_what_to_avoid_raises_the_code_and_no_other(page: Page, registry: Registry, tmp_path: Path) -> None:
    path = write_example(tmp_path, page.avoid or "", {**page.files, **page.avoid_files})

    assert _codes(path, page, registry) == {page.code}


@pytest.mark.parametrize("page", SHOWN, ids=lambda page: page.code)
def test_what_to_prefer_raises_nothing(page: Page, registry: Registry, tmp_path: Path) -> None:
    path = write_example(tmp_path, page.prefer or "", {**page.files, **page.prefer_files})

    assert _codes(path, page, registry) == set()


def _codes(path: Path, page: Page, registry: Registry) -> set[str]:
    """The codes raised, but for that of missing examples, which pages leave out where they are not the point."""
    _, problems = check(path, registry=registry)
    heard = {found.code for found in problems if found.silenced is None}
    return heard if page.code == "R102" else heard - {"R102"}


def test_codes_are_named_by_number_name_or_beginning() -> None:
    assert codes_named("r105") == codes_named("record-level-not") == {"R105"}
    assert codes_named("R10") == {code for code in CODES if code.startswith("R10")}
    assert codes_named("nothing-like-it") == frozenset()
