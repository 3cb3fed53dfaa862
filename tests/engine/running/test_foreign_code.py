"""Whatever a plugin does, the record at hand goes aside with the plugin's name, and the run goes on."""

import json
import types

import pytest

from rubricate.annotator import Annotator
from rubricate.errors import PluginError
from rubricate.loading import load_ruleset
from rubricate.model.descriptors import Check, Combiner, MatcherKind, Normaliser, RawRecord, Transform
from rubricate.plugins.discovering import build_registry
from rubricate.running.labeller import PlanLabeller
from support.rulesets import write_text

SPAN = """\
labels: {hit: {kind: span}}
matchers: {found: {use: regex, pattern: '/b\\w+/'%s}}
rules: [{id: r, label: hit, when: found, confidence: 1%s}]
"""
SCANNED = """\
labels: {hit: {kind: span}}
matchers: {found: {use: foreign}}
rules: [{id: r, label: hit, when: found, confidence: 1}]
"""


class _Sink(list):
    write = list.append


def _registry(**hooks):
    from rubricate.api import hookimpl

    plugin = types.ModuleType("rubricate_foreign")
    for name, given in hooks.items():

        def give(given=given):
            return [given]

        hook = types.FunctionType(give.__code__, {}, name, (given,))
        setattr(plugin, name, hookimpl(_without_arguments(hook)))
    return build_registry(extra=[plugin])


def _without_arguments(hook):
    return lambda: hook()


def _labelled(tmp_path, yaml, registry, *texts):
    loaded = load_ruleset(write_text(tmp_path, yaml), registry)
    assert loaded.ruleset is not None, loaded.problems
    plan = Annotator(loaded.ruleset, registry).plan
    raws = [json.dumps({"id": f"n{number}", "text": text}).encode() for number, text in enumerate(texts)]
    records = [RawRecord(number + 1, 0, raw, json.loads(raw)) for number, raw in enumerate(raws)]
    sinks = {name: _Sink() for name in ("records", "review", "dropped", "quarantine")}
    outcome = PlanLabeller(plan).label(iter(records), drops={}, suffixes={}, sinks=sinks, source="dump.jsonl")
    aside = [json.loads(row)["rubricate"] for row in sinks["quarantine"]]
    assert outcome.routes.count("q") == len(aside)
    return outcome.routes, [(found["reason"], found["detail"]) for found in aside]


def _raises(error, given):
    def call(*values):
        if any("bad" in str(value) for value in values):
            raise error
        return given(*values)

    return call


@pytest.mark.parametrize("error", [ValueError("no"), RecursionError("no"), SystemExit("no")])
def test_a_normaliser_that_raises_sets_its_record_aside(tmp_path, error):
    registry = _registry(register_normalisers=Normaliser(name="odd", help="x", apply=_raises(error, str)))

    got = _labelled(tmp_path, SPAN % ("", ", value: odd(it.text)"), registry, "bee", "bad", "bus")

    assert got == ("aqa", [("plugin_error", f'plugin "odd", record n1: {type(error).__name__}: no')])


@pytest.mark.parametrize("error", [ValueError("no"), SystemExit("no")])
def test_a_check_that_raises_sets_its_record_aside(tmp_path, error):
    registry = _registry(register_checks=Check(name="odd", help="x", holds=_raises(error, bool)))

    got = _labelled(tmp_path, SPAN % (", check: odd", ""), registry, "bee", "bad", "bus")

    assert got == ("aqa", [("plugin_error", f'plugin "odd", record n1: {type(error).__name__}: no')])


@pytest.mark.parametrize("error", [ValueError("no"), SystemExit("no")])
def test_a_transform_that_raises_sets_its_record_aside(tmp_path, error):
    rewrite = _raises(error, lambda _text: None)
    registry = _registry(register_transforms=Transform(name="odd", help="x", make=lambda _options: rewrite))

    got = _labelled(tmp_path, "prepare: [{use: odd}]\n" + SPAN % ("", ""), registry, "bee", "bad", "bus")

    assert got == ("aqa", [("plugin_error", f'plugin "odd", record n1: {type(error).__name__}: no')])


def test_nothing_is_a_duplicate_of_a_record_that_a_transform_fails_on(tmp_path):
    rewrite = _raises(ValueError("no"), lambda _text: None)
    registry = _registry(register_transforms=Transform(name="odd", help="x", make=lambda _options: rewrite))
    loaded = load_ruleset(write_text(tmp_path, "prepare: [{use: odd}]\n" + SPAN % ("", "")), registry)
    labeller = PlanLabeller(Annotator(loaded.ruleset, registry).plan, dedupe=())
    records = [RawRecord(1, 0, b"", {"id": text, "text": text}) for text in ("bee", "bad")]

    assert [labeller.identify(record)[2] is None for record in records] == [False, True]


def test_a_transform_must_give_a_text_and_a_map(tmp_path):
    registry = _registry(register_transforms=Transform(name="odd", help="x", make=lambda _options: str.upper))

    got = _labelled(tmp_path, "prepare: [{use: odd}]\n" + SPAN % ("", ""), registry, "bee")

    assert got == (
        "q",
        [("plugin_error", 'plugin "odd", record n0: gave something else than a text and an offset map')],
    )


