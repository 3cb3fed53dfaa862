"""Draws one annotated record: as text for a terminal, as an HTML fragment for a notebook."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from rubricate.reporting.annotated import KEY, read_annotated
from rubricate.reporting.figures import score, visible
from rubricate.reporting.markup import Markup, element, join
from rubricate.reporting.pictures import Finding, Picture, PictureField, Quote, Said, picture
from rubricate.reporting.spans import Mark, Segment

__all__ = ["draw_html", "draw_text", "marked"]

_ANSI = (36, 33, 35, 32, 34, 31)
"""Foreground colours of a terminal, by label: cyan, yellow, magenta, green, blue, red."""

_RGB = ("38,132,153", "201,138,22", "155,89,182", "60,148,86", "66,112,201", "204,82,82", "128,128,60", "110,110,125")
"""Colours of a notebook, by label: seen on white and on black."""


def draw_text(
    record: Mapping[str, object],
    *,
    key: str = KEY,
    fields: Sequence[str] = (),
    colour: bool = False,
    limit: int | None = None,
) -> str:
    """A record with its evidence marked, each mark followed by its label, and the reasons below.

    With `colour` marks are coloured by ANSI sequences; without, they stand in brackets: `please [SUBSCRIBE](spam)`.
    Control characters of the record are written out, so that a text can do nothing to the terminal.
    """
    shown = picture(read_annotated(record, key=key), fields=fields, limit=limit)
    colours = {label: _ANSI[index % len(_ANSI)] for index, label in enumerate(_labels(shown))}
    pen = _Pen(colours if colour else {})
    lines = [pen.bold(" ".join(visible(part) for part in (shown.id, shown.route) if part))]
    width = max((len(visible(field.name)) for field in shown.fields), default=0)
    for field in shown.fields:
        text = "".join(pen.segment(segment) for segment in field.segments)
        head = visible(field.name).ljust(width)
        lines.append(f"{pen.dim(head)}  {text.replace(chr(10), chr(10) + ' ' * (width + 2))}")
    for said in shown.said:
        lines.append(f"{pen.label(said.label)} {_state(said)}")
        lines += [f"  {_finding_line(finding, pen)}" for finding in said.findings]
    if shown.left_out:
        lines.append(f"  and {shown.left_out} more")
    lines += [f"{pen.dim('asked')}  {visible(why)}" for why in shown.why]
    return "\n".join(lines) + "\n"


def draw_html(
    record: Mapping[str, object], *, key: str = KEY, fields: Sequence[str] = (), limit: int | None = 2000
) -> str:
    """An HTML fragment with its styles inline, readable on light and on dark; what `_repr_html_` gives."""
    shown = picture(read_annotated(record, key=key), fields=fields, limit=limit)
    colours = {label: _RGB[index % len(_RGB)] for index, label in enumerate(_labels(shown))}
    return element(
        "div",
        element(
            "div", element("b", shown.id), " ", element("span", shown.route, style=_DIM), style="margin-bottom:4px"
        ),
        [_field_html(field, colours, several=len(shown.fields) > 1) for field in shown.fields],
        [_said_html(said, colours) for said in shown.said],
        [element("div", element("span", "asked ", style=_DIM), element("bdi", why)) for why in shown.why],
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


_DIM = "opacity:.65"


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
        if not segment.marks:
            return text
        names = ", ".join(dict.fromkeys(visible(mark.label) for mark in segment.ends))
        if not self.colours:
            # overlapping marks share one pair of brackets for each segment; the label stands where its mark ends
            return f"[{text}]({names})" if names else f"[{text}]"
        code = self.colours.get(segment.marks[-1].label, 0)
        line = ";4" if len(segment.marks) > 1 else ""
        return f"\x1b[1;7{line};{code}m{text}\x1b[0m" + (f"\x1b[2m({names})\x1b[0m" if names else "")


def _labels(shown: Picture) -> list[str]:
    return list(dict.fromkeys(said.label for said in shown.said))


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

    head = element("span", field.name, " ", style=_DIM) if several else None
    style = "white-space:pre-wrap;overflow-wrap:anywhere"
    return element("div", head, marked(field.segments, attributes=attributes, tag=tag), dir="auto", style=style)


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
