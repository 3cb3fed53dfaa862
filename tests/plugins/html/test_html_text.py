from __future__ import annotations

import html
import time
from html.entities import html5

import pytest

from rubricate.api import OffsetMap
from rubricate_html import register_transforms
from rubricate_html.stripping import html_text

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8"><title>Old &amp; new</title>
  <style>p > b { color: red }</style>
  <script>if (a < b && c > d) { document.write("<p>never</p>"); }</script>
</head>
<body class="a>b">
  <!-- menu: <a href="/">home</a> -->
  <nav><ul><li><a href="/?a=1&amp;b=2" title='say "hi">'>Home</a></li>
  <li>News</li></ul></nav>
  <h1>Fire &amp; ice</h1>
  <p>The price fell <b>5&nbsp;%</b>, <i>they</i> s<b>ai</b>d &mdash; &ldquo;again&rdquo;.
  Still 3 < 4.</p><p>Next<br/>line &copy 2024</p>
  <noscript><img src="x"></noscript>
  <table><tr><td>one</td><td>two</td></tr></table>
</body>
</html>
"""


def text_of(source: str) -> str:
    answer = html_text(source)
    return source if answer is None else answer[0]


def test_a_page_becomes_what_its_reader_sees() -> None:
    assert text_of(PAGE) == (
        "Home\nNews\nFire & ice\nThe price fell 5\xa0%, they said — “again”.\n  Still 3 < 4.\nNext\nline © 2024\none\ntwo"
    )


def test_words_lead_back_to_where_they_stand_in_the_page() -> None:
    answer = html_text(PAGE)
    assert answer is not None
    text, offsets = answer

    def source_of(part: str) -> str:
        start, end = offsets.to_source(text.index(part), text.index(part) + len(part))
        return PAGE[start:end]

    assert source_of("ice") == "ice"
    assert source_of("Fire & ice") == "Fire &amp; ice"
    assert source_of("said") == "s<b>ai</b>d"
    assert source_of("5\xa0%,") == "5&nbsp;%</b>,"
    assert source_of("one\ntwo") == "one</td><td>two"


def test_the_map_has_a_piece_for_each_part() -> None:
    assert html_text("a &lt; <b>b</b><p> c") == (
        "a < b\nc",
        OffsetMap([(0, 2, 0, 2), (2, 3, 2, 6), (3, 4, 6, 7), (4, 5, 10, 11), (5, 6, 11, 19), (6, 7, 19, 20)]),
    )


@pytest.mark.parametrize(
    "source", ["", "plain", "a > b", "5 < 6", "<3 </3 <- <", "AT&T a&b & &", "&bogus; &;", "a <b and c", "]]>", "<!>"]
)
def test_a_text_without_markup_is_left_alone(source: str) -> None:
    assert html_text(source) is None


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("sub<b>scri</b>be", "subscribe", id="inline tags join"),
        pytest.param("a<br>b<BR/>c<br /><br>d", "a\nb\nc\nd", id="line breaks"),
        pytest.param("<div><p>a</p>\n\n <p> b</p></div> ", "a\nb", id="white space around blocks"),
        pytest.param(" <b>a</b> b", " a b", id="white space around inline tags"),
        pytest.param("a&nbsp;<p>&nbsp;b", "a\nb", id="written white space around blocks"),
        pytest.param("<p></p>", "", id="nothing left"),
        pytest.param("a<a title='x>y' href=\"<b>\" c=d>b", "ab", id="marks inside quotes"),
        pytest.param("a<p don't>it's</p>", "a\nit's", id="an apostrophe outside a value"),
        pytest.param('a<a ="x>b', "ab", id="a quote that is no value"),
        pytest.param("a<a\nb = 'c>'\n>d", "ad", id="tag over several lines"),
        pytest.param("a<x-y:z>b</x-y:z>", "ab", id="unknown tags"),
        pytest.param('<a title="x <b>bold</b> <p', "bold <p", id="quote never closed"),
        pytest.param('<a b="c <b d="e>f', "f", id="values without an end"),
        pytest.param("5<6 <b>x</b> 7<a", "5<6 x 7<a", id="tag never closed"),
        pytest.param("a<!-- <b> -- > -->b<!---->c<!-->d", "abcd", id="comments"),
        pytest.param("a<!-- b --!>c", "ac", id="comment closed badly"),
        pytest.param("a<!-- b", "a", id="comment never closed"),
        pytest.param("<?xml version='1.0'?><!doctype html>a<![if IE]>b<![endif]>", "ab", id="declarations"),
        pytest.param("<![CDATA[<p>R&amp;D</p>]]> ]]>", "R&D\n]]>", id="sections"),
        pytest.param("a<SCRIPT src=x>b<c></SCRIPT\n>d", "ad", id="script"),
        pytest.param("a<script>b</scripted>c</script>d", "ad", id="script with a tag like its own"),
        pytest.param("a<script>b", "a", id="script never closed"),
        pytest.param("a<style>b</style>c<title>d</title>e", "ac\ne", id="style and title"),
        pytest.param("a<template><template>b</template>c</template>d", "ad", id="templates"),
        pytest.param("a<noscript>b<noscript>c", "abc", id="noscript never closed"),
        pytest.param("<head><meta x><body>a", "a", id="head never closed"),
        pytest.param("<textarea>a</textarea><select><option>b<option>c</select>", "a\nb\nc", id="forms"),
        pytest.param("&lt;b&gt;&amp;lt;", "<b>&lt;", id="decoded once"),
        pytest.param("a&#1;b", "ab", id="reference to nothing"),
    ],
)
def test_markup_is_read_as_browsers_read_it(source: str, expected: str) -> None:
    assert text_of(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "&#39;", "&#039", "&#x27;", "&#X2f", "&amp;", "&ampx", "&notit;", "&notin;", "&eacute", "&NotEqualTilde;", "&#128;",
        "&#0;", "&#xD800;", "&#x110000;", "&#00000000000065;", "&#1;x", "&apos;", "&apos", "&hearts;", "&nbsp", "&#;", "&#x;",
        "&#xg;", "&LT", "&lt&gt", "&CounterClockwiseContourIntegral;", "&b.alpha;",
    ],
)  # fmt: skip
def test_a_reference_means_what_it_means_to_python(source: str) -> None:
    assert text_of(f"{source} .") == html.unescape(f"{source} .")


def test_each_named_reference_is_known() -> None:
    assert [name for name, character in html5.items() if text_of(f"&{name}") != character] == []


@pytest.mark.parametrize("source", ["&#" + "9" * 5000 + ";", "&#x" + "f" * 5000, "&#99999999999999999999;"])
def test_a_number_beyond_all_characters_is_the_replacement_character(source: str) -> None:
    assert text_of(source) == "\ufffd"


UNITS = (
    "<b>", "<div>", "<div>a</div>", "<a ", '<a b="', '<a b="">', "<!--", "&", "&amp", "&amp;", "&#", "&#9", "&a", "<script>",
    "<script>x</script>", "<template>", "</template>", "<title>", "<", "</", "<a<", "<a a=b ", "x <br> ", " ", "&nbsp;", "]]>",
    "<![CDATA[", "<!a", "<p> ", "='", "\"'", "<a x='\">",
)  # fmt: skip


@pytest.mark.parametrize("frame", ["{}", "<a {}", "<a {}>", '<a b="{}', "a<br>{}", '<a x="{}" >\'', '<a{} x=">"'])
def test_time_grows_with_the_length_of_hostile_pages(frame: str) -> None:
    def seconds(count: int) -> float:
        sources = [frame.format(unit * count) for unit in (*UNITS, ' x="<b "', " x='<b y=\"' z='\"")]
        found = []
        for _ in range(3):
            begun = time.perf_counter()
            for source in sources:
                html_text(source)
            found.append(time.perf_counter() - begun)
        return min(found)

    assert seconds(4000) < 12 * seconds(1000) + 0.05


def test_a_million_nested_tags_are_no_trouble() -> None:
    assert text_of("<i>" * 1_000_000 + "deep") == "deep"


def test_the_transform_has_no_options() -> None:
    (transform,) = register_transforms()

    assert (transform.name, transform.options["properties"]) == ("html_text", {})
    assert transform.make({})("<b>a</b>") == ("a", OffsetMap([(0, 1, 3, 4)]))
