"""A matcher with `labels:` votes without a rule: its classes are mapped to labels."""

import re

import pytest

import rubricate
from rubricate.api import MatcherKind, hookimpl
from rubricate.plugins.discovering import build_registry
from support.rulesets import votes_of, write_text

CLASSES = {"ACME": ("ORG", 0.9), "Rome": ("PLACE", 0.4), "Anna": ("PERSON", 0.7)}


class _Names:
    """Finds three names, each with its class and score."""

    def __init__(self, specs):
        self.specs = specs

    def scan(self, batch):
        return [[
            (spec.name, field, found.start(), found.end(), CLASSES[found[0]][1], {"type": CLASSES[found[0]][0]})
            for spec in self.specs for field, text in document.clean.items()
            for found in re.finditer("|".join(CLASSES), text)
        ] for document in batch]  # fmt: skip


class Plugin:
    """Kinds with classes, one with scores and one without."""

    @staticmethod
    @hookimpl
    def register_matchers():
        known = {
            "columns": lambda spec: {"type": "text"}, "compile": _Names, "classes": "type",
            "outputs": lambda spec: frozenset({"ORG", "PLACE", "PERSON"}),
        }  # fmt: skip
        return [
            MatcherKind(name="names", help="names with scores", scores=True, **known),
            MatcherKind(name="plain", help="names without scores", **known),
        ]


REGISTRY = build_registry(extra=[Plugin])
LABELS = "labels: {company: {kind: span}, place: {kind: span}, who: {one_of: [human, thing]}}\n"


def votes(tmp_path, matcher, text="Anna left ACME in Rome"):
    path = write_text(tmp_path, LABELS + f"matchers: {{ner: {matcher}}}\n")
    return votes_of(rubricate.load(path, registry=REGISTRY).annotate_one(text))


def problems(tmp_path, matcher):
    _, found = rubricate.check(write_text(tmp_path, LABELS + f"matchers: {{ner: {matcher}}}\n"), registry=REGISTRY)
    return [(each.code, each.message) for each in found if each.is_error]


def test_a_class_votes_for_its_label_with_its_score(tmp_path):
    assert votes(tmp_path, "{use: names, labels: {ORG: company}}") == [("ner: ORG", "company", 0.9)]


def test_a_confidence_may_be_said_for_a_class(tmp_path):
    found = votes(tmp_path, "{use: plain, labels: {ORG: {label: company, confidence: 0.8}}}")

    assert found == [("ner: ORG", "company", 0.8)]


def test_an_independent_label_wants_a_least_score(tmp_path):
    assert votes(tmp_path, "{use: names, labels: {PLACE: place}}") == []
    assert votes(tmp_path, "{use: names, min_score: 0.3, labels: {PLACE: place}}") == [("ner: PLACE", "place", 0.4)]


def test_every_class_of_a_set_is_voted_for(tmp_path):
    found = votes(tmp_path, "{use: names, labels: {PERSON: human, PLACE: thing}}")

    assert found == [("ner: PERSON", "human", 0.7), ("ner: PLACE", "thing", 0.4)]


@pytest.mark.parametrize(
    ("matcher", "problem"),
    [
        ("{use: names, labels: {ORGS: company}}", ("R041", '"ner" gives no class "ORGS"')),
        ("{use: names, labels: {ORG: firm}}", ("R030", 'the label "firm" is not declared')),
        (
            "{use: plain, labels: {ORG: company}}",
            ("R011", 'the class "ORG" lacks "confidence", as the matches of "plain" have no score'),
        ),
        (
            "{use: dictionary, terms: [a], labels: {a: company}}",
            ("R041", 'the matches of "dictionary" have no classes, so "labels" means nothing here'),
        ),
        ("{use: names, min_score: 0.5}", ("R041", '"min_score" means nothing without "labels" and scores')),
    ],
)
def test_what_cannot_vote_is_an_error(tmp_path, matcher, problem):
    assert problems(tmp_path, matcher) == [problem]
