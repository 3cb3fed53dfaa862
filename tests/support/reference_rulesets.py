"""Whole small rulesets: labels of all kinds, three stages of cheap matchers, rules that meet on few words."""

from __future__ import annotations

from hypothesis import strategies as st

from rubricate.language.tree import (
    And,
    Call,
    Compare,
    Distance,
    Doc,
    Name,
    Node,
    Not,
    Number,
    Or,
    Relation,
    String,
    walk,
)
from rubricate.language.types import SEGMENT_SETS
from support.reference import DECLARED, STAGE_ONE, quoted, sets_of_matches, truths

__all__ = ["rulesets"]

DOCUMENTS = ("alpha", "beta", "gamma")
ASKERS = ("omega", "psi")
LINKS = (
    {"alpha": ", implies: [beta, gamma]"},
    {"alpha": ", implies: [beta]", "beta": ", excludes: [gamma]"},
    {"alpha": ", implies: [gamma]", "beta": ", excludes: [gamma]"},
    {"alpha": ", implies: [gamma], excludes: [beta]", "beta": ", implies: [gamma]"},
    {"alpha": ", excludes: [beta, gamma]"},
    {"alpha": ", excludes: [beta]", "beta": ", excludes: [gamma]"},
)
"""What labels imply and exclude; without a circle, and none excludes what it implies.

Chains are left out: where the middle one is accepted by itself, the engine carries its score on, and not the best one.
"""
MEMBERS = ("calm", "angry", "sad")
SPANS = ("mark", "part", "zone")
COVERED = "zone"
"""What covers are marked as. Its votes are not connected, as the engine confuses the evidence of matches with one cover."""
KNOWN: tuple[Node, ...] = (
    Name("thing"),
    Name("ending"),
    Relation("near", Name("thing"), Name("number"), Distance(3, "words")),
    Compare(">", Doc("price"), Number(1)),
    Compare(">=", Call("count", (Name("h_word"),)), Number(2)),
)
SCORES = ("0", "0.2", "0.5", "0.6", "0.75", "0.84", "0.85", "0.9", "0.95", "1")
DISTANCES = (Distance(2, "words"), Distance(9, "chars"), Distance(None, "paragraph"))


@st.composite
def rulesets(draw: st.DrawFn, *, linked: bool = False) -> str:
    """A ruleset as text, without its name; `linked`: with labels that imply and exclude others."""
    others = ("", "otherwise: {label: calm, confidence: 0.6}\n", "otherwise: {label: sad, confidence: 0.9}\n")
    parts = [
        DECLARED,
        _labels(draw, linked=linked),
        _cascade(draw),
        _decide(draw),
        _conflicts(draw),
        draw(st.sampled_from(("", "", "accept: 0.6\n", "review: none\n"))),
        draw(st.sampled_from(others)),
        "rules:\n",
        *(_rule(draw, number, linked=linked) for number in range(draw(st.integers(2, 7)))),
    ]
    return "".join(parts)


# -- labels ------------------------------------------------------------------------------------------------


def _labels(draw: st.DrawFn, *, linked: bool) -> str:
    links = draw(st.sampled_from(LINKS)) if linked else {}
    lines = [f"  {name}: {{kind: document{links.get(name, '')}}}" for name in DOCUMENTS]
    lines += [f"  {name}: {{kind: document}}" for name in ASKERS]
    lines += [f"  {name}: {{kind: span{_implies(draw) if linked else ''}}}" for name in SPANS]
    return "labels:\n" + "\n".join(lines) + "\n  tone: {one_of: [calm, angry, sad]}\n"


def _implies(draw: st.DrawFn) -> str:
    implied = draw(st.sampled_from(("", "gamma")))
    return f", implies: [{implied}]" if implied else ""


def _decide(draw: st.DrawFn) -> str:
    lows = st.sampled_from(("0", "0.3", "0.55"))
    accepts = st.sampled_from(("", "", ", accept: 0.5", ", accept: 0.9", ", if_none: review"))
    combiners = st.sampled_from(("max", "max", "noisy_or", "mean"))
    lines = [
        f"  {name}: {{combine: {draw(combiners) if name != COVERED else 'max'}, low: {draw(lows)}{draw(accepts)}}}"
        for name in (*DOCUMENTS, *ASKERS, *SPANS)
    ]
    of_set = draw(st.sampled_from(("max", "noisy_or", "mean", "majority")))
    margin = draw(st.sampled_from(("0", "0.05", "0.1", "0.25")))
    more = draw(st.sampled_from(("", ", accept: 0.5", ', if_none: "no"')))
    lines.append(f"  tone: {{combine: {of_set}, margin: {margin}, low: {draw(lows)}{more}}}")
    return "decide:\n" + "\n".join(lines) + "\n"


def _conflicts(draw: st.DrawFn) -> str:
    ways = st.sampled_from(("longest", "longest", "highest_score", "keep_all"))
    pairs = ("", "", ", nest: [[mark, part]]", ", nest: [[mark, part], [part, zone], [zone, mark]]")
    nest = draw(st.sampled_from(pairs))
    return f"conflicts: {{same_label_overlap: {draw(ways)}, overlap: {draw(ways)}{nest}}}\n"


