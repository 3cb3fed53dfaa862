"""Work grows with the matches, not with the pairs of them; what is found is what the definitions say."""

from time import process_time
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rubricate.language import tree
from rubricate.model.descriptors import Combiner
from rubricate.planning.contexts import open_scopes
from rubricate.planning.frame import Frame, Vote
from rubricate.planning.places import Lowest, partner_of, stands_to
from rubricate.planning.plan import Threshold
from rubricate.running.deciding import _Taken, make_spans
from support.rulesets import load_text

TEXT = "One two. Three four! A b c d.\n\nFive six? Seven. Eight nine ten.\n\nEleven"
MATCHES = st.lists(
    st.tuples(st.sampled_from(["text", "title"]), st.integers(0, len(TEXT) - 1), st.integers(1, 12)).map(
        lambda drawn: ("m", drawn[0], drawn[1], min(drawn[1] + drawn[2], len(TEXT)), None, None)
    ),
    max_size=14,
)
DISTANCES = (
    st.none()
    | st.builds(
        tree.Distance,
        st.integers(0, 8),
        st.sampled_from(["words", "chars", "sentences"]),
    )
    | st.sampled_from([tree.Distance(None, "sentence"), tree.Distance(None, "paragraph")])
)
MEAN = Combiner(
    name="mean",
    help="",
    combine=lambda scores: {label: sum(given) / len(given) for label, given in scores.items()},
)
SUBJECT = SimpleNamespace(labels=("place",), combiner=MEAN, fitted=None)
VOTES = st.lists(
    st.tuples(
        st.sampled_from(["text", "title"]), st.integers(0, 30), st.integers(1, 9), st.sampled_from([0.2, 0.5, 0.9])
    ),
    max_size=14,
).map(
    lambda drawn: [
        Vote("place", number, score, (), (field, start, start + length), None, 1)
        for number, (field, start, length, score) in enumerate(drawn)
    ]
)


def first_in_text(relation, frame, a, others):
    return min((b for b in others if relation(frame, a, b)), key=lambda b: b[2], default=None)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(["near", "before", "after", "inside", "overlaps"]), DISTANCES, MATCHES, MATCHES)
def test_the_partner_is_the_first_in_the_text_that_stands_so(kind, distance, ours, theirs):
    distance = distance if kind in ("near", "before", "after") else None
    frame = Frame(SimpleNamespace(clean={"text": TEXT, "title": TEXT.upper()}, pictures={}), lambda _frame: None)
    node = tree.Relation(kind, tree.Name("ours"), tree.Name("theirs"), distance)

    partner = partner_of(node)(frame, theirs)

    relation = stands_to(kind, distance)
    assert [partner(frame, a) for a in ours] == [first_in_text(relation, frame, a, theirs) for a in ours]


@given(st.lists(st.integers(0, 9), min_size=1), st.data())
def test_the_lowest_of_a_stretch(numbers, data):
    low = data.draw(st.integers(0, len(numbers) - 1))
    high = data.draw(st.integers(low + 1, len(numbers)))

    assert Lowest(numbers).between(low, high) == min(numbers[low:high])


def spans_by_definition(votes, how):
    """Take the first vote; those that overlap it combine into it; repeat."""
    spans = []

    def order(vote):
        _, start, end = vote.target
        rank = (-vote.score, start - end) if how == "highest_score" else (start - end, -vote.score)
        return (*rank, start, f"{vote.rule:03}")

    waiting = sorted(votes, key=order)
    while waiting:
        field, start, end = waiting[0].target
        taken = [
            vote for vote in waiting if field == vote.target[0] and vote.target[1] < end and start < vote.target[2]
        ]
        group = waiting[:1] if how == "keep_all" else taken
        waiting = [vote for vote in waiting if vote not in group]
        spans.append((field, start, end, tuple(group)))
    return sorted(spans, key=lambda span: span[:3])


@settings(max_examples=300, deadline=None)
@given(VOTES, st.sampled_from(["longest", "highest_score", "keep_all"]))
def test_spans_take_in_the_votes_that_overlap_them(votes, how):
    spans = make_spans(votes, SUBJECT, [Threshold(0.8, 0.3)] * 9, how, lambda vote: f"{vote.rule:03}")

    assert [(span.field, span.start, span.end, span.votes) for span in spans] == spans_by_definition(votes, how)


@settings(max_examples=300, deadline=None)
@given(VOTES, st.lists(st.sampled_from("abc"), min_size=14, max_size=14))
def test_the_first_other_label_that_took_the_text_wins(votes, labels):
    taken, before = _Taken(), []
    for vote, label in zip(votes, labels, strict=False):
        span = SimpleNamespace(start=vote.target[1], end=vote.target[2])
        holder = next(
            (by for by, held in before if by != label and held.start < span.end and span.start < held.end), None
        )
        assert taken.by_another(label, span) == holder
        if holder is None:
            taken.add(label, span)
            before.append((label, span))


@settings(max_examples=300, deadline=None)
@given(MATCHES, MATCHES, MATCHES, st.sampled_from(["before", "after"]), st.integers(0, 12))
def test_a_scope_runs_from_its_cue_to_the_window_or_the_nearest_stop(ours, cues, stops, direction, number):
    frame = Frame(SimpleNamespace(clean={"text": TEXT, "title": TEXT}), lambda _frame: None)
    context = SimpleNamespace(name="ctx", direction=direction, unit="chars", number=number)

    def held(match):
        for _, field, start, end, *_ in cues:
            turns = [stop for stop in stops if stop[1] == field]
            if direction == "before":
                low, high = end, min([end + number, *[turn[2] for turn in turns if turn[2] >= end]])
            else:
                low, high = max([start - number, *[turn[3] for turn in turns if turn[3] <= start]]), start
            if match[1] == field and low <= match[2] < high:
                return True
        return False

    opened = open_scopes(context, lambda _frame: cues, lambda _frame: stops)(frame)

    assert [opened.around(match) is not None for match in ours] == [held(match) for match in ours]


def seconds(annotator, text):
    """The best of three."""
    times = []
    for _ in range(3):
        before = process_time()
        annotator.annotate_one(text)
        times.append(process_time() - before)
    return min(times)


RULES = {
    "near": '{kind: document}\n$ \'"red" near "blue" within 2 words\'',
    "before": '{kind: document}\n$ \'"red" before "red" within 2 words\'',
    "not near": '{kind: document}\n$ \'count("red" not near "green" within 2 words) > 2\'',
    "inside": '{kind: document}\n$ \'"red" inside "red blue"\'',
    "spans": '{kind: span}\n$ \'"red" or "blue" or "red blue"\'',
    "context": "{kind: document}\n$ 'count(\"red\" is not ctx) > 2'",
    "sentence": '{kind: document}\n$ \'"red" after "blue" within same sentence\'',
}


@pytest.mark.parametrize("name", RULES)
def test_four_times_the_matches_cost_no_sixteen_times_the_work(tmp_path, name):
    kind, rule = RULES[name].split("\n$ ")
    annotator = load_text(
        tmp_path,
        f"labels: {{a: {kind}}}\n"
        "contexts: {ctx: {cue: '\"blue\"', direction: before, window: 3 words}}\n"
        f"rules: [{{id: r, label: a, confidence: 0.9, when: {rule}}}]\n",
    )

    annotator.annotate_one("red blue " * 10)
    assert seconds(annotator, "red blue " * 2000) < 12 * seconds(annotator, "red blue " * 500) + 0.1
