import pytest

from rubricate.api import Literal, OptionError
from rubricate_dictionary import literals, validate
from support.matching import make_spec, make_table


def test_terms_in_place_have_no_row():
    spec = make_spec(kind="dictionary", options={"terms": ["buy now", "sale"]})

    assert list(literals(spec)) == [Literal("buy now"), Literal("sale")]


def test_each_term_of_a_row_carries_its_row():
    spec = make_spec(kind="dictionary", table=make_table("hot", ("scald", "scalded"), ""))

    assert list(literals(spec)) == [Literal("hot", 0), Literal("scald", 1), Literal("scalded", 1)]


@pytest.mark.parametrize(
    ("options", "table", "option", "message"),
    [
        pytest.param({}, None, "of", "a dictionary needs terms", id="nothing"),
        pytest.param({"terms": ["a"]}, make_table("b"), "terms", "the terms stand in two places", id="both"),
        pytest.param({"terms": ["a", " "]}, None, "terms", 'the term " " is blank', id="blank"),
        pytest.param({}, make_table(), "of", 'the table "list" has no terms', id="empty table"),
        pytest.param(
            {}, make_table("a+", patterns=True), "of", 'the table "list" holds patterns, not terms', id="patterns"
        ),
    ],
)
def test_a_dictionary_without_usable_terms_is_refused(options, table, option, message):
    with pytest.raises(OptionError) as caught:
        validate(make_spec(kind="dictionary", options=options, table=table))

    assert (caught.value.option, caught.value.message) == (option, message)
    assert caught.value.help


def test_a_dictionary_with_terms_is_accepted():
    validate(make_spec(kind="dictionary", table=make_table("hot")))
    validate(make_spec(kind="dictionary", options={"terms": ["hot"]}))
