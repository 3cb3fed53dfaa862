"""Digests of meaning: what leaves them as they are, and what does not."""

from __future__ import annotations

import dataclasses

import pytest

from support.versions import FILES, RULESET, differences, pins_of

SAME = {
    "the order of what is folded": ("labels:\n", "fold: [spaces, quotes, casefold, nfkc]\nlabels:\n"),
    "the order of keys of a record": (
        "{source: {type: text}, price: {type: number, missing: [0]}}",
        "{price: {missing: [0], type: number}, source: {type: text}}",
    ),
    "the order of contexts, matchers and lets": (
        "  body: 'any of (\"hand\", \"arm\", \"lid\")'\n  hot_body: 'hot near body within 8 words'\n",
        "  hot_body: 'hot near body within 8 words'\n  body: 'any of (\"hand\", \"arm\", \"lid\")'\n",
    ),
    "keys of a rule": ("{id: sale, when: 'count(\"buy now\" or \"sale\") >= 2', confidence: 0.9}",
                       "{confidence: 0.9, when: 'count(\"buy now\" or \"sale\") >= 2', id: sale}"),
    "a mapping in another layout": ("urgent: {kind: document}", "urgent:\n    kind: document"),
    "comments": ("\nrules:\n", "\n# about heat\nrules:   # four\n"),
    "title": ("title: Heat close to the body", "title: Something else"),
    "owners": ('version: "1.0.0"\n', 'version: "1.0.0"\nowners: [somebody]\n'),
    "examples": ('    hit: ["he [[burn:scalded]] his hand"]\n', ""),
    "order of keys": ("of: heat}", "take: all, of: heat}"),
    "default written out": ("label: angry, when:", "label: angry, priority: 0, status: stable, when:"),
    "white space in a condition": ("'hot near body within 8 words'", "'hot  near\n    body within 8 words'"),
    "parentheses": ("'hot near body within 8 words'", "'((hot) near (body) within 8 words)'"),
    "number written otherwise": ("confidence: 0.95", "confidence: 0.950"),
    "order of alternatives": ('"outrageous" or "never again"', '"never again" or "outrageous"'),
    "or as any of": ('"outrageous" or "never again" or degree', 'any of (degree, "outrageous", "never again")'),
    "order of conditions": ("doc.price > 10 and degree", "degree and doc.price > 10"),
    "group name": ("group: shop", "group: store"),
    "draft status among those that vote": ("label: angry, when:", "label: angry, status: test, when:"),
    "let renamed": ("hot_body", "heat_at_body"),
    "let put in place": (
        "when: 'hot_body is not negated'",
        "when: '(hot near any of (\"lid\", \"hand\", \"arm\") within 8 words) is not negated'",
    ),
    "context renamed": ("negated", "denied"),
    "table renamed": ("heat:", "warm:"),
    "only moved into when": (
        "- group: shop\n    only: 'doc.source == \"shop\"'\n    label: urgent\n    rules:\n      - {id: priced, when: 'doc.price",
        "- group: shop\n    label: urgent\n    rules:\n      - {id: priced, when: 'doc.source == \"shop\" and doc.price",
    ),
}  # fmt: skip


def edited(name, old, new):
    text = RULESET
    if name == "only moved into when":
        text = text.replace("- {id: sale, when: 'count", '- {id: sale, when: \'doc.source == "shop" and count')
        assert old.replace("\n", "") in text.replace("\n", "")
    if name == "table renamed":
        text = text.replace("of: heat", "of: warm")
    assert old in text
    return text.replace(old, new)


@pytest.mark.parametrize("name", SAME)
def test_what_means_the_same_has_the_same_digests(name, tmp_path):
    old, new = SAME[name]
    before, after = pins_of(tmp_path / "a"), pins_of(tmp_path / "b", edited(name, old, new))

    keys = ("rules", "labels", "settings")
    assert {key: getattr(after, key) for key in keys} == {key: getattr(before, key) for key in keys}
    assert {t.digest for t in after.tables.values()} == {t.digest for t in before.tables.values()}


