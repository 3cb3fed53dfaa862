"""`rubricate status`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from rubricate.cli.console import show_json
from rubricate.cli.project_status import ProjectStatus, RulesetStatus, look_at_project
from rubricate.quality.retraining import Standing
from rubricate.reporting.figures import number, percent, plural, visible
from rubricate.reporting.runs import overview_json, runs_text

__all__ = ["command"]


@click.command("status")
@click.argument("folder", type=click.Path(path_type=Path), default=Path())
@click.option("--json", "as_json", is_flag=True, help="Write it as JSON.")
def command(folder: Path, as_json: bool) -> None:
    """Say how the project in FOLDER stands: its rulesets and their locks, its runs, what people are asked, its models.

    What waits for somebody to do it is listed last, and makes the exit code 1: a ruleset that cannot be used or is not
    what its lock says, a run that has not ended, answers that no run uses yet, a model that is to be trained again as
    `retrain` in its ruleset says. Open questions wait for people and are only counted.

    Accuracy is that of suggestions on the questions that people were asked: those that the machine was unsure of.

    \b
    Examples:
      rubricate status my-project
      rubricate status my-project --json
    """
    found = look_at_project(folder)
    if as_json:
        show_json(_json(found))
    else:
        click.echo("".join(f"{line}\n" for line in _lines(found)), nl=False)
    raise SystemExit(1 if found.due else 0)


def _lines(found: ProjectStatus) -> Iterator[str]:
    yield plural(len(found.rulesets), "ruleset")
    for each in found.rulesets:
        yield f"  {visible(str(each.path))}  {visible(_state(each))}"
        yield from (f"    {visible(_model(model))}" for model in each.models)
    yield ""
    yield plural(len(found.runs), "run")
    if found.runs:
        yield from (f"  {line}" for line in runs_text([each.overview for each in found.runs]).splitlines())
    yield ""
    if found.questions is None:
        yield "nobody has been asked anything yet"
    else:
        told = ", ".join(f"{state} {number(count)}" for state, count in found.questions.items())
        asked = plural(sum(found.questions.values()), "question")
        who = plural(found.people, "person", "people")
        yield f"{asked}{f': {told}' if told else ''}; {who}"
    if found.due:
        yield ""
        yield "due"
        yield from (f"  {visible(each)}" for each in found.due)


def _state(ruleset: RulesetStatus) -> str:
    if ruleset.problem is not None:
        return ruleset.problem
    lock = "no lock" if ruleset.locked is None else ruleset.drift or f"as locked ({ruleset.locked})"
    return f"{ruleset.name} {ruleset.version}, {lock}"


def _model(model: Standing) -> str:
    who = "no model yet" if model.matcher is None else f"model {model.matcher}"
    agreement = model.agreement
    told = f"{plural(model.answers, 'answer')} since"
    if agreement.of:
        low, high = agreement.interval
        told += (
            f", {percent(agreement.share)} of {plural(agreement.of, 'suggestion')} right "
            f"(at 95 % {100 * low:.1f} to {100 * high:.1f} %)"
        )
    return f"{who}: {told}{', to be trained' if model.due else ''}"


def _json(found: ProjectStatus) -> dict[str, object]:
    return {
        "folder": str(found.folder),
        "rulesets": [_ruleset_json(each) for each in found.rulesets],
        "runs": [{**overview_json(each.overview), "questions": dict(each.questions)} for each in found.runs],
        "questions": None if found.questions is None else dict(found.questions),
        "people": found.people,
        "due": found.due,
    }


def _ruleset_json(ruleset: RulesetStatus) -> Mapping[str, object]:
    return {
        "file": str(ruleset.path),
        "name": ruleset.name or None,
        "version": ruleset.version or None,
        "problem": ruleset.problem,
        "locked": ruleset.locked,
        "drift": ruleset.drift,
        "models": [_model_json(model) for model in ruleset.models],
    }


def _model_json(model: Standing) -> Mapping[str, object]:
    agreement = model.agreement
    low, high = agreement.interval
    return {
        "matcher": model.matcher,
        "model": None if model.model is None else str(model.model),
        "answers_since": model.answers,
        "accuracy": {
            "right": agreement.right,
            "of": agreement.of,
            "share": None if agreement.share is None else round(agreement.share, 4),
            "low": round(low, 4),
            "high": round(high, 4),
        },
        "due": list(model.due),
    }
