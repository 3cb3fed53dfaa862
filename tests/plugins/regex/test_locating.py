"""Jumping to where a match can begin gives the matches that looking everywhere gives."""

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from rubricate_regex.locating import make_locating
from rubricate_regex.patterns import Pattern
from rubricate_regex.widening import widen
from support.backends import use_backend
from support.patterns import compiled, patterns, texts_for_patterns

many = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])


def all_ways(pattern: str, flags: str, text: str):
    search = compiled(pattern, flags)
    assume(search is not None and widen(pattern, flags) is not None)
    locating = make_locating(Pattern(text=pattern, flags=flags), search, 5.0)
    everywhere = [each.span() for each in search.finditer(text)]
    return [each.span() for each in locating.find(text)], list(locating.places(text)), everywhere


@pytest.mark.parametrize("backend", ["plain", "fast"])
@many
@given(
    pattern=patterns(),
    flags=st.sampled_from(["", "", "i", "s", "m", "a", "im"]),
    texts=st.lists(texts_for_patterns(), min_size=3, max_size=8),
)
@example(pattern="a|ab", flags="", texts=["xabab"])
@example(pattern=r"\ba", flags="", texts=["aa a", "ba a"])
@example(pattern=r"(?<=a)b", flags="", texts=["abab", "bab"])
@example(pattern=r"(?<!a)b", flags="", texts=["abb", "bb"])
@example(pattern=r"^a", flags="", texts=["aa", "b\na"])
@example(pattern=r"^a", flags="m", texts=["aa", "b\na\na"])
@example(pattern=r"a$", flags="", texts=["a\n", "a\na\n"])
@example(pattern=r"a*", flags="", texts=["baab"])
@example(pattern=r"b|a*?", flags="", texts=["baab"])
@example(pattern=r"k\s", flags="i", texts=["K\x1ck\x0b", "\u212a "])
@example(pattern=r"a|ab|abc", flags="", texts=["abcabab"])
@example(pattern=r"(?:ab|a)(?:bc|c)?", flags="", texts=["abcabac"])
@example(pattern=r"\bab?\b", flags="", texts=["a ab abb a_ a"])
@example(pattern=r"\A(?:a|b)", flags="", texts=["ab", "ba"])
def test_matches_are_those_of_looking_everywhere(backend, pattern, flags, texts):
    with pytest.MonkeyPatch.context() as patch:
        use_backend(patch, backend)
        for text in texts:
            located, places, everywhere = all_ways(pattern, flags, text)
            assert (located, places) == (everywhere, everywhere), text


def test_time_runs_out_over_all_matches_of_a_text(monkeypatch):
    use_backend(monkeypatch, "fast")
    pattern = r"(?:a|aa)+$"
    locating = make_locating(Pattern(text=pattern), compiled(pattern, ""), 0.05)

    with pytest.raises(TimeoutError):
        list(locating.find("a" * 3000 + "b"))


def test_no_text_makes_an_exact_pattern_slow(monkeypatch):
    use_backend(monkeypatch, "fast")
    pattern = r"(?:a|aa)+b"
    locating = make_locating(Pattern(text=pattern), compiled(pattern, ""), 0.05)

    assert list(locating.places("a" * 3000 + "c" + "aab")) == [(3001, 3004)]
