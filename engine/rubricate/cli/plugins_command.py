"""`rubricate plugins`."""

from __future__ import annotations

import click

from rubricate.cli.console import show_json
from rubricate.plugins.discovering import build_registry
from rubricate.registry import KINDS
from rubricate.texts.searching import backends

__all__ = ["command"]


@click.command("plugins")
@click.option("--json", "as_json", is_flag=True, help="Write the list as JSON.")
def command(as_json: bool) -> None:
    """List the installed plugins and what they give; a broken one is shown with the reason.

    \b
    Example:
      rubricate plugins
    """
    registry = build_registry()
    if as_json:
        show_json([
            {"name": info.name, "distribution": info.distribution, "version": info.version,
             "gives": {kind: list(names) for kind, names in info.gives.items()}, "error": info.error}
            for info in registry.plugins
        ])  # fmt: skip
    else:
        for info in registry.plugins:
            click.echo(f"{info.name} ({info.distribution} {info.version or 'without a version'})")
            for kind, names in info.gives.items():
                for name in names:
                    click.echo(f"  {KINDS[kind]:<11} {name:<14} {getattr(registry, kind)[name].help}")
            if info.error is not None:
                click.echo(f"  broken: {info.error}")
        for task, packages in backends().items():
            click.echo(f"{task} are looked for with {packages}")
    raise SystemExit(1 if registry.problems else 0)
