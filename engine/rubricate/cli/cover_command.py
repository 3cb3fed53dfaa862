"""`rubricate cover`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from rubricate.annotator import load
from rubricate.checking.coverage import KINDS, Coverage, Gap, Share
from rubricate.checking.covering import cover
from rubricate.checking.telling_coverage import rows_by_reason, tell_coverage, tell_missing
from rubricate.cli.console import show_errors, show_json
from rubricate.errors import RulesetError
from rubricate.loading.finding_rulesets import find_rulesets
from rubricate.plugins.discovering import build_registry

__all__ = ["command"]


class _Floor(click.ParamType):  # type: ignore[type-arg]  # generic in some versions of click only
    """`80`, or `rows=5`: the least share of a kind."""

    name = "[KIND=]PERCENT"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, float]:
        kind, equals, percent = str(value).rpartition("=")
        kind = kind if equals else "total"
        if kind not in (*KINDS, "total"):
            self.fail(f'"{kind}" is none of {", ".join((*KINDS, "total"))}', param, ctx)
        try:
            floor = float(percent)
        except ValueError:
            floor = -1.0
        if not 0 <= floor <= 100:
            self.fail(f'"{percent}" is no number from 0 to 100', param, ctx)
        return kind, floor


@click.command("cover")
@click.argument("rulesets", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--missing", is_flag=True, help="List what no example touches, and draw conditions with those parts.")
@click.option("--fail-under", "floors", multiple=True, type=_Floor(), help="Exit with 1 below this share.")
@click.option("--json", "as_json", is_flag=True, help="Write the shares and what is missing as JSON.")
def command(rulesets: tuple[Path, ...], missing: bool, floors: tuple[tuple[str, float], ...], as_json: bool) -> None:
    """Say what of RULESETS their examples touch: rules, branches of conditions, guideline sections, rows of tables.

    A rule is touched by a hit and a miss that pass, a branch when an example of its rule takes it, a section when a
    rule that fires cites it, a row when an example holds its term. A folder stands for every ruleset below it.

    \b
    Examples:
      rubricate cover ruleset.yaml --missing
      rubricate cover rulesets --fail-under 90 --fail-under rules=100
    """
    registry = build_registry()
    found: list[Coverage] = []
    usable = True
    for path in find_rulesets(rulesets):
        try:
            rules = load(path, registry=registry)
        except RulesetError as error:
            show_errors(error.problems, path)
            usable = False
            continue
        found.append(cover(rules.plan, registry))
    if as_json:
        show_json([_to_json(coverage) for coverage in found])
    else:
        _show(found, missing=missing)
    low = [line for coverage in found for line in _below(coverage, floors)]
    for line in low:
        click.echo(line, err=as_json)
    raise SystemExit(2 if not usable else 1 if low else 0)


def _show(found: Sequence[Coverage], *, missing: bool) -> None:
    for coverage in found:
        click.echo(tell_coverage(coverage))
        if missing and coverage.gaps:
            click.echo(tell_missing(coverage))


def _below(coverage: Coverage, floors: Sequence[tuple[str, float]]) -> list[str]:
    """What falls short of its floor, a line each."""
    shares: list[tuple[str, Share]] = [("total", coverage.total), *coverage.shares.items()]
    return [
        f"{coverage.path}: {kind} {share.percent:.1f} % is below {floor:g} %"
        for kind, floor in floors
        for name, share in shares
        if name == kind and share.percent < floor
    ]


def _to_json(coverage: Coverage) -> dict[str, object]:
    return {
        "ruleset": coverage.name,
        "path": coverage.path,
        **{kind: _share(share) for kind, share in coverage.shares.items()},
        "total": _share(coverage.total),
        "failing": coverage.failing,
        "missing": [_gap(gap) for gap in coverage.gaps if gap.kind != "rows"],
        "missing_rows": [
            {"path": path, "reason": reason, "lines": lines} for path, reason, lines in rows_by_reason(coverage.gaps)
        ],
    }


def _share(share: Share) -> dict[str, object]:
    return {"touched": share.touched, "of": share.of, "percent": round(share.percent, 1)}


def _gap(gap: Gap) -> dict[str, object]:
    place = {"path": gap.location.path, "line": gap.location.line, "column": gap.location.column,
             "length": gap.location.length}  # fmt: skip
    return {"kind": gap.kind, "name": gap.name, "reason": gap.reason, "location": place}
