"""Draws one annotated record: as text for a terminal, as an HTML fragment for a notebook."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from rubricate.reporting.annotated import KEY, read_annotated
from rubricate.reporting.figures import number, score, visible
from rubricate.reporting.markup import Markup, element, join
from rubricate.reporting.pictures import Finding, Picture, PictureField, Quote, Said, picture
from rubricate.reporting.spans import Mark, Segment
from rubricate.reporting.viewing import AS_WRITTEN, Texts

__all__ = ["draw_html", "draw_text", "marked", "opening"]

_ANSI = (36, 33, 35, 32, 34, 31)
"""Foreground colours of a terminal, by label: cyan, yellow, magenta, green, blue, red."""

_RGB = ("38,132,153", "201,138,22", "155,89,182", "60,148,86", "66,112,201", "204,82,82", "128,128,60", "110,110,125")
"""Colours of a notebook, by label: seen on white and on black."""


WHOLE_HTML = 200_000
"""So many characters of a long text can be opened in a notebook."""


def draw_text(
    record: Mapping[str, object],
    *,
    key: str = KEY,
    fields: Sequence[str] = (),
    shown: Texts = AS_WRITTEN,
    colour: bool = False,
    limit: int | None = None,
    others: bool = False,
    opens: str = "",
) -> str:
    """A record with its evidence marked, each mark followed by its label, and the reasons below.

    `shown` are the texts that stand for the record's own. With `colour` marks are coloured by ANSI sequences; without,
    they stand in brackets: `please [SUBSCRIBE](spam)`. Control characters of the record are written out, so that a text
    can do nothing to the terminal. `others` adds the fields that are no texts; `opens` says, below texts that were cut
    to about `limit` characters, how they are shown whole.
    """
    drawn = picture(read_annotated(record, key=key), fields=fields, shown=shown, limit=limit)
    colours = {label: _ANSI[index % len(_ANSI)] for index, label in enumerate(_labels(drawn))}
    pen = _Pen(colours if colour else {})
    lines = [pen.bold(" ".join(visible(part) for part in (drawn.id, drawn.route) if part))]
    lines += _text_lines(drawn, pen, others=others)
    if opens and drawn.is_cut:
        lines.append(pen.dim(opens))
    for said in drawn.said:
        lines.append(f"{pen.label(said.label)} {_state(said)}")
        lines += [f"  {_finding_line(finding, pen)}" for finding in said.findings]
    if drawn.left_out:
        lines.append(f"  and {drawn.left_out} more")
    lines += [f"{pen.dim('asked')}  {visible(why)}" for why in drawn.why]
    return "\n".join(lines) + "\n"


def draw_html(
    record: Mapping[str, object],
    *,
    key: str = KEY,
    fields: Sequence[str] = (),
    shown: Texts = AS_WRITTEN,
    limit: int | None = 2000,
) -> str:
    """An HTML fragment with its styles inline, readable on light and on dark; what `_repr_html_` gives.

    A text that was cut to about `limit` characters can be opened.
    """
    read = read_annotated(record, key=key)
    drawn = picture(read, fields=fields, shown=shown, limit=limit, whole=WHOLE_HTML)
    colours = {label: _RGB[index % len(_RGB)] for index, label in enumerate(_labels(drawn))}
    return element(
        "div",
        element(
            "div", element("b", drawn.id), " ", element("span", drawn.route, style=_DIM), style="margin-bottom:4px"
        ),
        [_field_html(field, colours, several=len(drawn.fields) > 1) for field in drawn.fields],
        _others_html(drawn),
        [_said_html(said, colours) for said in drawn.said],
        [element("div", element("span", "asked ", style=_DIM), element("bdi", why)) for why in drawn.why],
        style="font:14px/1.6 system-ui,sans-serif;max-width:60em;border-left:3px solid rgba(128,128,128,.4);"
        "padding:2px 0 2px 12px;margin:6px 0;color:inherit",
    )


def marked(
    segments: Sequence[Segment],
    *,
    attributes: Callable[[Mark, int], Mapping[str, object]],
    tag: Callable[[Sequence[Mark]], Markup | None],
) -> Markup:
    """Segments as nested `mark` elements; where marks end, what `tag` gives for them.

    `attributes` gets a mark and how many marks lie inside it there, so that the lines below can be stacked.
    """
    parts: list[Markup] = []
    for segment in segments:
        inner = join([segment.text]) if not segment.is_gap else element("span", segment.text, class_="gap")
        for depth, mark in enumerate(reversed(segment.marks)):
            inner = element("mark", inner, **attributes(mark, depth))
        parts.append(inner)
        end = tag(segment.ends) if segment.ends else None
        if end is not None:
            parts.append(end)
    return join(parts)


def opening(field: PictureField) -> str:
    """What to click on to see more of a text that was cut."""
    left_out = sum(segment.left_out for segment in field.whole)
    if left_out:
        return f"{number(field.length - left_out)} of {number(field.length)} characters"
    return f"the whole text, {number(field.length)} characters"


_DIM = "opacity:.65"
_TEXT = "white-space:pre-wrap;overflow-wrap:anywhere"


class _Pen:
    """Writes for a terminal, in colour or with brackets."""

    def __init__(self, colours: Mapping[str, int]) -> None:
        self.colours = colours

    def bold(self, text: str) -> str:
        return f"\x1b[1m{text}\x1b[0m" if self.colours else text

    def dim(self, text: str) -> str:
        return f"\x1b[2m{text}\x1b[0m" if self.colours else text

    def label(self, label: str) -> str:
        code = self.colours.get(label)
        return visible(label) if code is None else f"\x1b[1;{code}m{visible(label)}\x1b[0m"

    def segment(self, segment: Segment) -> str:
        text = visible(segment.text)
        if segment.is_gap:
            return self.dim(text)
        if not segment.marks:
            return text
        names = ", ".join(dict.fromkeys(visible(mark.label) for mark in segment.ends))
        if not self.colours:
            # overlapping marks share one pair of brackets for each segment; the label stands where its mark ends
            return f"[{text}]({names})" if names else f"[{text}]"
        code = self.colours.get(segment.marks[-1].label, 0)
        line = ";4" if len(segment.marks) > 1 else ""
        return f"\x1b[1;7{line};{code}m{text}\x1b[0m" + (f"\x1b[2m({names})\x1b[0m" if names else "")


def _text_lines(drawn: Picture, pen: _Pen, *, others: bool) -> Iterator[str]:
    width = max((len(visible(field.name)) for field in drawn.fields), default=0)
    for field in drawn.fields:
        text = "".join(pen.segment(segment) for segment in field.segments)
        head = visible(field.name).ljust(width)
        yield f"{pen.dim(head)}  {text.replace(chr(10), chr(10) + ' ' * (width + 2))}"
    if drawn.fields_left_out:
        yield pen.dim(f"and {drawn.fields_left_out} more texts")
    if others and drawn.others:
        told = ", ".join(f"{name}: {value}" for name, value in drawn.others)
        yield f"{pen.dim('also'.ljust(width))}  {visible(told)}"


def _labels(drawn: Picture) -> list[str]:
    return list(dict.fromkeys(said.label for said in drawn.said))


def _state(said: Said) -> str:
    """Such as `accepted 0.95 (accept 0.85) in lexical`."""
    words = ["suggested" if said.is_suggestion else said.decision or "given"]
    if said.by != "machine":
        words.append(f"by {visible(said.by)}")
    if said.score is not None:
        words.append(score(said.score))
    if said.threshold is not None:
        words.append(f"(accept {score(said.threshold)})")
    if said.stage:
        words.append(f"in {visible(said.stage)}")
    if said.kind == "span":
        words.append(f'"{visible(said.quoted)}"')
    if said.value is not None:
        words.append(f"= {visible(said.value)}")
    return " ".join(words)


def _finding_line(finding: Finding, pen: _Pen) -> str:
    cites = pen.dim(f" [{', '.join(map(visible, finding.cites))}]") if finding.cites else ""
    quotes = "; ".join(f'{visible(_matcher(quote))} "{visible(quote.text)}"' for quote in finding.quotes)
    more = f" and {finding.left_out} more" if finding.left_out else ""
    return f"{visible(finding.rule)} {score(finding.score)}{cites}{': ' if quotes else ''}{quotes}{more}"


def _matcher(quote: Quote) -> str:
    return quote.matcher if quote.row is None else f"{quote.matcher} line {quote.row}"


def _field_html(field: PictureField, colours: Mapping[str, str], *, several: bool) -> Markup:
    def attributes(mark: Mark, depth: int) -> Mapping[str, object]:
        rgb = colours.get(mark.label, _RGB[-1])
        return {
            "style": f"color:inherit;background:rgba({rgb},.22);border-bottom:2px solid rgb({rgb});"
            f"padding:1px 0 {1 + 3 * depth}px;border-radius:2px"
        }

    def tag(ends: Sequence[Mark]) -> Markup:
        names = ", ".join(dict.fromkeys(mark.label for mark in ends))
        return element("sub", " ", names, style="font-size:.72em;opacity:.75;margin:0 .2em")

    def text(segments: Sequence[Segment]) -> Markup:
        return element("span", marked(segments, attributes=attributes, tag=tag), style=_TEXT, dir="auto")

    head = element("span", field.name, " ", style=_DIM) if several else None
    if not field.whole:
        return element("div", head, text(field.segments))
    summary = element("summary", opening(field), style=f"{_DIM};cursor:pointer")
    return element("div", head, text(field.segments), element("details", summary, text(field.whole)))


def _others_html(drawn: Picture) -> Markup | None:
    if not drawn.others:
        return None
    told = [
        [", " if place else None, f"{name}: ", element("bdi", value)]
        for place, (name, value) in enumerate(drawn.others)
    ]
    return element("div", told, style=f"{_DIM};font-size:.92em;overflow-wrap:anywhere")


def _said_html(said: Said, colours: Mapping[str, str]) -> Markup:
    rgb = colours.get(said.label, _RGB[-1])
    name = element("b", said.label, style=f"border-bottom:2px solid rgb({rgb})")
    return element(
        "div",
        name,
        " ",
        element("bdi", _state(said)),
        [_finding_html(finding) for finding in said.findings],
        style="margin-top:4px;overflow-wrap:anywhere",
    )


def _finding_html(finding: Finding) -> Markup:
    cites = element("span", f" [{', '.join(finding.cites)}]", style=_DIM) if finding.cites else None
    quotes = [
        [" ", element("q", element("bdi", quote.text)), element("span", f" {_matcher(quote)}", style=_DIM)]
        for quote in finding.quotes
    ]
    more = f" and {finding.left_out} more" if finding.left_out else None
    parts = (element("code", finding.rule), f" {score(finding.score)}", cites, quotes, more)
    return element("div", *parts, style="padding-left:1.2em;font-size:.92em")
