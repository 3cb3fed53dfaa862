"""The command line: one module a command, imported only when it is called."""

from __future__ import annotations

import errno
import importlib
import os
import sys

import click

from rubricate import __version__

__all__ = ["COMMANDS", "cli", "main"]

COMMANDS: dict[str, str] = {
    "init": "Make a project with a ruleset to start from.",
    "new": "Write a new ruleset, rule or plugin to start from.",
    "check": "Say what is wrong with rulesets.",
    "explain": "Show the page of a problem's code.",
    "fmt": "Write rulesets in the one way that all are written in.",
    "convert": "Turn rules from YAML into the text form and back.",
    "test": "Run the examples of rulesets as tests.",
    "cover": "Say what of a ruleset its examples touch.",
    "try": "Label a text and show what was found.",
    "why": "Explain what a ruleset says about a text or a record of a run.",
    "why-not": "Explain why a rule did not fire.",
    "run": "Label dumps with a ruleset.",
    "runs": "List the runs of a project, and show one.",
    "status": "Say how a project stands, and what is due.",
    "report": "Write the report page of a run again.",
    "review": "Answer the open questions of a run.",
    "evaluate": "Compare a ruleset with gold labels.",
    "calibrate": "Choose thresholds that keep a promise, from gold labels.",
    "train": "Make a small classifier from labelled records.",
    "diff": "Say what two versions of a ruleset mean, and do, differently.",
    "guideline": "Say what a change of the guideline touches.",
    "lock": "Pin what a ruleset means, and say what has changed since.",
    "export": "Write the records of a run in another format.",
    "import": "Turn other tools' rules into a ruleset.",
    "plugins": "List the installed plugins and what they give.",
    "schema": "Write the JSON Schema that editors use.",
    "verify": "Check that a run is whole and unchanged.",
    "gc": "Remove what no run needs any more.",
}
"""Command -> its line in the list, so that `--help` imports no command."""


class _Lazy(click.Group):
    """Commands that are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"rubricate.cli.{name.replace('-', '_')}_command")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            raise click.UsageError(_unknown(args[0]), ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # here, as click would make exit code 1 of it, which means findings
            _drop_output()
            return 0

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]}, invoke_without_command=True)
@click.version_option(__version__, prog_name="rubricate")
@click.option("--no-cache", is_flag=True, help="Read rulesets anew, and keep nothing of them.")
@click.pass_context
def cli(ctx: click.Context, no_cache: bool) -> None:
    """Scrape dumps in, labelled data that people can trust out.

    \b
    Start here:
      rubricate init my-project
      rubricate check my-project/rulesets/starter/ruleset.yaml
      rubricate run RULESET DUMP... --out DIR

    Exit codes: 0 fine, 1 findings, 2 could not run.
    """
    if no_cache:
        os.environ["RUBRICATE_CACHE"] = "off"  # workers are told by it too
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def main() -> None:
    """The entry point: every error that is meant for people ends in words, not in a traceback."""
    if sys.platform == "win32":
        sys.exit("rubricate: Windows is not tested yet and refused; Linux and macOS are supported")
    code = _run()
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _drop_output()
    except OSError as error:
        _drop_output()
        code = _fail(_worded(error.strerror or str(error)))
    sys.exit(code)


def _run() -> int:
    """Runs the command line; gives the exit code."""
    from rubricate.errors import RubricateError, RulesetError, RunInterruptedError, RunPausedError

    try:
        code = cli(prog_name="rubricate", standalone_mode=False)
    except SystemExit as end:
        code = end.code
    except click.UsageError as error:
        where = error.ctx.command_path.rstrip() if error.ctx is not None else "rubricate"
        return _fail(f"{_worded(error.format_message())}\nhelp: see {where} --help")
    except click.ClickException as error:
        return _fail(_worded(error.format_message()))
    except click.exceptions.Abort:
        return _fail("stopped", code=130)
    except RulesetError as error:
        from rubricate.cli.console import show_errors

        show_errors(error.problems, error.path)
        return 2
    except RunPausedError as error:
        return _fail(f"paused: {error}", code=1)
    except RubricateError as error:
        return _fail(str(error), code=130 if isinstance(error, RunInterruptedError) else 2)
    except OSError as error:
        place = f"{os.fsdecode(error.filename)}: " if error.filename is not None else ""
        help = "\nhelp: mend it, then run the same command" if error.errno in _DISK else ""
        return _fail(f"{place}{_worded(error.strerror or str(error))}{help}")
    except Exception as error:
        sqlite3 = sys.modules.get("sqlite3")  # commands without a database do not pay for its import
        if sqlite3 is None or not isinstance(error, sqlite3.Error):
            raise
        help = "\nhelp: see that its disk has room and can be written, then run the same command"
        return _fail(f"a database cannot be used: {error}{help if isinstance(error, sqlite3.OperationalError) else ''}")
    return code if isinstance(code, int) else 0


_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EMFILE, errno.ENFILE})
"""Errors for which nobody's arguments are to blame."""


def _worded(message: str) -> str:
    """What click says, in the form that all our messages have."""
    text = message.strip().removesuffix(".")
    return text[:1].lower() + text[1:]


def _fail(message: str, *, code: int = 2) -> int:
    click.echo(f"rubricate: {message}", err=True)
    return code


def _drop_output() -> None:
    """Lets what is left to be written go nowhere: whoever read it has gone."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _unknown(name: str) -> str:
    import difflib

    near = difflib.get_close_matches(name, COMMANDS, n=1)
    return f'there is no command "{name}"' + (f', did you mean "{near[0]}"?' if near else "")
