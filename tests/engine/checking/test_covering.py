"""What examples touch of a ruleset, and why the rest is untouched."""

from __future__ import annotations

import pytest

import rubricate
from rubricate.api import MatcherKind, hookimpl
from rubricate.checking.coverage import Coverage, Share
from rubricate.checking.covering import cover
from rubricate.checking.telling_coverage import tell_missing
from rubricate.plugins.discovering import build_registry

HEAD = """\
ruleset: covered
version: "1.0.0"
record: {text: [title, body], meta: {lang: {type: enum, values: [en, de]}}}
labels:
  spam: {kind: document}
  price: {kind: span}
"""


@pytest.fixture
def covered(tmp_path):
    """Loads a ruleset and says what its examples touch."""

    def load(text: str, head: str = HEAD, **files: str) -> Coverage:
        for name, content in files.items():
            (tmp_path / name.replace("_", ".")).write_text(content, encoding="utf-8")
        path = tmp_path / "ruleset.yaml"
        path.write_text(head + text, encoding="utf-8")
        rules = rubricate.load(path)
        return cover(rules.plan, rules.registry)

    return load


def reasons(coverage, kind="branches"):
    return [(gap.name, gap.text[slice(*gap.span)], gap.reason) for gap in coverage.gaps if gap.kind == kind]


def one_rule(when, *, hit="[x]", miss="[y]", more=""):
    return f"rules:\n  - {{id: r, label: spam, when: '{when}', confidence: 0.9, hit: {hit}, miss: {miss}}}\n{more}"


# -- rules -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("examples", "reason"),
    [
        ("hit: [buy], miss: [sell]", None),
        ("uncertain: [buy it], miss: [sell]", None),
        ("miss: [sell]", "it has no hit"),
        ("hit: [buy]", "it has no miss"),
        ("hit: [sell], miss: [sell]", "its only hit fails"),
        ("hit: [buy], miss: [buy, buy it]", "its 2 misses all fail"),
        ("todo_hit: [buy], todo_miss: [sell]", "it has no hit and it has no miss"),
    ],
)
def test_a_rule_needs_a_hit_and_a_miss_that_pass(covered, examples, reason):
    confidence = "'0.5 if \"it\" else 0.9'"
    coverage = covered(f"rules:\n  - {{id: r, label: spam, when: '\"buy\"', confidence: {confidence}, {examples}}}\n")

    assert reasons(coverage, "rules") == ([] if reason is None else [("r", "", reason)])
    assert coverage.shares["rules"] == Share(0 if reason else 1, 1)


def test_a_negative_of_its_label_is_a_miss_of_a_rule(covered):
    head = HEAD.replace("spam: {kind: document}", "spam: {kind: document, negatives: [sell]}")
    coverage = covered("rules:\n  - {id: r, label: spam, when: '\"buy\"', confidence: 0.9, hit: [buy]}\n", head)

    assert coverage.shares["rules"] == Share(1, 1)


def test_what_fails_touches_nothing(covered):
    coverage = covered(one_rule('"a" or "b"', hit="[a, b]", miss="[a]"))

    assert coverage.failing == 1
    assert reasons(coverage) == []
    assert reasons(coverage, "rules") == [("r", "", "its only miss fails")]


# -- branches ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "condition",
    [
        '"a" or "b" or "c"',
        'any of ("a", "b", "c")',
        'at least 1 of ("a", "b", "c")',
        'count(any of ("a", "b", "c")) > 0',
    ],
)
def test_each_member_must_have_been_there(covered, condition):
    coverage = covered(one_rule(condition, hit="[a b]"))

    assert reasons(coverage) == [("r", '"c"', 'none of its examples has "c"')]
    assert coverage.shares["branches"] == Share(2, 3)


def test_members_of_none_of_must_have_been_there(covered):
    coverage = covered(one_rule('none of ("a", "b")', hit="[x]", miss="[a]"))

    assert reasons(coverage) == [("r", '"b"', 'none of its examples has "b"')]


