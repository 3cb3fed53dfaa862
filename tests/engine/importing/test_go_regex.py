"""Patterns of Go mean the same once they are written anew."""

import pytest
import regex

from rubricate.importing.go_regex import UntranslatableError, translate


@pytest.mark.parametrize(
    ("pattern", "written"),
    [
        pytest.param(r"\b(p8e-(?i)[a-z]{2})x", r"\b(p8e-(?i:[a-z]{2}))x", id="flags hold to the end of their group"),
        pytest.param("a(?i)b|c", "a(?i:b)|(?i:c)", id="and in the branches behind them"),
        pytest.param("(?i)a(?-i)b", "(?i)a(?-i:b)", id="flags at the beginning stay there"),
        pytest.param("(?i)a(?-i:b)", "(?i)a(?-i:b)", id="flags of a group stay its own"),
        pytest.param("a(?s).(?i).b", "a(?s:.)(?is:.b)", id="flags add up"),
        pytest.param("a(?i)(?-i)b", "ab", id="flags that are taken back"),
        pytest.param("^a$", r"^a\Z", id="the end is the very end"),
        pytest.param("(?m)^a$", "(?m:^)a(?m:$)", id="unless lines are asked for"),
        pytest.param(r"(?:a|\z)", r"(?:a|\Z)", id="the other end"),
        pytest.param("${a}{,2}", r"\Z\{a\}\{,2\}", id="braces that repeat nothing"),
        pytest.param("a{2,}?b{3}", "a{2,}?b{3}", id="braces that do"),
        pytest.param("[[:alnum:]_[]", r"[0-9A-Za-z_\[]", id="classes by name"),
        pytest.param("[]a][^]b]", r"[\]a][^\]b]", id="a bracket at the beginning of a class"),
        pytest.param(r"\Qa.b\E+", r"a\.b+", id="quoted text"),
        pytest.param(r"\x60\x{1F600}\101", r"\x60\U0001f600\x41", id="characters by number"),
        pytest.param(r"\pL\P{Greek}\p{^Lu}", r"\p{L}\P{Greek}\P{Lu}", id="properties"),
        pytest.param("(?P<a>b)(?<c>d)", "(?<a>b)(?<c>d)", id="named groups"),
        pytest.param(r"\"\/\-\#", r'"/\-\#', id="signs that need no backslash"),
        pytest.param("a\tb\n", r"a\U00000009b\U0000000a", id="white space that cells cannot hold"),
    ],
)
def test_a_pattern_is_written_so_that_it_means_the_same(pattern, written):
    assert translate(pattern) == written
    regex.compile(written, regex.V0 | regex.A)


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(?U)a", 'the flag "U" is not known'),
        ("(?=a)", 'Go has no group that begins with "(?="'),
        (r"\8", r'the escape "\8" is not known'),
        ("a\\", 'the escape "\\" is not known'),
        ("a**", "two quantifiers follow one another"),
        ("*a", "there is nothing before a quantifier to repeat"),
        ("(a", "a parenthesis is opened and never closed"),
        ("a)", "a parenthesis is closed and was never opened"),
        ("[^a", 'a character class is never closed: "[^a"'),
        ("[[:word:]", 'a character class is never closed: "[[:word:]"'),
        ("[[:^word:]]", 'the class "[:^word:]" is not known'),
        (r"\x{110000}", r'"\x{110000}" is no character'),
        ("(" * 200, "it is nested too deeply"),
    ],
)
def test_a_pattern_that_is_not_certain_is_refused_in_words(pattern, reason):
    with pytest.raises(UntranslatableError) as caught:
        translate(pattern)

    assert str(caught.value) == reason
