"""Each value of a ruleset is in some digest, or in the list of those that mean nothing."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from ruamel.yaml import YAML

from rubricate.annotator import load
from rubricate.errors import RulesetError
from rubricate.plugins.discovering import build_registry
from rubricate.versioning.pins import Pins, pin
from support.versions import FILES

RULESET = r"""
ruleset: burns
version: "1.0.0"
title: Burns, English
owners: [safety]
guideline: {id: guide, version: "1.0.0", file: guideline.md}
record:
  id: key
  text: [title, text]
  meta: {source: {type: enum, values: [shop, forum]}, price: {type: number, missing: [0], required: true}}
  derive: {head: {from: text, pattern: '/^.+$/m'}}
prepare: [{use: html_text}, {use: dedupe, by: [text]}]
fold: [nfkc, casefold]
labels:
  burn: {kind: span, cites: [s1], description: A burn}
  tone: {one_of: [calm, angry]}
  urgent: {kind: document, implies: [serious], excludes: [minor]}
  serious: {kind: document}
  minor: {kind: document}
dictionaries:
  heat: {file: heat.tsv, version: "1.0.0", types: {weight: number}}
matchers:
  hot: {use: dictionary, of: heat, take: longest, field: text}
  cue: {use: dictionary, terms: [not, never]}
  degree: {use: regex, pattern: '/\b\d+ ?degrees\b/i', fold: true}
  code: {use: regex, pattern: '/\d{6,}/', check: luhn}
contexts:
  negated: {cue: cue, direction: before, window: 6 words, stop: clause}
let:
  hot_body: 'hot near "hand" within 8 words'
cascade: [{stage: first, runs: [dictionary]}, {stage: then, runs: [regex], when: 'hot'}]
accept: 0.8
decide: {urgent: {accept: 0.7, low: 0.2, combine: noisy_or, if_none: review}, tone: {margin: 0.2}}
conflicts: {same_label_overlap: highest_score, overlap: keep_all}
rules:
  - id: burnt
    title: Heat close to the body
    label: burn
    cites: [s1]
    when: 'hot_body is not negated'
    emit: hot
    value: it.weight
    confidence: 0.9
    hit: ["he [[burn:scalded]] his hand"]
  - group: shop
    only: 'doc.source == "shop"'
    label: urgent
    rules:
      - {id: priced, priority: 1, when: 'doc.price > 10 and degree', confidence: 0.7}
  - {id: coded, status: draft, label: urgent, when: code, confidence: 0.8}
  - {id: furious, label: angry, when: '"outrageous" in head', confidence: 0.95}
otherwise: {label: calm, confidence: 0.6}
review: none
"""

MEANINGLESS = frozenset({"title", "owners.0", "rules.0.title", "rules.0.hit.0", "rules.1.group"})
"""What may change without a digest."""

REFUSED = frozenset(
    [
        "cascade.0.runs.0",
        "cascade.1.runs.0",
        "contexts.negated.cue",
        "dictionaries.heat.file",
        "guideline.file",
        "labels.burn.kind",
        "labels.minor.kind",
        "labels.serious.kind",
        "labels.tone.one_of.0",
        "labels.tone.one_of.1",
        "labels.urgent.kind",
        "matchers.code.use",
        "matchers.cue.use",
        "matchers.degree.use",
        "matchers.hot.of",
        "matchers.hot.use",
        "prepare.0.use",
        "prepare.1.use",
        "record.meta.price.type",
        "record.meta.source.type",
        "record.meta.source.values.0",
        "record.text.1",
        "review",
        "rules.0.emit",
        "rules.0.label",
    ]
)
"""What cannot change alone, as something else names it or stands beside it."""

INSTEAD = {
    "doc.source": 'doc.source != "shop"', "html_text": None, "dedupe": None, "longest": "all", "noisy_or": "mean",
    "highest_score": "longest", "keep_all": "longest", "draft": "stable", "before": "after", "6 words": "7 words",
    "clause": "sentences", "review": "no", "none": "human", "span": "document", "luhn": "iban", "enum": "text",
    "number": "text", "nfkc": "quotes", "casefold": "quotes", "urgent": "serious", "calm": "angry", "angry": "minor",
    "s1": "s2", "then": "later", "title": "body", "text": "title", "burn": "minor",
    "/^.+$/m": "/^.+/", "serious": "minor", "minor": "serious", "hot": "cue", "code": "hot", "it.weight": "it.text",
}  # fmt: skip
"""Value -> another one that can stand in its place."""

REGISTRY = build_registry()


def leaves(node: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each scalar."""
    parts = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    if not parts and not isinstance(node, dict | list):
        yield way
    for key, part in parts:
        yield from leaves(part, (*way, key))


def other(value: Any) -> Any:
    """Another value of the same kind."""
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case float():
            return round(value - 0.05, 4)
    if value in INSTEAD:
        return INSTEAD[value]
    if value[:1] == "/":
        return value.replace("\\", "x?\\", 1)
    if " " in value:
        return f'({value}) and "more"'
    return f"{value}s"


def pins_of(folder: Path, tree: Any) -> Pins | None:
    """The digests of a ruleset; None of one that cannot be loaded."""
    folder.mkdir(exist_ok=True)
    for name, content in FILES.items():
        (folder / name).write_text(content, encoding="utf-8")
    (folder / "ruleset.yaml").write_bytes(orjson.dumps(tree))  # JSON is YAML
    try:
        rules = load(folder / "ruleset.yaml", registry=REGISTRY)
    except RulesetError:
        return None
    return pin(rules.plan, rules.registry)


TREE = YAML(typ="safe", pure=True).load(RULESET)


def test_each_value_is_in_a_digest_or_means_nothing(tmp_path):
    before = pins_of(tmp_path, TREE)
    assert before is not None
    same, refused = set(), set()
    for way in leaves(TREE):
        tree = copy.deepcopy(TREE)
        *inner, last = way
        node = tree
        for key in inner:
            node = node[key]
        node[last] = other(node[last])
        after = pins_of(tmp_path, tree)
        if after is None:
            refused.add(".".join(map(str, way)))
        elif after == before:
            same.add(".".join(map(str, way)))

    assert (same, refused) == (MEANINGLESS, REFUSED)