@pytest.mark.parametrize("condition", ['"a" and "b" and not "c"', 'all of ("a", "b", not "c")'])
def test_each_part_must_have_been_the_only_no(covered, condition):
    coverage = covered(one_rule(condition, hit="[a b]", miss="[a, x]"))

    assert reasons(coverage) == [
        ("r", '"a"', 'never the only no: "a"'),
        ("r", 'not "c"', 'never the only no: not "c"'),
    ]


@pytest.mark.parametrize(
    ("condition", "text", "miss"),
    [
        ('"a" near "b" within 1 words', 'near "b" within 1 word', "a x y b"),
        ('"a" in title', "in title", "{body: a}"),
        ('"a" not after "b"', 'not after "b"', "b a"),
        ('/\\w/ where (it.text == "a")', 'where (it.text == "a")', "x"),
    ],
)
def test_a_filter_must_have_turned_a_match_away(covered, condition, text, miss):
    hit = "[a b]"
    told = reasons(covered(one_rule(condition, hit=hit, miss="['!']")))

    assert [reason for _, _, reason in told if "turns" in reason][:1] == (
        [f"never turns a match away: {text}"] if "where" not in condition else []
    )
    assert reasons(covered(one_rule(condition, hit=hit, miss=f"[{miss}]"))) == []


def test_a_context_must_have_turned_a_match_away(covered):
    contexts = 'contexts: {negated: {cue: \'"no" or "not"\', direction: before, window: 3 words}}\n'
    coverage = covered(contexts + one_rule('"a" is not negated', hit="[a]", miss="[b]"))

    assert reasons(coverage) == [
        ("r", '"a" is not negated', "never turns a match away: is not negated"),
        ("context negated, cue", '"no"', 'none of its examples has "no"'),
        ("context negated, cue", '"not"', 'none of its examples has "not"'),
    ]


def test_a_choice_must_have_been_both(covered):
    rule = "rules:\n  - {id: r, label: spam, when: '\"a\"', confidence: '0.9 if \"b\" else 0.8', hit: [a], miss: [b]}\n"
    coverage = covered(rule)

    assert reasons(coverage) == [("r, confidence", '"b"', 'never yes: "b"')]


def test_a_choice_about_the_match_at_hand_is_asked_of_each(covered):
    rule = (
        "rules:\n  - {id: r, label: price, when: '/[$]\\d/', confidence: '0.9 if it in title else 0.8', "
        "hit: [{title: $1, body: $2}], miss: [x]}\n"
    )

    assert covered(rule).shares["branches"] == Share(3, 3)
    assert reasons(covered(rule.replace(", body: $2", ""))) == [
        ("r, confidence", "it in title", "never no: it in title"),
        ("r, confidence", "it in title", "never turns a match away: in title"),
    ]


def test_only_examples_of_the_rule_count_for_its_branches(covered):
    rules = (
        'rules:\n  - {id: r, label: spam, when: \'"a" or "b"\', confidence: 0.9, hit: [a], miss: [x]}\n'
        "  - {id: s, label: spam, when: '\"c\"', confidence: 0.9, hit: [c], miss: [b]}\n"
    )

    assert reasons(covered(rules)) == [("r", '"b"', 'none of its examples has "b"')]
    assert reasons(covered(rules + "tests:\n  - {title: b, expect: spam}\n")) == []


def test_a_let_is_looked_at_once_for_all_rules_that_name_it(covered):
    text = (
        'let: {ab: \'"a" or "b"\'}\n'
        "rules:\n  - {id: r, label: spam, when: 'ab', confidence: 0.9, hit: [a], miss: [x]}\n"
        "  - {id: s, label: spam, when: 'ab and \"c\"', confidence: 0.9, hit: [b c], miss: [c, b]}\n"
    )
    coverage = covered(text)

    assert (coverage.shares["branches"], reasons(coverage)) == (Share(4, 4), [])


