"""A long table gives what its patterns give one by one."""

import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from rubricate_regex.patterns import Pattern
from rubricate_regex.rows import FEWEST, RowGuard, make_row_guard
from rubricate_regex.scanning import RegexScanner
from support.matching import make_document, make_spec, make_table

WORDS = ("Safari", "Mobile/", "Chrome", "spider", "Kindle", "iPhone", "Lynx ", "Edg")
patterns = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["", "(?i)", "^", r"\b", "(?:x|y)?"]),
    st.sampled_from([*WORDS, "[a-z]+", "."]),
    st.sampled_from(["", r"/?\d*", "$", "|K", "(?=/)"]),
    st.sampled_from(["", "s?", r"\W", "(?i:KI)"]),
)
texts = st.lists(st.sampled_from([*WORDS, "SAFARI", "\u212aindle", "\u0131Phone", "ſpider", "/7", " ", "é"])).map(
    "".join
)


@settings(max_examples=60, deadline=None)
@given(found=st.lists(patterns, min_size=FEWEST, max_size=FEWEST + 8), text=texts)
def test_no_pattern_that_matches_is_ruled_out(found, text):
    guard = make_row_guard([Pattern(text=each) for each in found], fold=False)
    matching = {index for index, each in enumerate(found) if regex.search(each, text, regex.V0)}

    assert guard is None or matching <= set(guard.choose(text))


def test_rows_stay_in_their_order():
    guard = RowGuard([frozenset({"bbb"}), None, frozenset({"aaa"}), frozenset({"ccc"})])

    assert guard.choose("AAA bbb") == [0, 1, 2]


def test_short_tables_and_those_without_literals_have_no_guard():
    assert make_row_guard([Pattern(text="safari!")] * (FEWEST - 1), fold=False) is None
    assert make_row_guard([Pattern(text="[a-z]+")] * 40, fold=False) is None


def test_the_first_row_that_matches_wins_in_a_long_table_too():
    rows = [f"Browser{number}/" for number in range(40)]
    table = make_table(*rows, "Browser", patterns=True)

    def first(text):
        found = RegexScanner([make_spec(table=table, take="first")]).scan([make_document(text)])[0]
        return [(start, end, row) for _, _, start, end, _, row in found]

    assert first("Browser Browser30/ Browser7/") == [(19, 28, 7)]
    assert first("Browser99/") == [(0, 7, 40)]