def _cascade(draw: st.DrawFn) -> str:
    """Three stages, each with a condition and thresholds of its own, or without."""
    conditions = (
        "", "", "", 'doc.go == "on"', "thing", 'uncertain("alpha") or uncertain("mark")', 'not label("tone")',
        'not (thing where (it.weight > doc.price))',
    )  # fmt: skip
    own = st.sampled_from(
        (
            "",
            "",
            ", accept: 0.7",
            ", decide: {alpha: {accept: 0.6, low: 0.3}, mark: {accept: 0.6}, tone: {accept: 0.5}}",
        )
    )
    whens = [draw(st.sampled_from(conditions)) for _ in range(2)]
    two, three = (f", when: '{when}'" if when else "" for when in whens)
    return (
        "cascade:\n"
        f"  - {{stage: one, runs: {STAGE_ONE}{draw(own)}}}\n"
        f"  - {{stage: two, runs: [late, late_cue]{two}{draw(own)}}}\n"
        f"  - {{stage: three, runs: [ending]{three}{draw(own)}}}\n"
    )


# -- rules -------------------------------------------------------------------------------------------------


def _rule(draw: st.DrawFn, number: int, *, linked: bool) -> str:
    kind = draw(st.sampled_from(("document", "document", "member", "span", "span", "routed", "asking")))
    parts = {"document": _document, "member": _member, "span": _span, "routed": _routed, "asking": _asking}[kind](draw)
    more = draw(st.sampled_from(("", "", "", ", status: draft", ", status: test")))
    more += draw(st.sampled_from(("", "", ", priority: 1", ", priority: -1"))) if linked else ""
    return f"  - {{id: rule-{number}, {parts}{more}}}\n"


def _staged(draw: st.DrawFn, node: Node) -> Node:
    """A condition, at times made one of the last stage or of the stage that may not run."""
    more = draw(st.sampled_from((None, None, "ending", "late")))
    if more is None:
        return node
    both: tuple[Node, ...] = (And((node, Name(more))), Or((node, Name(more))))
    return draw(st.sampled_from(both))


def _confidence(draw: st.DrawFn) -> str:
    worked_out = ("'0.5 + 0.1 * amount'", "'doc.price / 3'", "'0.9 if thing in title else 0.6'")
    return draw(st.sampled_from((*SCORES, *worked_out)))


def _document(draw: st.DrawFn) -> str:
    label, when = draw(st.sampled_from(DOCUMENTS)), _staged(draw, draw(truths()))
    return f"label: {label}, when: {quoted(when)}, confidence: {_confidence(draw)}"


def _member(draw: st.DrawFn) -> str:
    label, when = draw(st.sampled_from(MEMBERS)), _staged(draw, draw(truths()))
    return f"label: {label}, when: {quoted(when)}, confidence: {_confidence(draw)}"


def _routed(draw: st.DrawFn) -> str:
    """A rule that finds its labels, of records and of spans, in the table."""
    conditions = (
        "route",
        "route near thing within 2 words",
        "route is not negated",
        "route and ending",
        "route in tail",
    )
    when = draw(st.sampled_from(conditions))
    confidence = draw(st.sampled_from(("it.sure", "0.9", "'0.9 if it in title else it.sure'")))
    return f"label_from: it.label, when: '{when}', confidence: {confidence}"


def _asking(draw: st.DrawFn) -> str:
    """A rule about what is decided. Nothing asks about psi, and only rules for psi about omega: there is no circle."""
    label = draw(st.sampled_from(ASKERS))
    names = (*DOCUMENTS, *SPANS, *MEMBERS, "tone", "a*", *(["omega"] if label == "psi" else []))
    asked = Call(draw(st.sampled_from(("label", "uncertain"))), (String(draw(st.sampled_from(names))),))
    # no condition of the stage that may not run: the engine asks such a rule in the next stage all the same
    other = draw(st.sampled_from(KNOWN))
    joined: tuple[Node, ...] = (asked, And((asked, other)), Or((asked, other)), And((Not(asked), other)))
    when = draw(st.sampled_from(joined))
    return f"label: {label}, when: {quoted(when)}, confidence: {_confidence(draw)}"


def _span(draw: st.DrawFn) -> str:
    label, when, emitted = draw(st.sampled_from(SPANS)), _staged(draw, draw(sets_of_matches())), ""
    worked_out = ("'0.9 if it in title else 0.6'", "'0.86 if it near thing within 1 words else 0.5'")
    confidence = draw(st.sampled_from((*SCORES[2:], *worked_out)))
    value = draw(st.sampled_from(("", "", ", value: it.text", ", value: lower(it.text)")))
    emit = draw(st.sampled_from((None, None, "set", "cover", "named")))
    if emit == "set":
        emitted = f", emit: {quoted(draw(sets_of_matches()))}"
    elif emit is not None:
        node = draw(sets_of_matches().filter(_has_no_segment_beside))
        if emit == "named":  # stands for what `when` keeps of it
            when = Relation("near", Name("thing"), String("hot"), draw(st.sampled_from(DISTANCES)))
            when, node = Relation("overlaps", when, Or((Name("thing"), node))), Name("thing")
        label, emitted = COVERED, f", emit: {quoted(Call('cover', (node,)))}"
    return f"label: {label}, when: {quoted(when)}{emitted}, confidence: {confidence}{value}"


def _has_no_segment_beside(node: Node) -> bool:
    """Whether no relation is one to words, sentences, clauses or lines: a cover of the engine leaves these out."""
    beside = [part.right for part in walk(node) if isinstance(part, Relation)]
    return not any(isinstance(right, Name) and right.name in SEGMENT_SETS for right in beside)
