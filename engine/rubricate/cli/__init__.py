"""The command line: one module a command, imported only when it is called."""

from __future__ import annotations

import importlib
import sys

import click

from rubricate import __version__

__all__ = ["COMMANDS", "cli", "main"]

COMMANDS: dict[str, str] = {
    "init": "Make a project with a ruleset to start from.",
    "check": "Say what is wrong with rulesets.",
    "test": "Run the examples of rulesets as tests.",
    "try": "Label a text and show what was found.",
    "why": "Explain what a ruleset says about a text or a record of a run.",
    "run": "Label dumps with a ruleset.",
    "runs": "List the runs of a project.",
    "report": "Write the report page of a run again.",
    "review": "Answer the open questions of a run.",
    "evaluate": "Compare a ruleset with gold labels.",
    "export": "Write the records of a run in another format.",
    "plugins": "List the installed plugins and what they give.",
    "schema": "Write the JSON Schema that editors use.",
    "verify": "Check that a run is whole and unchanged.",
}
"""Command -> its line in the list, so that `--help` imports no command."""


class _Lazy(click.Group):
    """Commands that are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"rubricate.cli.{name}_command")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="rubricate")
def cli() -> None:
    """Scrape dumps in, labelled data that people can trust out.

    \b
    Start here:
      rubricate init my-project
      rubricate check my-project/rulesets/first/ruleset.yaml
      rubricate run RULESET DUMP... --out DIR

    Exit codes: 0 fine, 1 findings, 2 could not run.
    """


def main() -> None:
    """The entry point: every error that is meant for people ends in words, not in a traceback."""
    from rubricate.errors import RubricateError, RulesetError

    if sys.platform == "win32":
        sys.exit("rubricate: Windows is not tested yet and refused; Linux and macOS are supported")
    try:
        sys.exit(cli(standalone_mode=False))
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except click.exceptions.Abort:
        sys.exit(130)
    except RulesetError as error:
        from rubricate.cli.console import show_problems

        show_problems(error.problems)
        sys.exit(2)
    except RubricateError as error:
        click.echo(f"rubricate: {error}", err=True)
        sys.exit(130 if type(error).__name__ == "RunInterruptedError" else 2)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except KeyboardInterrupt:
        click.echo("rubricate: stopped", err=True)
        sys.exit(130)
