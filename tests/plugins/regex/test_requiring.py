"""The laws of required texts are in test_requiring_soundness.py."""

import pytest

from rubricate_regex.requiring import required_in, required_literals
from support.matching import make_spec, make_table


@pytest.mark.parametrize(
    ("pattern", "flags", "required"),
    [
        pytest.param("my subs", "", {"sub"}, id="the longest run, without the letter that a mark may follow"),
        pytest.param("sale ", "", {"sale"}, id="a known character behind saves the last letter"),
        pytest.param("check (it|this|me) out", "", {"check"}, id="around an alternation"),
        pytest.param("(?:buy|sell) now", "", None, id="runs that are too short"),
        pytest.param("(?:cheap|free money) ", "", {"chea", "mone"}, id="one of each branch"),
        pytest.param("(?:cheap|[a-z]+)", "", None, id="a branch that may be anything"),
        pytest.param("SALES!", "", {"sales!"}, id="lower case"),
        pytest.param("numbers?!", "", {"numbe"}, id="an optional letter ends a run"),
        pytest.param("(?:numbers)?", "", None, id="an optional group needs nothing"),
        pytest.param("numbers{0,3}", "", {"numbe"}, id="a count from zero is optional"),
        pytest.param("(?:abcde){2}", "", {"abcd"}, id="a repeated group is there once"),
        pytest.param("abcde+fgh ", "", {"efgh"}, id="a repeated letter cuts a run"),
        pytest.param(r"\bnumber\b ", "", {"number"}, id="word borders take no text"),
        pytest.param("a(?=bcd)bcd ", "", {"abcd"}, id="lookarounds take no text"),
        pytest.param(r"(?<!\w)www\.", "", {"www."}, id="escaped punctuation means itself"),
        pytest.param("subscribe ", "i", {"subscr"}, id="when case is ignored a run is cut at the letter i"),
        pytest.param("chip ", "i", {"chip", "ch\u0131p", "chi\u0307p"}, id="or has every form of it"),
        pytest.param("(?i)CHIP ", "", {"chip", "ch\u0131p", "chi\u0307p"}, id="flags at the beginning"),
        pytest.param("abc(?i:CHIPS)", "", {"chip", "ch\u0131p", "chi\u0307p"}, id="flags of a group"),
        pytest.param("(?i)(?-i:chip )", "", {"chip"}, id="flags that a group takes back"),
        pytest.param("a(?i)number", "", None, id="flags in the middle"),
        pytest.param("number", "x", None, id="the flag x"),
        pytest.param("(?:number){e<=1}", "", None, id="fuzzy matching"),
        pytest.param(r"(number)\1", "", None, id="references"),
        pytest.param("[[:alpha:]]number", "", None, id="nested classes"),
        pytest.param("naïve number ", "", {"number"}, id="letters beyond ASCII are left out"),
        pytest.param('don"t stop ', "", {"stop"}, id="quotes are left out"),
        pytest.param("number(?#note)", "", None, id="comments"),
    ],
)  # fmt: skip
def test_required_texts_of(pattern, flags, required):
    found = required_in(pattern, flags=flags)

    assert found == (None if required is None else frozenset(required))


def test_a_pattern_over_folded_text_keeps_its_last_letter():
    assert required_in("sale", fold=True) == frozenset({"sale"})


def test_a_table_needs_a_text_of_any_row():
    table = make_table("googlebot!", r"curl/\d", patterns=True)

    assert required_literals(make_spec(table=table)) == frozenset({"googlebot!", "curl/"})


def test_a_table_with_one_row_that_may_be_anything_needs_nothing():
    assert required_literals(make_spec(table=make_table("googlebot", r"\d+", patterns=True))) is None
