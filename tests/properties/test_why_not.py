"""Laws of explanations: they say what the engine says, an edit that is shown works, and nothing makes them fail."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import rubricate
from rubricate.explaining.judging import Judge
from rubricate.explaining.misses import Misses
from rubricate.explaining.searching import smallest_edits
from rubricate.explaining.telling_trace import draw_evidence
from rubricate.explaining.telling_why_not import tell_why_not
from rubricate.explaining.tracing import trace
from rubricate.explaining.why_not import why_not
from rubricate.planning.compiling import make_plan
from rubricate.plugins.discovering import build_registry
from rubricate.running.cascade import Cascade
from rubricate.running.preparing import Preparer
from support.rulesets import write_text

REGISTRY = build_registry()
DECLARED = """\
record: {text: [title, body], meta: {price: {type: number}, lang: {type: text}}}
labels: {found: {kind: document}}
dictionaries: {goods: {file: goods.tsv, version: "1"}}
matchers:
  heat: {use: dictionary, terms: [hot, scalding, burn]}
  part: {use: dictionary, terms: [hand, arm]}
  deny: {use: dictionary, terms: ["no", never]}
  good: {use: dictionary, of: goods, take: longest}
  code: {use: regex, pattern: '/code\\d+/'}
  head: {use: dictionary, terms: [sale], field: title}
contexts: {denied: {cue: deny, window: 3 words, stop: 'clause or "but"'}}
let: {hurt: 'heat near part within 2 words', calm: 'heat is not denied'}
"""
GOODS = "term\tkind\tweight\nkettle\tkitchen\t2\nkettle bell\tsport\t9\n"
WORDS = ("hot", "hand", "no", "but", "code12", "sale", "kettle", "bell", "HAND", "hands", "scaldng", ",", ".", "x", "京都",
         "👍🏽", "\t", "never", "arm", "burn", "buy", "now")  # fmt: skip

sets = st.sampled_from(
    ("heat", "part", "good", "code", "head", "hurt", "calm", '"buy now"', "/b[au]y/", "words", "clause", '"hand"')
)


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
        st.builds("not ({})".format, inner),
        st.builds("{} of ({}, {})".format, st.sampled_from(("any", "all", "none")), inner, inner),
        st.builds("at least {} of ({}, {}, he*)".format, st.sampled_from((1, 2, 3)), inner, inner),
    )


def _filtered(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    limits = st.sampled_from((" within 1 words", " within 4 chars", " within same sentence", " within same paragraph"))
    places = st.sampled_from(("title", "body", "first 2 words of body", "last 5 chars"))
    return st.one_of(
        st.builds("({} {}{} {}{})".format, inner, st.sampled_from(("", "not ")), st.sampled_from(("near", "before", "after")),
                  inner, limits),
        st.builds("({} {} {})".format, inner, st.sampled_from(("inside", "not inside", "overlaps")), inner),
        st.builds("({} {}in {})".format, inner, st.sampled_from(("", "not ")), places),
        st.builds("({} is {}denied)".format, inner, st.sampled_from(("", "not "))),
        st.builds('({} where (it.text == "{}"))'.format, inner, st.sampled_from(("hot", "hand"))),
    )  # fmt: skip


found = st.recursive(sets, _filtered, max_leaves=3)
numbers = st.builds("count({}) {} {}".format, found, st.sampled_from((">=", "<", "==", "!=")), st.integers(0, 3))
facts = st.sampled_from(("doc.price > 3", 'doc.lang == "en"', 'doc.lang in ["de", "fr"]', "doc.price exists"))
conditions = st.recursive(st.one_of(found, numbers, facts), _larger, max_leaves=4)
texts = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)
records = st.fixed_dictionaries({"title": texts, "body": texts}, optional={"price": st.integers(0, 5), "lang": st.sampled_from(("en", "es"))})  # fmt: skip


def loaded(condition: str):
    rules = (
        DECLARED
        + "rules:\n  - {id: asked, label: found, when: '"
        + condition.replace("'", "''")
        + "', confidence: 0.9}\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        return rubricate.load(write_text(Path(folder), rules, **{"goods.tsv": GOODS}), registry=REGISTRY)


@settings(deadline=None, max_examples=60, phases=(Phase.explicit, Phase.generate))
@given(conditions, records)
def test_a_shown_edit_makes_the_rule_fire_when_it_is_planned_and_run(condition, record):
    rules = loaded(condition)
    document = Preparer(rules.plan).document(record, id="r", lenient=True)
    [frame] = Cascade(rules.plan).run([document])
    frame.cache.clear()

    for solution in smallest_edits(Judge(rules.plan, rules.registry), 0, frame, Misses(), tried=20):
        [after] = Cascade(make_plan(solution.ruleset, rules.registry)).run([document])
        assert after.votes.get("found"), [edit.text for edit in solution.edits]


@settings(deadline=None, max_examples=60, phases=(Phase.explicit, Phase.generate))
@given(conditions, records)
def test_the_root_of_a_trace_is_what_the_engine_says(condition, record):
    rules = loaded(condition)
    document = Preparer(rules.plan).document(record, id="r", lenient=True)
    [frame] = Cascade(rules.plan).run([document])

    root = trace(rules.plan, rules.registry, frame, rules.plan.rules[0])

    frame.cache.clear()
    assert root.truth == {True: "yes", False: "no", None: "unknown"}[rules.plan.rules[0].truth(frame)]
    assert (root.truth == "yes") is bool(frame.votes.get("found"))


ANY = loaded(
    '(hurt is not denied) and count(good) >= 2 and /c[o0]de/ and "buy now" in first 3 words of body and at least 2 of (he*)'
)


@settings(deadline=None, max_examples=60, phases=(Phase.explicit, Phase.generate))
@given(st.text(max_size=60), st.text(max_size=30))
def test_no_text_makes_an_explanation_fail(title, body):
    record = {"title": title, "body": body}
    document = Preparer(ANY.plan).document(record, id="r", lenient=True)

    told = why_not(ANY.plan, document, ANY.registry, ANY.plan.rules[0])

    assert json.dumps([*tell_why_not(told), *draw_evidence(told.trace, record)])
