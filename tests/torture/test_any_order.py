"""Whatever happens to a folder in whatever order: a run in it ends in the one right way, or says what is wrong."""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from rubricate.errors import RunError
from rubricate.running.publishing import read_manifest
from rubricate.running.verifying import verify_run
from rubricate.storage.layout import lock_file
from rubricate.storage.locking import hold_lock
from support.fake_run import OPTIONS, PLAN, FakeLabeller, run_fake, start_fake, write_dump
from support.faults import Outcome, outcome_of

POINTS = ("mid_index_pass", "mid_spill", "after_parts", "after_receipt", "before_ledger_commit", "after_ledger_commit",
          "before_manifest", "after_manifest_temp", "after_manifest")  # fmt: skip
PLANS = (PLAN, replace(PLAN, digest="ab" * 32), replace(PLAN, digest="cd" * 32))


class Stopped(Exception):  # noqa: N818 - a stand-in for whatever ends a run
    pass


class Folder(RuleBasedStateMachine):
    """An output folder, and all that may befall it."""

    calm: dict[str, Outcome] = {}  # noqa: RUF012 - one for all examples, as they are the same

    @initialize()
    def begin(self) -> None:
        self.place = Path(tempfile.mkdtemp(prefix="any-order-"))
        self.dump = write_dump(self.place / "dump.jsonl", records=20)
        self.out = self.place / "out"
        self.plan = PLAN
        self.damaged = False
        for number, plan in enumerate(PLANS):
            if plan.digest not in Folder.calm:
                run_fake(self.place / str(number), self.dump, plan=plan)
                Folder.calm[plan.digest] = outcome_of(self.place / str(number))

    @rule()
    def run(self) -> None:
        """A run ends as an undisturbed one does; where something published was damaged, `verify` at least says so."""
        try:
            run_fake(self.out, self.dump, plan=self.plan)
        except RunError:
            assert self.damaged or self.is_of_another_plan()
            return
        if self.damaged and verify_run(self.out):
            return
        self.damaged = False
        assert outcome_of(self.out) == Folder.calm[self.plan.digest]

    @rule()
    def run_over(self) -> None:
        """With --overwrite everything is put right."""
        run_fake(self.out, self.dump, plan=self.plan, options=replace(OPTIONS, overwrite=True))
        self.damaged = False
        assert outcome_of(self.out) == Folder.calm[self.plan.digest]

    @rule(records=st.integers(1, 20))
    def stop(self, records: int) -> None:
        """An attempt ends within a unit."""
        left = iter(range(records))

        def before() -> None:
            if next(left, None) is None:
                raise Stopped

        with suppress(Stopped, RunError):
            run_fake(self.out, self.dump, plan=self.plan, labeller=FakeLabeller(before=before))

    @precondition(lambda self: self.plan is PLAN)
    @rule(point=st.sampled_from(POINTS), hit=st.integers(1, 3))
    def kill(self, point: str, hit: int) -> None:
        """An attempt is killed."""
        start_fake(self.out, [self.dump], fail_point=f"{point}:{hit}").communicate(timeout=60)

    @rule(plan=st.sampled_from(PLANS))
    def edit(self, plan: object) -> None:
        """The rules change."""
        self.plan = plan  # type: ignore[assignment]

    @rule(seed=st.integers(0, 1 << 16), how=st.sampled_from(("flip", "cut", "empty", "delete")))
    def corrupt(self, seed: int, how: str) -> None:
        """The disk loses or changes something of ours."""
        chance = random.Random(seed)
        files = [
            path
            for path in sorted(self.out.rglob("*"))
            if path.is_file() and path.name not in ("run.json", "lock") and path.stat().st_size
        ]
        if not files:
            return
        self.damaged = True
        path = chance.choice(files)
        content = path.read_bytes()
        if how == "delete":
            path.unlink()
        elif how == "flip":
            place = chance.randrange(len(content))
            path.write_bytes(
                content[:place] + bytes([content[place] ^ 1 << chance.randrange(8)]) + content[place + 1 :]
            )
        else:
            os.truncate(path, chance.randrange(len(content)) if how == "cut" else 0)

    @rule()
    def second_driver(self) -> None:
        """Somebody else is at work there."""
        lock_file(self.out).parent.mkdir(parents=True, exist_ok=True)
        with hold_lock(lock_file(self.out), clock=lambda: 0.0), pytest.raises(RunError):
            run_fake(self.out, self.dump, plan=self.plan, options=replace(OPTIONS, overwrite=True))

    @invariant()
    def a_manifest_that_is_seen_is_one_of_ours(self) -> None:
        try:
            manifest = read_manifest(self.out)
        except RunError:
            assert self.damaged
            return
        if manifest is not None:
            assert manifest.digest in {outcome.digest for outcome in Folder.calm.values()}
            if not self.damaged:
                assert {finding.what for finding in verify_run(self.out)} <= {"unnamed", "unfinished"}

    def is_of_another_plan(self) -> bool:
        """Whether the folder may still be another plan's."""
        return self.plan is not PLAN or (self.out / ".rubricate" / "run.json").exists()

    def teardown(self) -> None:
        """Leaves nothing behind."""
        if hasattr(self, "place"):
            shutil.rmtree(self.place, ignore_errors=True)


def check(examples: int, steps: int, seed: int | None = None) -> None:
    """Runs the machine."""
    chosen = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, database=None, print_blob=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    machine = Folder
    if seed is not None:
        from hypothesis import seed as seeded

        machine = seeded(seed)(Folder)
    run_state_machine_as_test(machine, settings=chosen)


def test_a_few_orders() -> None:
    check(4, 12, seed=1)


@pytest.mark.torture
def test_many_orders(seed: int, has_time) -> None:
    number = 0
    while has_time():
        check(10, 25, seed=seed + number)
        number += 1
    print(f"{10 * number} orders")
