import pytest

from rubricate.api import OptionError
from rubricate_regex.patterns import Pattern, columns, patterns_of, validate
from support.matching import make_spec, make_table


def refusal(spec):
    with pytest.raises(OptionError) as caught:
        validate(spec)
    return caught.value


def test_slashes_are_read_only_when_flags_stand_with_them():
    slashed = make_spec(options={"pattern": "/a/b/im"})
    bare = make_spec(options={"pattern": "/a/", "flags": ""})

    assert patterns_of(slashed) == [Pattern(text="a/b", flags="im", offset=1)]
    assert patterns_of(bare) == [Pattern(text="/a/")]


def test_columns_are_the_named_groups_in_their_order():
    table = make_table("(?<z>a)(?P<a>b)", "(?<c>d)", "e", patterns=True)

    assert list(columns(make_spec(table=table)).items()) == [("z", "text"), ("a", "text"), ("c", "text")]


@pytest.mark.parametrize(
    ("pattern", "message", "offset"),
    [
        pytest.param("ab(c", "a parenthesis is opened and never closed", 2, id="open parenthesis"),
        pytest.param("(a)b(c(d)", "a parenthesis is opened and never closed", 4, id="the outer one"),
        pytest.param("a)b", "a parenthesis is closed and was never opened", 1, id="closed parenthesis"),
        pytest.param("x[ab", "a character class is opened and never closed", 1, id="open class"),
        pytest.param("[z-a]", "a range runs backwards or has no end", 4, id="range"),
        pytest.param("*a", "there is nothing before the quantifier to repeat", 0, id="nothing to repeat"),
        pytest.param("a**", "two quantifiers follow one another", 2, id="two quantifiers"),
        pytest.param("a{3,2}", "the least number of repeats is above the greatest", 2, id="swapped"),
        pytest.param("a\\", "the pattern ends in a backslash", 2, id="backslash"),
        pytest.param(r"a\q", r"`\q` is no escape that a regex knows", 3, id="escape"),
        pytest.param("(?<1a>b)", "the name of a group must be letters, digits and underscores, and begin with no digit",
                     5, id="name"),
        pytest.param(r"(?P=x)", "a group is referred to that does not exist", 3, id="reference"),
        pytest.param(r"\p{Foo}", r"`\p{...}` names an unknown property", 7, id="property"),
        pytest.param("(?<text>a)", 'a group cannot be called "text": every match has a column of that name', 3,
                     id="reserved"),
    ],
)  # fmt: skip
def test_a_bad_pattern_is_explained_in_words_at_its_place(pattern, message, offset):
    error = refusal(make_spec(options={"pattern": pattern, "flags": ""}))

    assert (error.option, error.message, error.offset) == ("pattern", message, offset)
    assert error.help


def test_the_place_in_a_slashed_pattern_counts_the_slash():
    assert refusal(make_spec(options={"pattern": "/a)/"})).offset == 2


def test_an_unknown_flag_is_placed_behind_the_slash():
    error = refusal(make_spec(options={"pattern": "/ab/iu"}))

    assert (error.option, error.message, error.offset) == ("pattern", '"u" is not a flag of a regex', 5)


def test_a_capital_flag_is_told_its_small_letter():
    error = refusal(make_spec(options={"pattern": "a", "flags": "I"}))

    assert (error.option, error.offset, error.help) == ("flags", 0, 'write "i"')


def test_a_flag_may_stand_once():
    assert refusal(make_spec(options={"pattern": "a", "flags": "ii"})).message == 'the flag "i" stands twice'


def test_a_bad_pattern_of_a_table_is_placed_by_its_line():
    error = refusal(make_spec(table=make_table("ok", "(", patterns=True)))

    assert (error.option, error.message) == (
        "of",
        'line 3 of the table "list": a parenthesis is opened and never closed in "("',
    )


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        pytest.param(make_spec(), "a regex needs a pattern", id="nothing"),
        pytest.param(
            make_spec(options={"pattern": "a"}, table=make_table("b", patterns=True)),
            "the pattern stands in two places",
            id="both",
        ),
        pytest.param(make_spec(table=make_table(patterns=True)), 'the table "list" has no patterns', id="empty"),
    ],
)
def test_a_regex_without_one_source_of_patterns_is_refused(spec, message):
    assert refusal(spec).message == message
