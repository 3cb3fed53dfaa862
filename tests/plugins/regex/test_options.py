"""What `requires`, `group` and `fill` do, and how mistakes in them are answered."""

import pytest

from rubricate.api import OptionError
from rubricate_regex.patterns import columns, validate
from rubricate_regex.requiring import required_literals
from rubricate_regex.scanning import RegexScanner
from support.matching import make_document, make_spec, make_table


def scan(document, options, **fields):
    if isinstance(document, str):
        document = make_document(document)
    return RegexScanner([make_spec(options=options, **fields)]).scan([document])[0]


def refusal(options, **fields):
    with pytest.raises(OptionError) as caught:
        validate(make_spec(options=options, **fields))
    return (caught.value.option, caught.value.message)


def test_a_text_without_any_required_word_is_not_searched():
    options = {"pattern": r"\d+", "flags": "", "requires": ["Price", "cost"]}

    assert scan("the PRICEs: 3", options) == [("m", "text", 12, 13, None, None)]
    assert scan("the tax: 3", options) == []


def test_each_field_must_hold_a_required_word_itself():
    document = make_document(title="price", body="price 3", note="4")

    assert [match[1:4] for match in scan(document, {"pattern": r"\d", "flags": "", "requires": ["price"]})] == [
        ("body", 6, 7)
    ]


@pytest.mark.parametrize(
    ("pattern", "requires", "expected"),
    [
        pytest.param(r"\d+", ["secret:", "token:"], {"secret:", "token:"}, id="of the words"),
        pytest.param(r"\d+", ["key", "token:"], None, id="a word whose last letter may join a mark is too short"),
        pytest.param(r"abcdef: \d+", ["sk_"], {"abcdef:"}, id="of the pattern where it says more"),
        pytest.param(r"abcdef: \d+", ["tokens: "], {"tokens:"}, id="of two as good ones the later in order"),
    ],
)
def test_required_words_guard_a_matcher(pattern, requires, expected):
    spec = make_spec(options={"pattern": pattern, "flags": "", "requires": requires})

    assert required_literals(spec) == (None if expected is None else frozenset(expected))


def test_required_words_say_nothing_of_folded_text():
    spec = make_spec(options={"pattern": r"\d+", "flags": "", "requires": ["secret:"]}, fold=True)

    assert required_literals(spec) is None


def test_group_marks_a_part_of_the_match_and_keeps_the_whole():
    options = {"pattern": 'key = "(.+?)"', "flags": "", "group": 1}

    assert scan('my key = "abc" here', options) == [("m", "text", 10, 13, None, {"whole": 'key = "abc"'})]


def test_of_several_groups_the_first_that_is_not_empty_is_marked():
    options = {"pattern": "a(x*)b|c(?<y>y+)d", "flags": "", "group": [1, "y"]}

    assert [match[2:4] for match in scan("axb ab cyyd", options)] == [(1, 2), (8, 10)]


def test_the_whole_match_is_a_column():
    assert dict(columns(make_spec(options={"pattern": "(a)", "flags": "", "group": 1}))) == {"whole": "text"}


def test_fill_puts_groups_into_the_columns_of_the_row():
    table = make_table(
        r"(\w+)/(\d+)(?:\.(\d+))?", "plain", patterns=True, family=["$1 $$1", "Plain"], minor=["$3", None]
    )

    assert [match[5] for match in scan("Edge/12 plain Opera/3.4", {"fill": ["family", "minor"]}, table=table)] == [
        {"family": "Edge $1", "minor": None, "row": 0},
        {"family": "Opera $1", "minor": "4", "row": 0},
        {"family": "Plain", "minor": None, "row": 1},
    ]


def test_a_pattern_of_a_table_may_begin_with_its_flags():
    table = make_table("(?i)edge", "OPERA", r"(?ai)\bé\w", patterns=True)

    assert [match[2:4] for match in scan("EDGE opera", {}, table=table)] == [(0, 4)]


def test_the_flag_a_keeps_classes_to_ascii():
    assert scan("é", {"pattern": r"\w", "flags": ""}) != []
    assert scan("é", {"pattern": r"\w", "flags": "a"}) == []


@pytest.mark.parametrize(
    ("options", "fields", "answer"),
    [
        pytest.param({"pattern": "(a)", "flags": "", "group": 2}, {}, ("group", "the pattern has no group 2"), id="number"),
        pytest.param(
            {"pattern": "(a)", "flags": "", "group": "name"}, {}, ("group", "the pattern has no group name"), id="name"
        ),
        pytest.param(
            {"pattern": "(a)", "flags": "", "fill": ["x"]},
            {},
            ("fill", 'a regex without a table has no column "x" of texts'),
            id="fill without a table",
        ),
        pytest.param(
            {"fill": ["x"]},
            {"table": make_table("(a)", patterns=True)},
            ("fill", 'the table "list" has no column "x" of texts'),
            id="fill of no column",
        ),
        pytest.param(
            {"fill": ["x"]},
            {"table": make_table("(a)", patterns=True, x=["$1 $2"])},
            ("of", 'line 2 of the table "list": "$2" of the column "x" stands for no group in "(a)"'),
            id="a template of no group",
        ),
        pytest.param(
            {"group": 1},
            {"table": make_table("(a)", "b", patterns=True)},
            ("of", 'line 3 of the table "list": the pattern has no group 1 in "b"'),
            id="a row without the group",
        ),
    ],
)  # fmt: skip
def test_a_mistake_in_an_option_is_told(options, fields, answer):
    assert refusal(options, **fields) == answer
