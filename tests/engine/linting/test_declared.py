"""Labels, thresholds, contexts, terms, stages."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.lints import codes_of, problems_for

RULE = "rules:\n  - {{id: asks, label: spam, when: '\"subscribe\"', confidence: {confidence}}}\n"


def threshold(tmp_path: Path, yaml: str, confidence: object) -> list[tuple[str, int]]:
    return codes_of(tmp_path, f"labels: [spam, ham]\n{yaml}\n" + RULE.format(confidence=confidence))


@pytest.mark.parametrize(
    ("yaml", "confidence"),
    [
        ("decide: {spam: {accept: 0.95}}", 0.9),
        ("decide: {labels: {accept: 0.95}}", 0.5),
        ("decide: {'s*': {accept: 0.95}}", "'0.9 if \"now\" else 0.8'"),
        ("accept: 0.85", 0.8),
        ("review: none\notherwise: {label: ham, confidence: 0.9}", 0.3),
    ],
)
def test_a_threshold_that_no_vote_reaches_is_told(yaml: str, confidence: object, tmp_path: Path) -> None:
    assert [code for code, _ in threshold(tmp_path, yaml, confidence)] == ["R108"]


@pytest.mark.parametrize(
    ("yaml", "confidence"),
    [
        ("accept: 0.85", 0.85),
        ("accept: 0.85", 0.5),  # left to people
        ("decide: {spam: {accept: 0.5}}", 0.5),
        ("decide: {spam: {accept: 0.95, combine: noisy_or}}", 0.9),
        ("decide: {labels: {accept: 0.6, combine: majority}}", 0.5),
        ("accept: 0.85", "'0.9 if \"now\" else 0.5'"),
        ("cascade: [{stage: all, runs: [dictionary], accept: 0.7}]", 0.75),
    ],
)
def test_a_threshold_in_reach_is_left_alone(yaml: str, confidence: object, tmp_path: Path) -> None:
    assert threshold(tmp_path, yaml, confidence) == []


def test_a_label_that_only_otherwise_votes_for_may_stay_a_suggestion(tmp_path: Path) -> None:
    assert threshold(tmp_path, "otherwise: {label: ham, confidence: 0.8}", 0.9) == []


@pytest.mark.parametrize(
    ("decide", "expected"),
    [
        ("accept: 0", ["R136"]),
        ("accept: 0.5, low: 0.5", ["R136"]),
        ("accept: 0.5, low: 0.3", []),
        ("margin: 0.95", ["R108"]),
        ("margin: 0.5", []),
    ],
)
def test_thresholds_that_mean_nothing_are_told(decide: str, expected: list[str], tmp_path: Path) -> None:
    assert [code for code, _ in threshold(tmp_path, f"decide: {{labels: {{{decide}}}}}", 0.9)] == expected


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ("{a: {implies: [b], excludes: [b]}, b: {kind: document}}", ["R131"]),
        ("{a: {implies: [b]}, b: {implies: [c]}, c: {excludes: [a]}}", ["R131"]),
        ("{a: {implies: [b]}, b: {excludes: [c]}, c: {kind: document}}", []),
        ("{a: {excludes: [b]}, b: {kind: document}}", []),
    ],
)
def test_labels_that_fall_with_what_they_imply_are_told(labels: str, expected: list[str], tmp_path: Path) -> None:
    yaml = f"labels: {labels}\nrules:\n  - {{id: asks, label: a, when: '\"x y\"', confidence: 0.9}}\n"

    assert [code for code, _ in codes_of(tmp_path, yaml)] == expected


TABLE = """\
dictionaries: {words: {file: words.tsv}}
matchers: {word: {use: dictionary, of: words}}
labels: [spam, ham]
"""
USED = TABLE + "rules:\n  - {id: asks, label: spam, when: word, confidence: 0.9}\n"
CUE = (
    TABLE + "contexts: {denied: {cue: word, direction: before, window: 3 words}}\n"
    "rules:\n  - {id: asks, label: spam, when: '\"sale\" is not denied', confidence: 0.9}\n"
)


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("x", ['R117 "x" is a single letter']),
        ("the", ['R117 "the" stands in nearly every text']),
        ("7", ['R117 "7" is a single digit']),
        ("sаle", ['R118 "sаle" mixes scripts: "а" is a Cyrillic letter (U+0430)']),
        ("дoм", ['R118 "дoм" mixes scripts: "o" is a Latin letter (U+006F)']),
        ("東京", ['R119 "東京" is found inside longer words too: its script has no spaces']),
    ],
)
def test_terms_that_find_too_much_or_nothing_are_told(term: str, expected: list[str], tmp_path: Path) -> None:
    found = problems_for(tmp_path, USED, **{"words.tsv": f"term\nbargain\n{term}\n"})

    assert [f"{each.code} {each.message}" for each in found] == expected


@pytest.mark.parametrize("term", ["theme", "kΩ", "TNFα", "😀", "дом", "SMS-ка", "C++", "no"])
def test_terms_that_are_meant_so_are_left_alone(term: str, tmp_path: Path) -> None:
    assert codes_of(tmp_path, USED, **{"words.tsv": f"term\nbargain\n{term}\n"}) == []


def test_cues_may_be_words_that_stand_everywhere(tmp_path: Path) -> None:
    assert codes_of(tmp_path, CUE, **{"words.tsv": "term\nnot\nof\n"}) == []


def test_many_weak_terms_are_told_in_eleven_lines(tmp_path: Path) -> None:
    letters = "\n".join("bcdfghjklmnpqr")

    found = problems_for(tmp_path, USED, **{"words.tsv": f"term\n{letters}\n"})

    assert len(found) == 11
    assert found[-1].message == '4 more terms of "words" like those above'
    assert found[-1].help == found[0].help == "remove it, or add it to a list of words to skip"


def test_a_context_that_a_let_names_is_used(tmp_path: Path) -> None:
    yaml = """\
    labels: [spam, ham]
    contexts: {denied: {cue: '"no" or "not"', direction: before, window: 3 words}}
    let: {sale: '"sale" is not denied'}
    rules:
      - {id: asks, label: spam, when: sale, confidence: 0.9}
    """

    assert codes_of(tmp_path, yaml) == []
