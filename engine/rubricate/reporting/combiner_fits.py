"""What combiners were fitted with, shown: a table for people, JSON for programs."""

from __future__ import annotations

from collections.abc import Iterator

from rubricate.model.combiner_fit import CombinerFit, CombinerFits
from rubricate.reporting.calibration import table
from rubricate.reporting.figures import number, plural, share, visible

__all__ = ["combiner_fits_json", "combiner_fits_text"]


def combiner_fits_text(found: CombinerFits) -> str:
    """Each set with its rules, in the order of the ruleset, and with the other numbers of its combiner."""
    lines = [line for fit in found.fits for line in (*_lines(fit, found.records), "")]
    left_out = "".join(f", {count:,} left out ({why})" for why, count in found.left_out.items())
    return "\n".join([*lines, f"{plural(found.records, 'record')}{left_out}"]) + "\n"


def _lines(fit: CombinerFit, records: int) -> Iterator[str]:
    contested = share(fit.contested, fit.voted)
    yield f"{visible(fit.set)}: {fit.combiner}, votes on {share(fit.voted, records)}, of these contested {contested}"
    others = [name for name in fit.numbers if name not in fit.votes]
    rows = [
        (visible(rule), number(fit.votes[rule]), share(fit.alone[rule], fit.votes[rule]), _figure(fit, rule))
        for rule in fit.votes
    ]
    rows += [(visible(name), "-", "-", _figure(fit, name)) for name in others]
    yield from table(("rule", "votes", "alone", "number"), rows, left=1)


def _figure(fit: CombinerFit, name: str) -> str:
    return f"{fit.numbers[name]:.4f}" if name in fit.numbers else "-"


def combiner_fits_json(found: CombinerFits) -> dict[str, object]:
    """The same as JSON values."""
    return {
        "format": "rubricate-combiner-fits-1",
        "records": found.records,
        "left_out": dict(found.left_out),
        "sets": [
            {
                "set": fit.set, "combine": fit.combiner, "voted": fit.voted, "contested": fit.contested,
                "rules": [{"rule": rule, "votes": fit.votes[rule], "alone": fit.alone[rule]} for rule in fit.votes],
                "numbers": dict(fit.numbers),
            }
            for fit in found.fits
        ],
    }  # fmt: skip