def test_the_condition_of_a_group_is_one_branch_for_all_its_rules(covered):
    text = (
        "rules:\n  - group: english\n    only: 'doc.lang == \"en\"'\n    label: spam\n    rules:\n"
        "      - {id: r, when: '\"a\"', confidence: 0.9, hit: [{title: a, lang: en}], miss: [{title: x, lang: en}]}\n"
        "      - {id: s, when: '\"b\"', confidence: 0.9, hit: [{title: b, lang: en}], miss: [MISS]}\n"
    )

    assert reasons(covered(text.replace("MISS", "{title: x, lang: en}"))) == [
        ("the group of r", 'doc.lang == "en"', 'never the only no: doc.lang == "en"')
    ]
    assert reasons(covered(text.replace("MISS", "{title: b, lang: de}"))) == []


def test_the_condition_of_a_stage_is_touched_by_final_tests(covered):
    text = (
        "matchers:\n  a: {use: regex, pattern: '/a/'}\n  b: {use: regex, pattern: '/b/'}\n"
        "cascade:\n  - {stage: first, runs: [a]}\n  - {stage: second, runs: [b], when: 'a'}\n"
        + one_rule("b", hit="[b]")
    )

    assert reasons(covered(text)) == [
        ("stage second", "a", "never yes: a"),
        ("stage second", "a", "never no: a"),
    ]
    more = "tests:\n  - {title: a b, expect: spam}\n  - {title: b, expect: {spam: none}}\n"
    assert reasons(covered(text + more)) == []


# -- sections and rows -------------------------------------------------------------------------------------

GUIDELINE = (
    "# All {#s1}\n\n## Ads {#s1.1}\nText.\n\n## Prices {#s1.2}\nText.\n\n# Else {#s2}\nText.\n\n# Heading {#s3}\n"
)


def test_a_section_is_touched_by_a_rule_that_cites_it_and_fires(covered):
    head = HEAD + "guideline: {id: g, version: '1.0.0', file: guide.md}\n"
    rules = (
        "rules:\n  - {id: r, label: spam, cites: [s1.1], when: '\"a\"', confidence: 0.9, hit: [a], miss: [x]}\n"
        "  - {id: s, label: spam, cites: [s1.2], when: '\"b\"', confidence: 0.9, miss: [MISS]}\n"
    )
    plain = covered(rules.replace("MISS", "x"), head, guide_md=GUIDELINE)

    assert reasons(plain, "sections") == [
        ("s1.2", "", "no hit of s passes"),
        ("s2", "", "no rule, label or example cites it"),
    ]
    assert plain.shares["sections"] == Share(1, 3)
    because = covered(rules.replace("MISS", "{title: x, because: s2}"), head, guide_md=GUIDELINE)
    assert reasons(because, "sections") == [("s1.2", "", "no hit of s passes")]


def test_a_row_is_touched_by_an_example_that_holds_its_term(covered):
    head = HEAD + "dictionaries: {songs: {file: songs.tsv}}\nmatchers: {song: {use: dictionary, of: songs}}\n"
    coverage = covered(
        one_rule('song or "x"', hit="[gangnam, x]", miss="[y]"), head, songs_tsv="term\ngangnam\nhello\nbye\n"
    )

    assert coverage.shares["rows"] == Share(1, 3)
    assert [(gap.name, gap.location.line) for gap in coverage.gaps] == [("hello", 3), ("bye", 4)]


def test_an_untouched_row_says_why(covered):
    head = HEAD + (
        "dictionaries: {songs: {file: songs.tsv}}\nmatchers: {song: {use: dictionary, of: songs, take: longest}}\n"
    )
    rule = (
        "rules:\n  - {id: r, label: spam, when: song, confidence: 0.9, hit: [gangnam style], "
        "miss: [hello], todo_miss: [bye]}\n"
    )

    coverage = covered(rule, head, songs_tsv="term\ngangnam style\ngangnam\nhello\nbye\nelse\n")

    assert [(gap.name, gap.reason) for gap in coverage.gaps if gap.kind == "rows"] == [
        (
            "gangnam",
            "an example has its term, and no match is left of it: see take, check, except and fields of the matcher",
        ),
        ("hello", "only an example that fails has its term"),
        ("bye", "only a known gap has its term"),
        ("else", "no example has its term"),
    ]


