"""Comparing a run with gold."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rubricate.model.evaluation import Confusion, DocumentScore, Mistake, Proportion, SpanScore, UnknownLabel
from rubricate.quality.evaluating import evaluate
from rubricate.quality.gold import NO_VALUE, Gold, GoldSpan


def record(id, *labels, route="accepted", suggestions=(), spans=(), **fields):
    annotations = [{"kind": "document", "label": label} for label in labels]
    annotations += [
        {"kind": "span", "field": "text", "start": start, "end": end, "label": label} | dict(more)
        for start, end, label, more in spans
    ]
    told = [{"kind": "document", "label": label, "score": score} for label, score in suggestions]
    said = {"id": id, "route": route, "annotations": annotations, "suggestions": told}
    return {**fields, "rubricate": said}


def closed(*labels):
    return Gold(labels=dict.fromkeys(labels, True), closed=True)


def marked(*spans):
    return Gold(
        spans=tuple(GoldSpan(field="text", start=s, end=e, label=label, value=value) for s, e, label, value in spans)
    )


def test_accuracy_is_over_the_settled_and_coverage_over_all():
    run = [record("a", "spam"), record("b", "ham"), record("c", route="review"), record("d", "ham", route="settled")]
    gold = {"a": closed("spam"), "b": closed("spam"), "c": closed("spam"), "d": closed("ham")}

    found = evaluate(run, gold)

    assert (found.decided, found.right) == (Proportion(3, 4), Proportion(2, 3))
    assert found.routes == {"accepted": 2, "review": 1, "settled": 1}


def test_labels_have_precision_and_recall_and_those_in_review_are_apart():
    run = [record("a", "spam"), record("b", "ham"), record("c", route="review")]
    gold = {"a": closed("spam"), "b": closed("spam"), "c": closed("spam"), "d": closed("ham")}

    assert evaluate(run, gold).documents == (
        DocumentScore(label="ham", precision=Proportion(0, 1), recall=Proportion(0, 0), asked=0),
        DocumentScore(label="spam", precision=Proportion(1, 1), recall=Proportion(1, 2), asked=1),
    )


def waiting(id, decisions, *asked):
    said = {"id": id, "route": "review", "decisions": decisions, "questions": [{"labels": list(asked), "why": ""}]}
    return {"rubricate": said}


def test_a_decided_label_of_a_record_that_waits_for_another_one_is_counted_apart():
    gold = {id: closed("spam", "rude") for id in "abc"} | {"d": Gold(labels={"rude": True})}
    run = [
        waiting("a", {"spam": "accepted", "rude": "uncertain"}, "rude"),
        waiting("b", {"spam": "no", "rude": "uncertain"}, "rude"),
        waiting("c", {"spam": "no", "rude": "uncertain"}, "rude", "spam"),
        waiting("d", {"spam": "accepted", "rude": "uncertain"}, "rude"),
    ]
    found = evaluate(run, gold)

    assert found.half_decided == 2
    assert found.documents == (
        DocumentScore(label="rude", precision=Proportion(0, 0), recall=Proportion(0, 0), asked=4),
        DocumentScore(label="spam", precision=Proportion(0, 0), recall=Proportion(0, 0), asked=3),
    )


def test_without_questions_a_refused_label_may_wait_for_others_of_its_set():
    said = {"route": "undecided", "decisions": {"spam": "no", "ham": "uncertain"}}
    run = [{"rubricate": {"id": "a", **said}}, {"rubricate": {"id": "b", **said, "decisions": {"spam": "accepted"}}}]

    assert evaluate(run, {"a": closed("spam"), "b": closed("spam")}).half_decided == 1


def test_a_mapping_speaks_only_of_the_labels_that_it_names():
    gold = {"a": Gold(labels={"toxic": False}), "b": closed("toxic", "spam")}
    run = [record("a", "spam"), record("b", "spam", "toxic")]

    assert evaluate(run, gold).right == Proportion(2, 2)


def test_a_label_that_gold_never_names_is_not_evaluated():
    found = evaluate([record("a", "spam", "new")], {"a": closed("spam")})

    assert (found.right, found.labels_without_gold) == (Proportion(1, 1), ("new",))


def test_records_on_one_side_only_are_counted():
    found = evaluate([record("a", "spam"), record("x", "spam")], {"a": closed("spam"), "b": closed()})

    assert (found.missing, found.without_gold) == (1, 1)


def test_dropped_and_quarantined_records_are_not_settled():
    quarantined = {"rubricate": {"route": "quarantined", "reason": "json"}}
    run = [record("a", route="dropped"), quarantined]

    found = evaluate(run, {"a": closed("spam")})

    assert (found.decided, found.right, found.without_gold) == (Proportion(0, 1), Proportion(0, 0), 1)


def test_the_best_suggestion_of_records_in_review_is_compared():
    run = [
        record("a", route="review", suggestions=[("ham", 0.6), ("spam", 0.7)]),
        record("b", route="review", suggestions=[("ham", 0.6)]),
        record("c", route="review"),
    ]
    gold = {"a": closed("spam"), "b": closed("spam"), "c": closed("ham")}

    assert evaluate(run, gold).suggested == Proportion(1, 2)


def test_confusions_and_mistakes_are_told():
    run = [record("a", "ham"), record("b", "ham"), record("c")]
    gold = {"a": closed("spam"), "b": closed("spam"), "c": closed("spam"), "d": closed("ham")}

    found = evaluate(run, gold, mistakes=2)

    assert found.confusions == (Confusion("spam", "ham", 2),)
    assert found.mistakes == (Mistake("a", ("spam",), ("ham",)), Mistake("b", ("spam",), ("ham",)))


def test_spans_count_as_exact_and_as_overlapping():
    run = [record("a", spans=[(0, 4, "brand", {}), (10, 14, "brand", {}), (20, 22, "brand", {})])]
    gold = {"a": marked((0, 4, "brand", NO_VALUE), (12, 16, "brand", NO_VALUE), (30, 33, "brand", NO_VALUE))}

    found = evaluate(run, gold)

    expected = {
        "exact_precision": Proportion(1, 3),
        "exact_recall": Proportion(1, 3),
        "overlap_precision": Proportion(2, 3),
        "overlap_recall": Proportion(2, 3),
    }
    assert found.spans == (SpanScore(label="brand", **expected),)
    assert found.micro == SpanScore(label="all", **expected)
    assert found.right == Proportion(0, 0)


def test_a_span_of_another_label_or_field_does_not_count():
    run = [record("a", spans=[(0, 4, "size", {}), (0, 4, "brand", {"field": "title"})])]
    gold = {"a": marked((0, 4, "brand", NO_VALUE)), "b": marked((0, 1, "size", NO_VALUE))}

    brand, size = evaluate(run, gold).spans

    assert (brand.overlap_recall, size.exact_precision) == (Proportion(0, 1), Proportion(0, 1))


def test_records_whose_gold_has_no_spans_do_not_count_for_spans():
    run = [record("a", "spam", spans=[(0, 4, "brand", {})]), record("b")]
    gold = {"a": closed("spam"), "b": marked((0, 4, "brand", NO_VALUE))}

    assert evaluate(run, gold).spans[0].exact_precision == Proportion(0, 0)


def test_values_of_spans_are_compared_with_the_text_where_none_was_made():
    run = [record("a", spans=[(0, 4, "spf", {"value": 15.0}), (5, 9, "brand", {})], text="SPF0 Acme")]
    gold = {"a": marked((0, 4, "spf", 15), (5, 9, "brand", "ACME"), (20, 21, "spf", 1))}

    found = evaluate(run, gold)

    assert found.values == Proportion(1, 2)
    assert found.values_by_label == {"brand": Proportion(0, 1), "spf": Proportion(1, 1)}


def test_values_of_labels_need_no_offsets():
    run = [record("a", spans=[(0, 4, "brand", {})], text="Acme")]
    gold = {"a": Gold(labels={"brand": True}, values={"brand": "Acme"})}

    found = evaluate(run, gold)

    assert (found.right, found.values) == (Proportion(1, 1), Proportion(1, 1))


def test_true_is_not_one():
    run = [record("a", spans=[(0, 4, "x", {"value": 1})], text="abcd")]

    assert evaluate(run, {"a": marked((0, 4, "x", True))}).values == Proportion(0, 1)


labels = st.sets(st.sampled_from(["spam", "ham", "toxic"]))
routes = st.sampled_from(["accepted", "settled", "review", "undecided", "dropped"])


@given(st.lists(st.tuples(labels, routes, labels), max_size=12))
def test_counts_add_up(entries):
    run = [record(str(n), *sorted(given), route=route) for n, (given, route, _) in enumerate(entries)]
    gold = {str(n): closed(*held) for n, (_, _, held) in enumerate(entries)}
    gold["not in the run"] = closed("spam", "ham", "toxic")

    found = evaluate(run, gold)

    assert sum(found.routes.values()) == found.decided.of == len(entries)
    assert found.right.of == found.decided.count
    assert found.right.count == sum(g == h for g, route, h in entries if route in ("accepted", "settled"))
    for score in found.documents:
        assert score.precision.count == score.recall.count <= min(score.precision.of, score.recall.of)


@given(st.integers(0, 50), st.integers(1, 50))
def test_an_interval_holds_its_share(count, more):
    proportion = Proportion(count, count + more - 1) if count else Proportion(0, more)
    low, high = proportion.interval

    assert 0 <= low <= proportion.value <= high <= 1


def test_labels_of_gold_that_are_not_declared_are_named_with_the_nearest():
    gold = {"a": closed("spamm"), "b": closed("spamm", "ham"), "c": marked((0, 1, "brnad", NO_VALUE))}

    found = evaluate([record("a", "spam")], gold, declared=["spam", "ham", "brand", "toxic"])

    assert found.unknown_labels == (UnknownLabel("brnad", 1, "brand"), UnknownLabel("spamm", 2, "spam"))
    assert found.labels_without_gold == ("brand", "spam", "toxic")


def test_gold_of_another_guideline_version_is_counted():
    def made(version):
        return Gold(labels={"spam": True}, closed=True, guideline=version)

    gold = {"a": made("4.0.0"), "b": made("4.1.0"), "c": made("4.0.0"), "d": made(None)}

    assert evaluate([], gold, guideline="4.1.0").guidelines == {"4.0.0": 2}
    assert evaluate([], gold).guidelines == {}


def test_ids_that_have_nothing_in_common_are_shown():
    gold = {"t-1": closed("spam")}

    assert evaluate([record("c1"), record("c2")], gold).ids == ("t-1", "c1")
    assert evaluate([record("t-1"), record("c2")], gold).ids is None
