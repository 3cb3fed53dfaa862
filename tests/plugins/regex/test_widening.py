"""A text that the wider pattern does not match is never searched, so a single unsound answer would lose matches."""

import re

import pytest
import regex
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from rubricate.model.wider import Wider
from rubricate.texts.searching import make_pattern_set
from rubricate_regex.widening import HIGHEST, widen, wider_of
from support.backends import use_backend
from support.matching import make_spec, make_table
from support.patterns import CONTROLS, compiled, patterns, texts_for_patterns

many = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
flags_of_patterns = st.sampled_from(["", "", "i", "s", "m", "a", "ai", "im"])


def may_match(patch, name: str, wider: Wider, text: str) -> bool:
    use_backend(patch, name)
    return bool(make_pattern_set([wider]).choose(text))


@pytest.mark.parametrize("backend", ["plain", "fast"])
@many
@given(pattern=patterns(), flags=flags_of_patterns, texts=st.lists(texts_for_patterns(), min_size=5, max_size=12))
def test_no_text_that_matches_is_ruled_out(backend, pattern, flags, texts):
    search = compiled(pattern, flags)
    assume(search is not None)
    wider = widen(pattern, flags)
    assume(wider is not None)

    with pytest.MonkeyPatch.context() as patch:
        use_backend(patch, backend)
        known = make_pattern_set([wider])
        for text in texts:
            if search.search(text, timeout=5):
                assert known.choose(text), (text, wider)


@pytest.mark.parametrize("backend", ["plain", "fast"])
@many
@given(
    found=st.lists(st.tuples(patterns(), flags_of_patterns), min_size=2, max_size=6),
    texts=st.lists(texts_for_patterns(), min_size=3, max_size=6),
)
def test_of_many_patterns_none_that_matches_is_left_out(backend, found, texts):
    known = [(search, wider) for pattern, flags in found
             if (search := compiled(pattern, flags)) is not None and (wider := widen(pattern, flags)) is not None]  # fmt: skip
    assume(known)

    with pytest.MonkeyPatch.context() as patch:
        use_backend(patch, backend)
        chosen = make_pattern_set([wider for _, wider in known])
        for text in texts:
            matching = {number for number, (search, _) in enumerate(known) if search.search(text, timeout=5)}
            assert matching <= set(chosen.choose(text)), text


ITEMS = [r"\w", r"\d", r"\s", r"\W", r"\D", r"\S", ".", "[^a]", "[a-z]", "[^a-z]", r"[^\s,]", "i", "k", "s", "é", "ß", "[k-s]", "[é-ü]",
         r"\p{L}", r"\P{L}", r"[\w-]", r"\n", r"\x1c",  "-"]  # fmt: skip


@pytest.mark.parametrize("flags", ["", "i", "s", "a", "ai"])
@pytest.mark.parametrize("item", ITEMS)
def test_an_item_is_as_wide_as_all_of_unicode_asks_for(item, flags):
    every = "".join(chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000)
    matched = "".join(compiled(item, flags).findall(every))
    wide = re.sub(r"\\x\{([0-9a-f]+)\}", lambda found: f"\\U{int(found[1], 16):08x}", widen(item, flags).of_any)

    assert re.sub(wide, "", matched) == ""


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        pytest.param("foo$", "foo\n", id="the end before a newline"),
        pytest.param(r"a\sb", "a\x0bb", id="white space that RE2 does not know"),
        pytest.param("(?i)istanbul", "İstanbul", id="a capital i with a dot"),
        pytest.param("(?i)ſ", "S", id="a long s for a capital one"),
        pytest.param(r"caf\w\b", "café au", id="letters beyond ASCII"),
        pytest.param(r"\d+", "٣", id="digits beyond ASCII"),
        pytest.param(r"(?<!\w)#\w{3,30}\b", "#été2024", id="look-behind"),
        pytest.param(r"x{2000}", "x" * 2000, id="a count over the highest of RE2"),
        pytest.param(r"a.b", "a\rb", id="a dot for a carriage return"),
        pytest.param(r"^b", "a\nb", id="not a match, so anything goes"),
        pytest.param(r"(?m)^b", "a\nb", id="the beginning of a line"),
        pytest.param(r"(?ai)\P{Lu}", "a", id="a property that a search and a match see differently"),
    ],
)
@pytest.mark.parametrize("backend", ["plain", "fast"])
def test_what_a_plain_set_of_re2_would_miss_is_let_through(monkeypatch, backend, pattern, text):
    assert may_match(monkeypatch, backend, widen(pattern), text) or not regex.search(pattern, text, regex.V0)


