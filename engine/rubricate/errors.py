"""Every exception that Rubricate raises on purpose.

    RubricateError
    |- RulesetError         the author of a ruleset mends it; carries its problems
    |- RecordError          the owner of the data mends it
    |- PluginError          the author of a plugin mends it
    |- MissingExtraError    whoever installs Rubricate mends it
    |- RunError             the operator mends it: the output folder, the disk, a changed source
    |  |- ResponsesMissingError the operator decides: to ask what a replay may not
    |  |- RunInterruptedError   nobody need mend anything: the same command goes on
    |  `- RunPausedError        the operator decides: more budget, or a service that answers again
    `- UsageError           the caller mends it: a wrong argument, a missing file

Facts are attributes; the text is made from them here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rubricate.model.problem import Problem

__all__ = [
    "MissingExtraError",
    "PluginError",
    "RecordError",
    "ResponsesMissingError",
    "RubricateError",
    "RulesetError",
    "RunError",
    "RunInterruptedError",
    "RunPausedError",
    "UsageError",
]


class RubricateError(Exception):
    """The root of every exception that Rubricate raises on purpose."""


class RulesetError(RubricateError):
    """A ruleset that cannot be used, with every problem that was found in it."""

    def __init__(self, problems: Sequence[Problem], *, path: str | None = None) -> None:
        """`path` is what its reader called the ruleset, which problems in its other files do not tell."""
        self.problems = tuple(problems)
        self.path = path
        errors = [problem for problem in self.problems if problem.is_error]
        first = errors[0] if errors else self.problems[0]
        rest = len(errors) - 1
        more = f" (and {rest} more)" if rest > 0 else ""
        super().__init__(f"{first.location}: {first.code} {first.message}{more}")


class RecordError(RubricateError):
    """A record that cannot be read, prepared or scanned; `reason` is the code it is quarantined under.

    A scanner, which sees several, names it by its id.
    """

    def __init__(self, reason: str, detail: str, *, record: str | None = None, matcher: str | None = None) -> None:
        self.reason = reason
        self.detail = detail
        self.record = record
        self.matcher = matcher
        super().__init__(f"{reason}: {detail}")


class PluginError(RubricateError):
    """A plugin that broke its contract, named together with the rule and record at hand.

    `reason` is the code that its record is quarantined under: `plugin_error`, or what the plugin itself said.
    """

    def __init__(
        self,
        plugin: str,
        detail: str,
        *,
        rule: str | None = None,
        record: str | None = None,
        reason: str = "plugin_error",
        matcher: str | None = None,
    ) -> None:
        self.plugin = plugin
        self.detail = detail
        self.rule = rule
        self.record = record
        self.reason = reason
        self.matcher = matcher
        place = "".join(f", {word} {value}" for word, value in (("rule", rule), ("record", record)) if value)
        super().__init__(f'plugin "{plugin}"{place}: {detail}')


class MissingExtraError(RubricateError):
    """A feature whose packages are not installed; the message holds the command that adds them."""

    def __init__(self, feature: str, extra: str) -> None:
        self.feature = feature
        self.extra = extra
        super().__init__(f'{feature} needs packages that are not installed: pip install "rubricate[{extra}]"')


class RunError(RubricateError):
    """A run that cannot start or go on; `help` says what to do about it."""

    def __init__(self, message: str, *, help: str | None = None) -> None:
        self.message = message
        self.help = help
        super().__init__(message if help is None else f"{message}\nhelp: {help}")


class RunInterruptedError(RunError):
    """A run that was asked to stop, and did so where the same command can go on."""


class RunPausedError(RunError):
    """A run that stopped by itself where it must not go on: its budget is spent, or a service does not answer.

    What was paid for is kept, and the same command goes on from there.
    """


class ResponsesMissingError(RunError):
    """A replay that has not found `count` responses of services."""

    def __init__(self, count: int) -> None:
        self.count = count
        noun, verb = ("response", "is") if count == 1 else ("responses", "are")
        super().__init__(
            f"{count:,} {noun} to questions of this run {verb} not stored, and --replay asks nothing",
            help="run it without --replay: what is stored is used all the same",
        )


class UsageError(RubricateError):
    """An argument that cannot be used; `help` says what to do about it."""

    def __init__(self, message: str, *, help: str | None = None) -> None:
        self.message = message
        self.help = help
        super().__init__(message if help is None else f"{message}\nhelp: {help}")