OTHER = {
    "a window": ("within 8 words", "within 9 words", {"burnt"}),
    "a guard": ("hot_body is not negated", "hot_body", {"burnt"}),
    "a term in place": ('"lid"', '"leg"', {"burnt"}),
    "a context's window": ("window: 6 words", "window: 7 words", {"burnt"}),
    "a context's stop": (", stop: clause", "", {"burnt"}),
    "a context's direction": ("direction: before", "direction: after", {"burnt"}),
    "a matcher's pattern": ("|\\bboiling\\b", "", {"priced", "furious"}),
    "a flag": ("boiling\\b/i", "boiling\\b/", {"priced", "furious"}),
    "a matcher's name": ("degree", "degrees_of_heat", {"priced", "furious"}),
    "a matcher's field": ("of: heat}", "of: heat, field: title}", {"burnt", "weighed"}),
    "the fold of a regex": ("boiling\\b/i'}", "boiling\\b/i', fold: true}", {"priced", "furious"}),
    "the fold": ("labels:\n", "fold: [nfkc]\nlabels:\n", {"burnt", "sale", "furious", "weighed"}),
    "what means: not given": ("missing: [0]", "missing: [0, 1]", {"priced"}),
    "only of a group": ('doc.source == "shop"', 'doc.source != "shop"', {"priced", "sale"}),
    "the label of a group": ("    label: urgent\n", "    label: angry\n", {"priced", "sale"}),
    "cites": ("    cites: [s1]\n    when", "    cites: [s2]\n    when", {"burnt"}),
    "a confidence": ("confidence: 0.95", "confidence: 0.94", {"furious"}),
    "a case of a confidence": ("else 0.8", "else 0.7", {"priced"}),
    "a draft": ("label: angry, when:", "label: angry, status: draft, when:", {"furious"}),
    "a priority": ("label: angry, when:", "label: angry, priority: 2, when:", {"furious"}),
    "a count": (">= 2'", ">= 3'", {"sale"}),
    "what is emitted": ("    confidence: 0.9\n    hit", "    emit: hot\n    confidence: 0.9\n    hit", {"burnt"}),
    "the leftmost of a span rule": ("'hot_body is not negated'", "'body and (hot_body is not negated)'", {"burnt"}),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHER)
def test_what_means_something_else_changes_the_rules_that_rest_on_it_and_no_other(name, tmp_path):
    old, new, rules = OTHER[name]
    assert old in RULESET
    before, after = pins_of(tmp_path / "a"), pins_of(tmp_path / "b", RULESET.replace(old, new))

    assert {id for id in before.rules if before.rules[id] != after.rules[id]} == rules


def test_a_row_changes_the_table_and_the_rules_that_look_into_it(tmp_path):
    before = pins_of(tmp_path / "a")
    after = pins_of(tmp_path / "b", files={**FILES, "heat.tsv": FILES["heat.tsv"] + "seared\t2\n"})

    assert {id for id in before.rules if before.rules[id] != after.rules[id]} == {"burnt", "weighed"}
    assert [name for name in before.tables if before.tables[name] != after.tables[name]] == ["heat"]


ORDERED = """ruleset: devices
version: "1.0.0"
record: {text: [text]}
labels: {device: {kind: span}, ad: {kind: document}}
dictionaries:
  devices: {file: devices.tsv, version: "1.0.0", term: TERM}
matchers:
  device: {use: KIND, of: devices, take: TAKE}
rules:
  - {id: named, label: device, when: device, confidence: 0.9VALUE}
"""
DEVICES = {
    "as it was": "term\tmaker\nphone\tAcme\ntablet\tBest\nwatch\tCore\n",
    "rows": "term\tmaker\nwatch\tCore\nphone\tAcme\ntablet\tBest\n",
    "columns": "maker\tterm\nAcme\tphone\nBest\ttablet\nCore\twatch\n",
    "one term": "term\tmaker\nphone\tAcme\nPhone\tBest\nwatch\tCore\n",
    "one term turned round": "term\tmaker\nPhone\tBest\nwatch\tCore\nphone\tAcme\n",
    "one term moved": "term\tmaker\nwatch\tCore\nphone\tAcme\nPhone\tBest\n",
}
ORDERS = {
    "rows of a dictionary": ("dictionary", "all", "", "as it was", "rows", False),
    "rows of a dictionary that give a value": ("dictionary", "all", ", value: it.maker", "as it was", "rows", False),
    "rows of a dictionary of which the longest count": ("dictionary", "longest", "", "as it was", "rows", False),
    "rows of which the first counts": ("dictionary", "first", "", "as it was", "rows", True),
    "patterns": ("regex", "all", "", "as it was", "rows", False),
    "patterns of which the first counts": ("regex", "first", "", "as it was", "rows", True),
    "patterns that give a value": ("regex", "all", ", value: it.maker", "as it was", "rows", True),
    "columns": ("dictionary", "first", ", value: it.maker", "as it was", "columns", False),
    "rows that are found at one place": ("dictionary", "all", "", "one term", "one term turned round", True),
    "rows around those": ("dictionary", "all", "", "one term", "one term moved", False),
}  # fmt: skip


@pytest.mark.parametrize("name", ORDERS)
def test_an_order_is_meaning_only_where_something_goes_by_it(name, tmp_path):
    kind, take, value, old, new, matters = ORDERS[name]
    term = "pattern" if kind == "regex" else "term"
    text = ORDERED.replace("KIND", kind).replace("TAKE", take).replace("VALUE", value).replace("TERM", term)
    tables = [DEVICES[each].replace("term\t", f"{term}\t").replace("\tterm", f"\t{term}") for each in (old, new)]
    before, after = (
        pins_of(tmp_path / name, text, {"devices.tsv": table}) for name, table in zip("ab", tables, strict=True)
    )
    found = differences(tmp_path, text, {"devices.tsv": tables[1]}, before=text, old={"devices.tsv": tables[0]})

    assert (before.rules != after.rules, before.tables != after.tables) == (matters, matters)
    assert [change.part for change in found] == (["rule", "table"] if matters else [])


