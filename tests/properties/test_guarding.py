"""A matcher that is only called where a text it requires stands finds what it finds when it is called everywhere."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rubricate
from rubricate.annotator import Annotator
from rubricate.plugins.discovering import build_registry
from rubricate.registry import Registry
from support.backends import use_backend
from support.rulesets import write_text
from support.texts import hard_texts

PATTERNS = [
    r"/subscrib(e|ing)/i", r"/\bcafe\b/", r"/café/i", r"/(?:www|http)s?:\S+/i", r"/kissing?/i", r"/istanbul/i", r"/strasse|straße/i",
    r"/[A-Z]{2}note/", r"/(?<=un)kind(?=ly)/", r"/colou?r/", r"/x{0}abcde/", r"/fi(sh|nd)/i", r"/ﬁne/i", r"/\$ ?\d+ off/i", r"/ab.{0,3}cde$/m",
]  # fmt: skip
WORDS = [
    "SUBSCRIBE", "ſubscribe", "KISSING", "Kissing", "İstanbul", "ıstanbul", "ISTANBUL", "istanbul", "Straße", "STRASSE", "café", "cafe\u0301",
    "CAFÉ", "cafe", "unkindly", "ﬁne", "fine", "FISH", "ﬁsh", "colour", "color", "$ 5 OFF", "ab12cde", "ABnote", "https://x.y", "abcde",
]  # fmt: skip


def unguarded(registry: Registry) -> Registry:
    kinds: Mapping = {
        name: replace(kind, required_literals=None, wider=None) for name, kind in registry.matchers.items()
    }
    return replace(registry, matchers=MappingProxyType(dict(kinds)))


@pytest.fixture(scope="module", params=["plain", "fast"])
def both(tmp_path_factory, request) -> Iterator[tuple[Annotator, Annotator]]:
    with pytest.MonkeyPatch.context() as patch:
        use_backend(patch, request.param)
        yield make_both(tmp_path_factory)


def make_both(tmp_path_factory) -> tuple[Annotator, Annotator]:
    yaml = "labels: {found: {kind: span}}\nconflicts: {same_label_overlap: keep_all}\nmatchers:\n"
    yaml += "".join(f"  m{n}: {{use: regex, pattern: '{pattern}'}}\n" for n, pattern in enumerate(PATTERNS))
    yaml += "rules:\n" + "".join(
        f"  - {{id: r{n}, label: found, when: m{n}, confidence: 0.9}}\n" for n in range(len(PATTERNS))
    )
    path = write_text(tmp_path_factory.mktemp("guarding"), yaml)
    registry = build_registry()
    return rubricate.load(path), rubricate.load(path, registry=unguarded(registry))


def test_matchers_are_guarded_where_something_is_known_of_them(both):
    guarded, free = both

    assert guarded.plan.stages[0].guard is not None
    assert free.plan.stages[0].guard is None


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(WORDS), hard_texts()), max_size=6), st.sampled_from(["", " ", "\u0301", "-"]))
def test_a_guarded_matcher_finds_what_it_finds_everywhere(both, parts, between):
    guarded, free = both
    text = between.join(parts) or "nothing"

    assert guarded.annotate_one(text).said["annotations"] == free.annotate_one(text).said["annotations"]
