"""`rubricate explain`."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

import click

from rubricate.cli.console import show_json
from rubricate.errors import UsageError
from rubricate.linting.pages import PAGES, Page, codes_named
from rubricate.loading.wording import did_you_mean
from rubricate.model.codes import CODES

__all__ = ["command"]

WIDTH = 100


@click.command("explain")
@click.argument("codes", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Write the pages as JSON.")
def command(codes: tuple[str, ...], as_json: bool) -> None:
    """Show what CODES of problems mean: why they matter, what to avoid, what to write. Without a code: all of them.

    A code may be given by its number, by its name, or by how its number begins.

    \b
    Example:
      rubricate explain R105
      rubricate explain no-examples R02
    """
    found = [code for name in codes for code in _found(name)] or ([] if codes else list(CODES))
    found = list(dict.fromkeys(found))
    if as_json:
        show_json([_as_json(code) for code in found])
    elif not codes:
        click.echo("\n".join(_list(found)))
    else:
        click.echo("\n\n".join("\n".join(_page(code)) for code in found))


def _found(name: str) -> list[str]:
    codes = codes_named(name)
    if not codes:
        help = did_you_mean(name, [*CODES, *(told.name for told in CODES.values())], "codes")
        raise UsageError(f'no code is called "{name}"', help=help)
    return sorted(codes)


def _list(codes: Iterable[str]) -> Iterator[str]:
    width = max(len(CODES[code].name) for code in codes)
    for code in codes:
        told = CODES[code]
        yield f"{code} {told.severity:7} {told.name:{width}}  {told.summary}"


def _page(code: str) -> Iterator[str]:
    told, page = CODES[code], PAGES.get(code)
    yield f"{code} {told.name} ({told.severity})"
    yield f"  {told.summary[:1].upper()}{told.summary[1:]}."
    if page is None:
        return
    yield ""
    yield "Why"
    for paragraph in page.why.strip().split("\n\n"):
        yield from textwrap.wrap(" ".join(paragraph.split()), WIDTH, initial_indent="  ", subsequent_indent="  ")
    for title, example, beside in (
        ("Avoid", page.avoid, {**page.files, **page.avoid_files}),
        ("Prefer", page.prefer, {**page.files, **page.prefer_files}),
    ):
        if example is not None:
            yield from ["", title, *_indented(example)]
            for name, text in beside.items():
                yield from [f"  beside it, {name}:", *_indented(text, "      ")]
    if page.unshown is not None:
        yield from ["", f"No example: {page.unshown}."]
    if told.severity != "error":
        yield from ["", f"Where it is meant so, silence it in place: # allow {code}: why"]


def _indented(text: str, by: str = "    ") -> list[str]:
    return textwrap.indent(text.strip("\n"), by).splitlines()


def _as_json(code: str) -> dict[str, object]:
    told = CODES[code]
    page = PAGES.get(code, Page(code=code, why=""))
    return {
        "code": code,
        "name": told.name,
        "severity": str(told.severity),
        "summary": told.summary,
        "why": page.why.strip(),
        "avoid": page.avoid,
        "prefer": page.prefer,
        "files": dict(page.files),
        "avoid_files": dict(page.avoid_files),
        "prefer_files": dict(page.prefer_files),
        "unshown": page.unshown,
    }