def test_terms_in_place_are_a_set(tmp_path):
    before = RULESET.replace("{use: dictionary, of: negation}", "{use: dictionary, terms: [not, never]}")
    after = RULESET.replace("{use: dictionary, of: negation}", "{use: dictionary, terms: [never, not]}")

    assert pins_of(tmp_path / "b", after).rules == pins_of(tmp_path / "a", before).rules


def test_a_number_of_a_table_written_otherwise_changes_nothing(tmp_path):
    files = {**FILES, "heat.tsv": FILES["heat.tsv"].replace("\t2", "\t2.0").replace("\t1", "\t01")}

    assert pins_of(tmp_path / "b", files=files) == pins_of(tmp_path / "a")
    assert differences(tmp_path / "c", RULESET, files) == []


LETTERS = {
    "terms in place": ("{use: dictionary, of: negation}", "{use: dictionary, terms: [not, never]}",
                       "{use: dictionary, terms: [NEVER, Not]}", set()),
    "a cue in place": ("{cue: cue,", "{cue: '\"not\"',", "{cue: '\"NOT\"',", set()),
    "a stop in place": ("stop: clause", "stop: '\"but\"'", "stop: '\"But\"'", set()),
    "a text that evidence shows": ('"outrageous"', '"outrageous"', '"Outrageous"', {"furious"}),
    "a cue where letters matter": ("{cue: cue,", "{cue: '/not/',", "{cue: '/NOT/',", {"burnt"}),
}  # fmt: skip


@pytest.mark.parametrize("name", LETTERS)
def test_the_case_of_letters_is_meaning_only_where_a_run_shows_it(name, tmp_path):
    place, old, new, rules = LETTERS[name]
    assert place in RULESET
    one, other = RULESET.replace(place, old), RULESET.replace(place, new)
    before, after = pins_of(tmp_path / "a", one), pins_of(tmp_path / "b", other)

    assert {id for id in before.rules if before.rules[id] != after.rules[id]} == rules
    assert bool(differences(tmp_path / "c", other, before=one)) is bool(rules)


def test_the_case_of_letters_is_meaning_where_nothing_folds_it(tmp_path):
    text = RULESET.replace("labels:\n", "fold: [spaces]\nlabels:\n", 1).replace("{cue: cue,", "{cue: '\"not\"',")

    assert (
        pins_of(tmp_path / "a", text).rules["burnt"]
        != pins_of(tmp_path / "b", text.replace('"not"', '"NOT"')).rules["burnt"]
    )


def test_comments_and_layout_of_a_table_change_nothing(tmp_path):
    before = pins_of(tmp_path / "a")
    after = pins_of(tmp_path / "b", files={**FILES, "negation.txt": "# words that deny\nnot\n\nnever\nno\n"})

    assert dataclasses.replace(after, sections={}) == dataclasses.replace(before, sections={})


@pytest.mark.parametrize(
    ("old", "new", "labels"),
    [
        ("labels:\n", "accept: 0.9\nlabels:\n", {"burn", "calm", "angry", "urgent"}),
        ("\nrules:\n", "\ndecide: {urgent: {low: 0.2}}\nrules:\n", {"urgent"}),
        ("\nrules:\n", "\ndecide: {tone: {margin: 0.3}}\nrules:\n", {"calm", "angry"}),
        ("urgent: {kind: document}", "urgent: {kind: document, cites: [s2]}", {"urgent"}),
    ],
    ids=["accept", "low", "margin", "cites"],
)  # fmt: skip
def test_how_a_label_is_decided_is_part_of_its_digest(tmp_path, old, new, labels):
    before, after = pins_of(tmp_path / "a"), pins_of(tmp_path / "b", RULESET.replace(old, new, 1))

    assert {name for name in before.labels if before.labels[name] != after.labels[name]} == labels
    assert after.rules == before.rules


def test_the_order_of_rules_and_labels_is_no_meaning(tmp_path):
    lines = RULESET.splitlines(keepends=True)
    furious = next(line for line in lines if "id: furious" in line)
    text = RULESET.replace(furious, "").replace("rules:\n  - id: burnt", f"rules:\n{furious}  - id: burnt")
    text = text.replace("one_of: [calm, angry]", "one_of: [angry, calm]")

    assert differences(tmp_path, text) == []


def test_which_fields_hold_images_is_meaning(tmp_path):
    [change] = differences(tmp_path, RULESET.replace("record:\n", "record:\n  image: [photo]\n", 1))

    assert (change.part, change.name) == ("setting", "record")
