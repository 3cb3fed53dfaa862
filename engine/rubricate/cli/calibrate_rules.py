"""What `rubricate calibrate` does beside choosing thresholds: confidences of rules, and numbers of combiners."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import click

from rubricate.annotator import Annotator
from rubricate.cli.console import show_json
from rubricate.cli.dump_records import dump_inputs, records_of
from rubricate.cli.fixes import write_text
from rubricate.errors import UsageError
from rubricate.linting.fixing import apply_edits
from rubricate.model.combiner_fit import CombinerFit, CombinerFits
from rubricate.model.descriptors import RawRecord
from rubricate.model.problem import Edit
from rubricate.model.rule_accuracy import RuleAccuracies
from rubricate.quality.fitting import fit_combiners
from rubricate.quality.gold_documents import GoldDocuments
from rubricate.quality.rule_accuracies import confidence_edits, count_rules
from rubricate.reporting.combiner_fits import combiner_fits_json, combiner_fits_text
from rubricate.reporting.figures import plural, visible
from rubricate.reporting.rule_accuracies import rule_accuracies_json, rule_accuracies_text
from rubricate.running.inputs import STDIN, Input
from rubricate.storage.objects import digest_value, replace_file
from rubricate.versioning.calibrations import pinned_gold
from rubricate.versioning.learning import fit_meaning, fitted_lock, learned_lock, learned_rules
from rubricate.versioning.lockfile import GOLD_DIGITS, Lock, PinnedFit, PinnedGold, lock_path, read_lock, write_lock
from rubricate.versioning.locking import renew
from rubricate.versioning.pins import Pins, pin

__all__ = ["current_lock", "learn_rules", "learn_votes"]


def current_lock(rules: Annotator) -> Lock:
    """The lock beside a ruleset, or the one that it would get."""
    old = read_lock(lock_path(rules.ruleset.file))
    return old if old is not None else renew(None, pin(rules.plan, rules.registry))


# -- confidences from gold -------------------------------------------------------------------------------------------


def learn_rules(
    rules: Annotator, gold: Path, documents: GoldDocuments, *, write: bool, pins: bool, as_json: bool
) -> int:
    """Show how often rules are right; write confidences into the ruleset, or into its lock. Gives the exit code."""
    found = count_rules(rules.plan, documents)
    learned = _pinned(rules, found, gold, documents) if pins else None
    silent = [] if learned is None else [id for id in learned_rules(rules.ruleset) if id not in learned.confidences]
    writes = learned is not None and bool(learned.confidences)
    path = lock_path(rules.ruleset.file)
    if learned is not None and writes:
        replace_file(path, write_lock(learned).encode())
    if as_json:
        more = {} if learned is None else {"lock": str(path) if writes else None, "silent": silent}
        show_json({**rule_accuracies_json(found), **more})
    else:
        click.echo(rule_accuracies_text(found), nl=False)
    if write:
        _write_numbers(found, as_json=as_json)
    if learned is not None and not as_json:
        _tell_learned(path, learned, silent)
    return 1 if silent else 0


def _pinned(rules: Annotator, found: RuleAccuracies, gold: Path, documents: GoldDocuments) -> Lock:
    if not learned_rules(rules.ruleset):
        raise UsageError(
            f"{rules.ruleset.file}: no rule has a confidence that is learned",
            help="write confidence: learned, or --write to change numbers in the ruleset",
        )
    told = pinned_gold(gold, rules.ruleset.file, len(documents.documents))
    return learned_lock(current_lock(rules), found, told, rules.plan, rules.registry)


def _tell_learned(path: Path, lock: Lock, silent: Sequence[str]) -> None:
    if lock.confidences:
        counted = plural(len(lock.confidences), "learned confidence")
        click.echo(f"{path}: {counted} written; choose thresholds from other gold than this")
    if silent:
        names = ", ".join(f'"{visible(id)}"' for id in silent)
        click.echo(f"nothing was learned about {names}, as the gold has no record that it votes on")
        click.echo("help: add such gold, or write a number as confidence")


def _write_numbers(found: RuleAccuracies, *, as_json: bool) -> None:
    by_file: dict[str, list[Edit]] = {}
    for edit in confidence_edits(found):
        by_file.setdefault(edit.location.path, []).append(edit)
    for file, edits in by_file.items():
        text = Path(file).read_bytes().decode("utf-8-sig")
        write_text(Path(file), apply_edits(text, file, edits))
        if not as_json:
            click.echo(
                f"{file}: {plural(len(edits), 'confidence')} written; choose thresholds from other gold than this"
            )


# -- numbers from votes ----------------------------------------------------------------------------------------------


def learn_votes(rules: Annotator, dumps: Sequence[str], *, dry_run: bool, as_json: bool) -> int:
    """Fit the combiners of a ruleset to the votes on dumps, show what they found, and pin it. Gives the exit code."""
    if not any(subject.fitted is not None for subject in rules.plan.subjects.values()):
        raise UsageError(
            f"{rules.ruleset.file}: no set has a combiner that is fitted to votes",
            help="write decide: {SET: {combine: label_model}}",
        )
    with tempfile.TemporaryDirectory() as spool:
        sources = dump_inputs(dumps, rules.ruleset.record, rules.registry, spool=Path(spool))
        records = (item for item in records_of(sources) if isinstance(item, RawRecord))
        found = fit_combiners(rules.plan, records)
        told = _dump(sources, rules.ruleset.file, found.records)
    path = lock_path(rules.ruleset.file)
    silent = [fit.set for fit in found.fits if not fit.voted]
    writes = not dry_run and not silent
    if writes:
        pins = pin(rules.plan, rules.registry)
        fits = [(fit.set, _pin_fit(fit, told, rules, pins)) for fit in found.fits]
        replace_file(path, write_lock(fitted_lock(current_lock(rules), fits)).encode())
    if as_json:
        show_json({**combiner_fits_json(found), "lock": str(path) if writes else None})
    else:
        click.echo(combiner_fits_text(found))
        _tell_fitted(path, found, silent, writes=writes)
    return 1 if silent else 0


def _dump(sources: Sequence[Input], ruleset: Path, records: int) -> PinnedGold:
    """The dumps as a lock names them: a single one as gold is, several by their names and one digest over all."""
    if len(sources) == 1 and sources[0].path.is_file() and sources[0].name != STDIN:
        return pinned_gold(sources[0].path, ruleset, records)
    digest = digest_value([source.sha256 for source in sources])[:GOLD_DIGITS]
    return PinnedGold(", ".join(source.name for source in sources), digest, records)


def _pin_fit(fit: CombinerFit, dump: PinnedGold, rules: Annotator, pins: Pins) -> PinnedFit:
    return PinnedFit(
        combine=fit.combiner,
        dump=dump,
        voted=fit.voted,
        meaning=fit_meaning(fit.set, rules.plan, pins),
        numbers=fit.numbers,
    )


def _tell_fitted(path: Path, found: CombinerFits, silent: Sequence[str], *, writes: bool) -> None:
    if writes:
        count = sum(len(fit.numbers) for fit in found.fits)
        click.echo(f"{path}: {plural(count, 'number')} written, fitted to votes and to no gold")
    else:
        click.echo(f"{path}: left as it is")
    if silent:
        names = ", ".join(f'"{visible(name)}"' for name in silent)
        click.echo(f"help: no rule votes for {names} on these records; take others")