@pytest.mark.parametrize(
    "pattern", [r"(a)\1", "a(?(1)b|c)", "(?x) a b", "a{e<=1}", r"\X", "(?V1)a", "(?:a", r"\Ka", "a" * 3000]
)
def test_what_is_not_known_for_certain_is_not_filtered(pattern):
    assert widen(pattern) is None


def test_control_characters_are_told_apart(monkeypatch):
    for backend in ("plain", "fast"):
        for character in CONTROLS:
            for pattern in (r"x\sx", r"x\Sx", r"x.x", r"x[^\n]x", r"x$", r"x\W"):
                text = f"x{character}x"
                if regex.search(pattern, text, regex.V0):
                    assert may_match(monkeypatch, backend, widen(pattern), text), (backend, pattern, text)


def test_needed_characters_are_those_that_are_rare():
    assert widen(r"\$\d+").needs == {frozenset("$"), frozenset("0123456789")}
    assert widen(r"\d+ ?(?:%|off)").needs == {frozenset("0123456789")}
    assert widen(r"(?:€|\d) ?(?:A|B)").needs == {frozenset("AB")} | {frozenset("0123456789")}
    assert widen("the (?:cat)?").needs == frozenset()


def test_a_table_of_patterns_is_as_wide_as_all_of_them():
    spec = make_spec(table=make_table("cat", r"\d", patterns=True))

    assert wider_of(spec) == Wider(
        of_ascii=r"(?:cat)|(?:[\x30-\x39])", of_any=r"(?:cat)|(?:[\x30-\x39\x{80}-\x{10ffff}])"
    )
    assert wider_of(make_spec(table=make_table("cat", r"(a)\1", patterns=True))) is None
    assert wider_of(make_spec(options={"pattern": "cat"}, fold=True)) is None


def test_high_counts_become_or_more():
    assert widen("a{2,40}").of_any == "a{2,}"
    assert widen("a{40}").of_any == f"a{{{HIGHEST},}}"
    assert widen("a{3}").of_any == "a{3}"


@pytest.mark.parametrize(
    "pattern",
    [
        "cat",
        r"\bcat\b",
        "(?i)cat|dog",
        r"(?:\d{1,3}[.,]){2}\d+",
        r"^\w+",
        r"(?P<year>20\d\d)",
        "[^>]{0,16}>",
        "a?b",
        "£|€\\d",
        "(|a)b",
    ],
)
def test_what_nothing_was_widened_of_is_exact(pattern):
    assert widen(pattern).is_exact


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("cat$", "an end is left out"),
        (r"\Bcat", "so is what stands within a word"),
        (r"cat\Z", "so is the end of all"),
        ("(?m)^cat", "so is the beginning of a line"),
        ("(?<!a)cat", "so is look-around"),
        ("<.+?>", "a lazy repeat became a greedy one"),
        ("a{1,2}?b", "also one that is counted"),
        ("a++b", "so did one that gives nothing back"),
        ("(?>a|ab)c", "and a group that gives nothing back"),
        ("a{2,40}", "a high count became any"),
        ("(?:a|b?)*c", "a repeat of what may be empty is read in two ways"),
        ("(?:a*)?b", "also where it is taken once"),
        ("a*", "an empty match is for finditer to say"),
        ("a|", "also one of a branch"),
        (r"\b", "also one of an anchor alone"),
        (r"[\p{Lu}_]", "properties are for the package to say"),
    ],
)
def test_what_was_widened_is_not_exact(pattern, reason):
    assert not widen(pattern).is_exact, reason
