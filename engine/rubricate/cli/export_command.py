"""`rubricate export`."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

import click

from rubricate.cli.outputs import check_output, force_option
from rubricate.errors import UsageError
from rubricate.model.descriptors import Export
from rubricate.plugins.discovering import build_registry
from rubricate.registry import Registry
from rubricate.reporting.figures import plural
from rubricate.running.options import fit_options, split_options
from rubricate.running.publishing import read_manifest
from rubricate.running.reading import output_key, read_run_records

__all__ = ["command"]


@click.command("export")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--to", "name", default="jsonl", show_default=True, help="The format.")
@click.option("--out", type=click.Path(path_type=Path), help="The file to write. [the output stream]")
@force_option
@click.option("--only", type=click.Choice(["decided", "all"]), default="decided", show_default=True,
              help="Accepted and settled records, or those in review too, their open labels empty.")  # fmt: skip
@click.option("--labels", help="Only these labels, with commas between them.")
@click.option("--option", "-o", "options", multiple=True, metavar="NAME=VALUE", help="An option of the format.")
def command(
    run: Path, name: str, out: Path | None, force: bool, only: str, labels: str | None, options: tuple[str, ...]
) -> None:
    """Write the records of the finished run in the folder RUN in another format, in the order of its dumps.

    \b
    Examples:
      rubricate export runs/monday --out train.jsonl
      rubricate export runs/monday --to csv --labels label --out train.csv
    """
    if out is not None:
        check_output(out, force=force)
    registry = build_registry()
    export = _find_export(registry, name)
    key = output_key(run)
    chosen: dict[str, object] = {"key": key, "only": only, **_declared(run)}
    if labels is not None:
        chosen["labels"] = [label.strip() for label in labels.split(",") if label.strip()]
    known = cast("Mapping[str, object]", export.options.get("properties", {}))
    ours = {option: value for option, value in chosen.items() if option in known}
    chosen = fit_options(f'the export "{name}"', export.options, {**ours, **split_options(options)})
    folders = ("records",) if only == "decided" else ("records", "review")
    records = read_run_records(run, folders, key=key)
    rows = _write(export, records, out, chosen)
    if out is not None:
        click.echo(f"wrote {plural(rows, 'row')} to {out}")


def _find_export(registry: Registry, name: str) -> Export:
    export = registry.exports.get(name)
    if export is None:
        broken = registry.find_problem("exports", name)
        if broken is not None:
            raise UsageError(broken.message, help=broken.help)
        near = difflib.get_close_matches(name, registry.exports, n=1)
        known = f'did you mean "{near[0]}"?' if near else f"there are {', '.join(sorted(registry.exports))}"
        raise UsageError(f'no plugin gives the export "{name}"', help=known)
    return export


def _declared(run: Path) -> dict[str, object]:
    """The labels that the run could decide, so that a label nobody voted for has its column too.

    The set of a plain list, which is called `labels`, is the column `label`: a row holds one of them.
    """
    manifest = read_manifest(run)
    labels = manifest.body.get("labels") if manifest is not None else None
    if not isinstance(labels, Mapping) or not labels:
        return {}
    sets = {name.removesuffix(".*"): members for name, members in labels["sets"].items()}
    if "labels" in sets and "label" not in {*sets, *labels["documents"], *labels["spans"], *labels.get("boxes", ())}:
        sets = {"label" if name == "labels" else name: members for name, members in sets.items()}
    return {
        "sets": sets, "documents": labels["documents"], "spans": labels["spans"], "boxes": labels.get("boxes", []),
    }  # fmt: skip


def _write(
    export: Export, records: Iterator[Mapping[str, object]], out: Path | None, options: dict[str, object]
) -> int:
    if out is None:
        return export.write(records, sys.stdout.buffer, options)
    temp = out.with_name(f".{out.name}.tmp")
    try:
        with temp.open("wb") as stream:
            rows = export.write(records, stream, options)
        os.replace(temp, out)  # noqa: PTH105  # atomic, also over an older file
    except OSError as error:
        raise UsageError(f"{out}: {error.strerror or error}") from None
    finally:
        temp.unlink(missing_ok=True)
    return rows