def test_a_member_that_is_a_table_is_told_by_its_file(covered):
    head = HEAD + "dictionaries: {songs: {file: songs.tsv}}\nmatchers: {song: {use: dictionary, of: songs}}\n"
    coverage = covered(one_rule('song or "x"', hit="[x]"), head, songs_tsv="term\nhello\n")

    assert reasons(coverage) == [("r", "song", "none of its examples has a row of songs.tsv")]


def test_rows_are_no_part_of_the_total(covered):
    head = HEAD + "dictionaries: {songs: {file: songs.tsv}}\nmatchers: {song: {use: dictionary, of: songs}}\n"
    coverage = covered(one_rule("song", hit="[hello]"), head, songs_tsv="term\nhello\nbye\n")

    assert (coverage.total, coverage.shares["rows"]) == (Share(1, 1), Share(1, 2))


# -- as text -----------------------------------------------------------------------------------------------


def test_untouched_parts_are_marked_below_the_condition(covered, tmp_path):
    coverage = covered(one_rule('any of ("a", "b", "c") and not "d"', hit="[b]", miss="[x]"))

    assert tell_missing(coverage) == (
        "  branches that no example touches\n"
        f"    {tmp_path / 'ruleset.yaml'}:8:60 r\n"
        '      any of ("a", "b", "c") and not "d"\n'
        "              ~~~       ~~~      ~~~~~~~\n"
        '      - none of its examples has "a", "c"\n'
        '      - never the only no: not "d"'
    )


# -- matchers that vote without a rule ---------------------------------------------------------------------


class _Names:
    """Finds one name, with its class."""

    def __init__(self, specs):
        self.specs = specs

    def scan(self, batch):
        return [
            [
                (spec.name, field, text.index("ACME"), text.index("ACME") + 4, 0.9, {"type": "ORG"})
                for spec in self.specs
                for field, text in document.clean.items()
                if "ACME" in text
            ]
            for document in batch
        ]


class Plugin:
    @staticmethod
    @hookimpl
    def register_matchers():
        columns = {"columns": lambda spec: {"type": "text"}, "classes": "type"}
        return [MatcherKind(name="names", help="names", scores=True, compile=_Names, **columns)]


@pytest.mark.parametrize(
    ("tests", "told"),
    [
        ("", [("ner: ORG", "it has no final test in which it votes and it has no final test or negative in which it does not vote")]),
        ("tests:\n  - {text: '[[company:ACME]]'}\n", [("ner: ORG", "it has no final test or negative in which it does not vote")]),
        ("tests:\n  - {text: '[[company:ACME]]'}\n  - {text: acme, expect: {company: none}}\n", []),
    ],
    ids=["none", "hit", "hit and miss"],
)  # fmt: skip
def test_a_matcher_that_votes_by_itself_is_touched_by_final_tests(tmp_path, tests, told):
    path = tmp_path / "ruleset.yaml"
    head = 'ruleset: names\nversion: "1.0.0"\nrecord: {text: [text]}\nlabels: {company: {kind: span}}\n'
    path.write_text(f"{head}matchers: {{ner: {{use: names, labels: {{ORG: company}}}}}}\n{tests}", encoding="utf-8")
    rules = rubricate.load(path, registry=build_registry(extra=[Plugin]))

    coverage = cover(rules.plan, rules.registry)

    assert [(gap.name, gap.reason) for gap in coverage.gaps] == told
    assert coverage.shares["branches"] == Share(0, 0)
