"""Laws of matcher kinds in a ruleset: in conditions, as spans, in explanations."""

from __future__ import annotations

from collections.abc import Iterator

from rubricate.annotator import Annotator, LabelledRecord
from rubricate.explaining.why import explain
from rubricate.running.preparing import Preparer
from rubricate.testing.bench import guarded
from rubricate.testing.faults import Complaint, shown
from rubricate.testing.matching import NAME, MatcherBench, load_matcher
from rubricate.testing.samples import read_hit

__all__ = ["explains_its_hits", "stands_in_conditions"]

FAR = 10_000
CONDITIONS = {
    "alone": NAME,
    "and": f'{NAME} and "zebra" in other',
    "not": f"not {NAME}",
    "count": f"count({NAME}) >= 1",
    "where": f'{NAME} where (it.field == "text")',
    "where-else": f'{NAME} where (it.field == "nowhere")',
}
"""Id of a rule -> its condition."""
ON_A_HIT = frozenset({"alone", "and", "count", "where"})
ON_A_MISS = frozenset({"not"})
NEAR = {"near": f'{NAME} near "zebra" within {FAR} chars', "before": f'{NAME} before "zebra" within {FAR} chars'}
"""Asked of a text with a word behind it."""


def stands_in_conditions(bench: MatcherBench) -> Iterator[Complaint]:
    """In `and`, `not`, `near`, `count` and `where` a matcher behaves like any other; its matches become spans."""
    rules = _load(bench, {**CONDITIONS, **NEAR})
    for hit in bench.sample.hits:
        text, places = read_hit(hit)
        labelled = _label(rules, {"text": text, "other": "zebra"}, text)
        fired = {vote.rule for vote in labelled.votes} - {"span"} - NEAR.keys()
        yield from _compare(fired, ON_A_HIT, text, "a hit")
        spans = sorted({(span.start, span.end) for span in labelled.annotations if span.kind == "span"})
        if spans != places:
            yield Complaint(f"as spans its matches are {spans}, not {places}", seen=shown(text))
        if bench.sample.anywhere:
            labelled = _label(rules, {"text": f"{text} zebra"}, text)
            yield from _compare({vote.rule for vote in labelled.votes} & NEAR.keys(), frozenset(NEAR), text, "a hit")
    for text in bench.sample.misses:
        labelled = _label(rules, {"text": text, "other": "zebra"}, text)
        yield from _compare({vote.rule for vote in labelled.votes} - NEAR.keys(), ON_A_MISS, text, "a miss")


def _compare(fired: set[str], wanted: frozenset[str], text: str, what: str) -> Iterator[Complaint]:
    conditions = {**CONDITIONS, **NEAR}
    for rule in sorted(fired ^ wanted):
        holds = "holds" if rule in fired else "does not hold"
        yield Complaint(f"'{conditions.get(rule, NAME)}' {holds} on {what}", seen=shown(text))


def explains_its_hits(bench: MatcherBench) -> Iterator[Complaint]:
    """`why` names the matcher and the place of what it found."""
    rules = _load(bench, {"alone": NAME})
    prepare = Preparer(rules.plan).document
    for hit in bench.sample.hits:
        text, places = read_hit(hit)
        if not places:
            continue
        told = guarded(shown(text), explain, rules.plan, prepare({"text": text}, id="r1"), bench.registry)
        found = {(each.matcher, each.start, each.end) for rule in told.rules for each in rule.found}
        if (NAME, *places[0]) not in found:
            yield Complaint("`rubricate why` does not name the matcher and place of a hit", seen=shown(text))
            return


def _load(bench: MatcherBench, conditions: dict[str, str]) -> Annotator:
    labels = {f"label-{name}": {"kind": "document"} for name in conditions}
    rules: list[dict[str, object]] = [
        {"id": name, "label": f"label-{name}", "when": when, "confidence": 1} for name, when in conditions.items()
    ]
    rules.append({"id": "span", "label": "marked", "when": f"{NAME} in text", "confidence": 1})
    return load_matcher(
        bench.sample, bench.folder, bench.registry, labels={**labels, "marked": {"kind": "span"}}, rules=rules,
        conflicts={"same_label_overlap": "keep_all", "overlap": "keep_all"},
    )  # fmt: skip


def _label(rules: Annotator, record: dict[str, str], text: str) -> LabelledRecord:
    return guarded(shown(text), rules.annotate_one, record)
