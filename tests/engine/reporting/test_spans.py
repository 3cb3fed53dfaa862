"""Texts with marked parts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rubricate.reporting.spans import LEAST_GAP, Mark, Segment, cut, excerpt, shorten

SPAM = Mark(start=0, end=4, label="spam")
LINK = Mark(start=2, end=6, label="link")


def test_marks_that_cross_share_a_segment():
    assert cut("abcdefg", [LINK, SPAM]) == (
        Segment(text="ab", marks=(SPAM,)),
        Segment(text="cd", marks=(SPAM, LINK), ends=(SPAM,)),
        Segment(text="ef", marks=(LINK,), ends=(LINK,)),
        Segment(text="g"),
    )


def test_a_nested_mark_stands_inside():
    inner = Mark(start=1, end=2, label="link")

    assert cut("abcd", [inner, SPAM])[1] == Segment(text="b", marks=(SPAM, inner), ends=(inner,))


def test_empty_marks_and_marks_outside_the_text_are_left_out():
    outside = [Mark(start=2, end=2, label="x"), Mark(start=3, end=99, label="x")]

    assert cut("abcd", outside) == (Segment(text="abcd"),)


def test_a_short_text_is_shown_whole():
    assert excerpt("abcdefg", [SPAM], limit=10) == cut("abcdefg", [SPAM])


def test_a_long_text_is_shown_around_its_mark_and_says_how_much_is_left_out():
    mark = Mark(start=9500, end=9505, label="spam")
    text = "a" * 9500 + "SPAM!" + "b" * 500

    assert excerpt(text, [mark], limit=25, around=10) == (
        Segment(text="… 9,490 more characters … ", left_out=9490),
        Segment(text="a" * 10),
        Segment(text="SPAM!", marks=(mark,), ends=(mark,)),
        Segment(text="b" * 10),
        Segment(text=" … 490 more characters", left_out=490),
    )


def test_an_excerpt_begins_and_ends_between_words():
    text = "lorem ipsum " * 20 + "SPAM" + " dolor amet" * 20
    mark = Mark(start=240, end=244, label="spam")

    assert [segment.text for segment in excerpt(text, [mark], limit=44, around=20)] == [
        "… 222 more characters … ",
        "ipsum lorem ipsum ",
        "SPAM",
        " dolor amet dolor",
        " … 203 more characters",
    ]


def test_a_few_characters_are_never_left_out():
    marks = [Mark(start=20, end=24, label="spam"), Mark(start=80, end=84, label="spam")]

    segments = excerpt("x" * 110, marks, limit=60, around=12)

    assert "".join(segment.text for segment in segments) == "x" * 110


def test_of_a_very_long_mark_the_beginning_is_shown():
    mark = Mark(start=100, end=20_000, label="spam")

    segments = excerpt("a" * 30_000, [mark], limit=300)

    assert [len(segment.text) for segment in segments if segment.marks] == [300]


def test_a_long_text_without_marks_is_cut_at_its_end():
    assert excerpt("a" * 90, [], limit=20) == (
        Segment(text="a" * 20),
        Segment(text=" … 70 more characters", left_out=70),
    )


def test_shortened_texts_keep_both_ends():
    assert (shorten("abcdefghij", 7), shorten("abc", 7)) == ("abcd…ij", "abc")


marks = st.lists(
    st.builds(
        lambda start, length, label: Mark(start=start, end=start + length, label=label),
        st.integers(0, 60),
        st.integers(0, 30),
        st.sampled_from("xyz"),
    ),
    max_size=8,
)


@given(st.text(max_size=60), marks)
def test_segments_together_are_the_text(text, marks):
    assert "".join(segment.text for segment in cut(text, marks)) == text


@given(st.text(max_size=60), marks)
def test_each_mark_covers_exactly_its_text(text, marks):
    segments = cut(text, marks)

    shown = {mark for segment in segments for mark in segment.marks}
    assert shown == {mark for mark in marks if mark.start < mark.end <= len(text)}
    for mark in shown:
        covered = "".join(segment.text for segment in segments if mark in segment.marks)
        assert covered == text[mark.start : mark.end]


@given(st.text(min_size=40, max_size=400), marks)
def test_an_excerpt_is_bounded_and_keeps_the_first_mark_in_view(text, marks):
    segments = excerpt(text, marks, limit=30, around=5)
    inside = sorted((m for m in marks if m.start < m.end <= len(text)), key=lambda m: (m.start, -m.end, m.label))

    assert sum(len(segment.text) for segment in segments if not segment.is_gap) <= 30 + 4 * 5 + 3 * LEAST_GAP
    assert sum(len(segment.text) if not segment.is_gap else segment.left_out for segment in segments) == len(text)
    assert not inside or any(inside[0] in segment.marks for segment in segments)
