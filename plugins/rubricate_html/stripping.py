"""HTML to text in one pass, in time linear in its length whatever the input.

Broken HTML is read as browsers read it, but for what would lose text that a writer meant: a tag that is never closed
stays text ("a <b and c" is more often a comparison than markup), an element that is not shown and never closed loses
its tag only (scripts and styles excepted), and a CDATA section is read like the rest.
"""

from __future__ import annotations

import re

from rubricate.api import OffsetMap
from rubricate_html.references import decode_reference
from rubricate_html.writing import Writer

__all__ = ["html_text"]

BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "br", "button", "caption", "center", "dd", "details",
        "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "frameset",
        "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hgroup", "hr", "html", "legend", "li", "main",
        "menu", "nav", "ol", "optgroup", "option", "p", "pre", "search", "section", "select", "summary", "table",
        "tbody", "td", "textarea", "tfoot", "th", "thead", "title", "tr", "ul",
    }
)  # fmt: skip
"""Elements that stand on lines of their own, cells of a table and parts of a form among them."""
LEFT_OUT = frozenset({"iframe", "noembed", "noframes", "noscript", "script", "style", "template", "title"})
"""Elements of which a page shows nothing. There is no need to look for the end of a head: it holds only these."""
CODE = frozenset({"script", "style"})
"""Those of LEFT_OUT that run to the end of the text if nothing closes them."""

_marks = re.compile(
    r"(?P<reference>&[#A-Za-z])|(?P<tag></?[A-Za-z])|(?P<comment><!--)|(?P<section><!\[CDATA\[)"
    r"|(?P<declaration><!\[?[A-Za-z]|<\?[A-Za-z])|(?P<section_end>\]\]>)"
).search
_tag = re.compile(
    r"""</?[A-Za-z][^\s/>]*+
    (?: [\s/]++
      | [^\s/>][^\s/>=]*+ (?: \s*+=\s*+ (?: "[^"]*+" | '[^']*+' | (?!["'])[^\s>]*+ ) )?+
    )*+>""",
    re.VERBOSE,
).match
_simple_tag = re.compile(r"</?[A-Za-z][^<>]*+>").match
_tag_name = re.compile(r"[^\s/>]+").match
_borders = {name: re.compile(rf"<(/?)(?i:{name})(?=[\s/>])").finditer for name in LEFT_OUT}
_comment_end = re.compile(r"--!?>").search


def html_text(text: str) -> tuple[str, OffsetMap] | None:
    """The text without markup and the way back; None when there is none.

    >>> html_text("5 < 6, <b>R&amp;D</b><br>I <3 it")[0]
    '5 < 6, R&D\\nI <3 it'
    """
    if "<" not in text and "&" not in text:
        return None
    writer = Writer(text)
    _Reader(text, writer).read()
    return writer.finish()


class _Reader:
    """One text on its way through."""

    def __init__(self, text: str, writer: Writer) -> None:
        self._text = text
        self._writer = writer
        self._last_end_of_tag = text.rfind(">")
        self._match_tag = _tag
        self._in_section = False
        self._never_closed: set[str] = set()

    def read(self) -> None:
        """Gives the writer all that is to be kept, in order."""
        text, writer = self._text, self._writer
        done = at = 0
        while (mark := _marks(text, at)) is not None:
            start = mark.start()
            kind = mark.lastgroup
            if kind == "reference":
                decoded = decode_reference(text, start)
                if decoded is None:
                    at = start + 1
                    continue
                characters, at = decoded
                writer.keep(done, start)
                writer.replace(characters, start, at)
            else:
                end = self._end_of_markup(kind, start)
                if end is None:
                    at = start + 1
                    continue
                writer.keep(done, start)
                at = end if kind != "tag" else self._pass_tag(start, end)
            done = at
        writer.keep(done, len(text))

    def _end_of_markup(self, kind: str | None, start: int) -> int | None:
        """Where the markup that begins at `start` ends; None if it is text."""
        if kind == "section_end":
            was_open, self._in_section = self._in_section, False
            return start + len("]]>") if was_open else None
        if kind == "section":
            # Feeds wrap whole pages in such a section, so what stands in it is read like the rest.
            self._in_section = True
            return start + len("<![CDATA[")
        if kind == "comment":
            end = _comment_end(self._text, start + len("<!"))
            return len(self._text) if end is None else end.end()
        if start > self._last_end_of_tag:
            return None
        if kind == "declaration":
            return self._text.index(">", start) + 1
        found = self._match_tag(self._text, start)
        if found is None and self._match_tag is _tag:
            # Somewhere in the rest a quote is not closed. Looking for its end again and again would take
            # quadratic time, so from here on quotes mean nothing.
            self._match_tag = _simple_tag
            found = _simple_tag(self._text, start)
        return None if found is None else found.end()

    def _pass_tag(self, start: int, end: int) -> int:
        """Leaves out a tag, and the element that it opens if a page would not show that; gives where it ends."""
        opening, name = _name(self._text, start, end)
        if name in BLOCKS:
            self._writer.break_line()
        if not opening or name not in LEFT_OUT or name in self._never_closed:
            return end
        close = _end_of_element(self._text, name, end)
        if close is None:
            self._never_closed.add(name)
            return len(self._text) if name in CODE else end
        return close


def _name(text: str, start: int, end: int) -> tuple[bool, str]:
    """Whether the tag at [start, end) opens an element, and the element's name."""
    opening = text[start + 1] != "/"
    found = _tag_name(text, start + (1 if opening else 2), end)
    return opening, "" if found is None else found[0].lower()


def _end_of_element(text: str, name: str, start: int) -> int | None:
    """The end of an element whose content begins at `start`, or None if nothing closes it."""
    depth = 1
    for border in _borders[name](text, start):
        if border[1]:
            depth -= 1
        elif name == "template":  # the only one that can hold others of its kind
            depth += 1
        if not depth:
            close = text.find(">", border.end())
            return len(text) if close < 0 else close + 1
    return None
