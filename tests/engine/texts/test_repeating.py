"""Counts within counts are found before the library writes them out."""

import pytest
import regex

from rubricate.texts.repeating import MOST_STEPS, check_repeats, steps_of


@pytest.mark.parametrize(
    ("pattern", "steps"),
    [
        ("(a){1000}", 1000),
        ("(?P<x>ab){1000}", 2000),
        ("(?<=ab)c{10}", 12),
        ("(?:ab|c){2}{3}", 18),
        ("(?i)(?:a{10}){10}", 100),
        ("(?i:a{10}){10}", 100),
        ("(?#a(b)c{9}", 9),
        (r"\({10}[({]{5}\)", 16),
        ("[]x]{7}[^]]{2}", 9),
        ("a{0,1000}b{,9}c{2,}", 4),
        ("a{x}", 4),
        ("a)b{9}", 10),
        ("(((a{1000}){1000}){1000}){1000}", 10**12),
    ],
)
def test_what_must_repeat_is_counted(pattern, steps):
    assert steps_of(pattern) == steps


@pytest.mark.parametrize("pattern", ["x" * 200_000, r"\d{3}-\d{2,4}" * 50, "(?:ab){50000}"])
def test_what_can_be_compiled_is_allowed(pattern):
    check_repeats(pattern)

    assert regex.compile(pattern) is not None


def test_what_would_take_all_memory_is_refused():
    with pytest.raises(OverflowError) as caught:
        check_repeats("(?:(?:a{1000}){1000}){1000}b")

    assert str(caught.value) == f"its counts multiply to 1,000,000,001 steps, and it may have {MOST_STEPS:,}"
