"""Commands that take a folder, and beside it have commands of their own: `runs FOLDER` and `runs show RUN`."""

from __future__ import annotations

import difflib
from pathlib import Path

import click

__all__ = ["FolderGroup"]


class FolderGroup(click.Group):
    """A group whose first word is a command of it, or else the folder that `otherwise` is called with."""

    def __init__(self, *args: object, otherwise: click.Command, usage: str, folder: str, **kwargs: object) -> None:
        """`usage`: what stands behind the name in the help; `folder`: what the folder holds, in a word."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as click gives them
        self._otherwise = otherwise
        self._usage = usage
        self._folder = folder

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """What stands behind the name."""
        return [self._usage]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options of both, then the commands."""
        params = [
            param for param in (*self._otherwise.params, *self.get_params(ctx)) if isinstance(param, click.Option)
        ]
        records = [param.get_help_record(ctx) for param in params]
        with formatter.section("Options"):
            formatter.write_dl([record for record in records if record is not None])
        self.format_commands(ctx, formatter)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first word names; a word that is nearly one, and no folder, is taken for a slip."""
        if args and args[0] in self.commands:
            return super().resolve_command(ctx, args)
        near = difflib.get_close_matches(args[0], self.list_commands(ctx), n=1)
        if near and not Path(args[0]).exists():
            raise click.UsageError(f'there is no {self._folder} "{args[0]}", did you mean "{near[0]}"?', ctx)
        return "", self._otherwise, args