@pytest.mark.parametrize(
    ("combine", "detail"),
    [
        (lambda _votes: 1 / 0, 'on "hit": ZeroDivisionError: division by zero'),
        (lambda _votes: {}, 'on "hit": gave no score between 0 and 1 for each label'),
        (lambda votes: dict.fromkeys(votes, 7), 'on "hit": gave no score between 0 and 1 for each label'),
        (lambda votes: dict.fromkeys(votes, float("nan")), 'on "hit": gave no score between 0 and 1 for each label'),
    ],
)
def test_a_combiner_that_fails_sets_its_record_aside(tmp_path, combine, detail):
    registry = _registry(register_combiners=Combiner(name="odd", help="x", combine=combine))

    got = _labelled(tmp_path, "decide: {hit: {combine: odd}}\n" + SPAN % ("", ""), registry, "bee", "nothing")

    assert got == ("qa", [("plugin_error", f'plugin "odd", record n0: {detail}')])


class _Scanner:
    def __init__(self, answer):
        self._answer = answer

    def scan(self, batch):
        return [self._answer(document) if document.clean["text"] == "bad" else [] for document in batch]


def _scanning(answer):
    return _registry(register_matchers=MatcherKind(name="foreign", help="x", compile=lambda _specs: _Scanner(answer)))


def _exit(_document):
    raise SystemExit(3)


def _interrupt(_document):
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        (_exit, "SystemExit: 3"),
        (lambda _: None, "gave no sequence of matches but None"),
        (lambda _: iter(()), "gave no sequence of matches but a value of type list_iterator"),
        (lambda _: [("found", "text", 0, 4, None, None)], "gave a match outside of the text: ('found', 'text', 0, 4, None, None)"),
        (lambda _: [("found", "text", -1, 2, None, None)], "gave a match outside of the text: ('found', 'text', -1, 2, None, None)"),
        (lambda _: [("found", "text", 2, 2, None, None)], "gave a match outside of the text: ('found', 'text', 2, 2, None, None)"),
        (lambda _: [("found", "body", 0, 2, None, None)], "gave a match outside of the text: ('found', 'body', 0, 2, None, None)"),
        (lambda _: [("lost", "text", 0, 2, None, None)], "gave a match of no matcher of its kind: ('lost', 'text', 0, 2, None, None)"),
        (lambda _: [("found", "text", 0.0, 2, None, None)], "gave a match of a wrong form: ('found', 'text', 0.0, 2, None, None)"),
        (lambda _: [(0, 2)], "gave a match of a wrong form: (0, 2)"),
    ],
)  # fmt: skip
def test_a_scanner_that_breaks_its_contract_sets_its_record_aside(tmp_path, answer, detail):
    detail = detail.replace("list_iterator", "tuple_iterator")

    got = _labelled(tmp_path, SCANNED, _scanning(answer), "fine", "bad", "fine")

    assert got == ("aqa", [("plugin_error", f'plugin "foreign", record n1: {detail}')])


def test_an_interrupt_within_a_plugin_stops_the_run(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        _labelled(tmp_path, SCANNED, _scanning(_interrupt), "bad")


@pytest.mark.parametrize("value", [{1}, 2**64, [object()], {1: "a"}, "\ud800", b"x"])
def test_a_value_that_json_does_not_have_sets_its_record_aside(tmp_path, value):
    registry = _registry(register_normalisers=Normaliser(name="odd", help="x", apply=lambda _text: value))

    got = _labelled(tmp_path, SPAN % ("", ", value: odd(it.text)"), registry, "bee")

    detail = f'plugin "odd", record n0: gave a value of type {type(value).__name__} that cannot be written as JSON'
    assert got == ("q", [("plugin_error", detail)])


def test_a_number_of_thirty_digits_is_no_value(tmp_path):
    yaml = "labels: {hit: {kind: span}}\nrules: [{id: r, label: hit, when: '/\\d+/', confidence: 1, value: number(it.text)}]\n"

    assert _labelled(tmp_path, yaml, build_registry(), "1" * 30, "12") == ("aa", [])


def test_a_result_that_cannot_be_written_sets_its_record_aside(tmp_path):
    registry = _registry(register_normalisers=Normaliser(name="big", help="x", apply=lambda _text: 2**63))

    routes, aside = _labelled(tmp_path, SPAN % ("", ", value: big(it.text) + big(it.text)"), registry, "bee", "nothing")

    assert (routes, [reason for reason, _ in aside]) == ("qa", ["unwritable"])


def test_a_plugin_that_fails_everywhere_stops_the_run(tmp_path):
    rewrite = _raises(ValueError("no"), lambda _text: None)
    registry = _registry(register_transforms=Transform(name="odd", help="x", make=lambda _options: rewrite))

    with pytest.raises(PluginError, match='plugin "odd", record n99: ValueError: no'):
        _labelled(tmp_path, "prepare: [{use: odd}]\n" + SPAN % ("", ""), registry, *["bad"] * 200)
