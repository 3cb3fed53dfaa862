"""Units in processes of their own: spawned, checked before they work, watched, and replaced when they die or hang.

A worker says which records it looks at next. When it dies, or says nothing for longer than it may, another one takes
its unit and looks at those records one by one; the record at which workers go on to die is quarantined, and the
incident is kept, so that a run that goes on decides the same.
"""

from __future__ import annotations

import os
import selectors
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, cast

from rubricate.errors import (
    PluginError,
    ResponsesMissingError,
    RubricateError,
    RunError,
    RunInterruptedError,
    RunPausedError,
)
from rubricate.running.executing import Executor, MakeExecutor, Place
from rubricate.running.jobs import Indexing, Job, Labelling, words_of_exit
from rubricate.running.units import IndexTask, Task
from rubricate.running.wire import Frame, pack, receipt_of, receive
from rubricate.storage.failpoints import VARIABLE
from rubricate.storage.layout import index_folder, internal
from rubricate.storage.receipts import Receipt

__all__ = ["LOG", "MEMORY", "workers"]

LOG = "workers.log"
"""What plugins print in a worker goes here, and nowhere else."""
MOST_STARTS = 3
"""So many workers in a row may die before they are ready."""
MOST_PRINTED = 8 << 20
"""Bytes of what plugins print that are kept; then it begins anew."""
START = 300.0
"""Seconds that a worker may take to load the ruleset."""
MEMORY = 2048
"""MiB that a worker may hold between two units before another one takes its place: a plugin may leak."""


class _Worker:
    """A process, and what it works on."""

    def __init__(self, setup: bytes, environment: Mapping[str, str], log: BinaryIO) -> None:
        answers, theirs = os.pipe()
        try:
            self.process = subprocess.Popen(  # noqa: S603  # our own module, by our own interpreter
                [sys.executable, "-m", "rubricate.worker", str(theirs)],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                pass_fds=(theirs,),
                env=dict(environment),
                start_new_session=True,  # a Ctrl-C at the terminal is for the driver alone
            )
        except OSError:
            os.close(answers)
            raise
        finally:
            os.close(theirs)
        self.answers = os.fdopen(answers, "rb", buffering=0)
        self.ready = False
        self.job: Job | None = None
        """What it works on, or will when it is ready; it is told of it only then."""
        self.deadline = time.monotonic() + START
        self.seconds: Mapping[str, float] = {}
        self.tell(setup)

    def tell(self, frame: bytes) -> None:
        """Send a frame; one that has died is found out when its answers end."""
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):
            self.process.stdin.write(frame)
            self.process.stdin.flush()

    def end(self) -> int | None:
        """Kill it, and give its exit code."""
        if self.process.poll() is None:
            self.process.kill()
        if self.process.stdin is not None:
            with suppress(BrokenPipeError, OSError):
                self.process.stdin.close()
        self.answers.close()
        return self.process.wait()


def workers(count: int, setup: Mapping[str, object], *, patience: float, memory: int = MEMORY) -> MakeExecutor:
    """A maker of executors with up to `count` processes, each of which is told `setup` first.

    `patience` is for how many seconds a worker may look at one batch of records, `memory` how many MiB it may hold
    between two units.
    """

    @contextmanager
    def made(place: Place) -> Iterator[Executor]:
        internal(place.out).mkdir(parents=True, exist_ok=True)
        with (internal(place.out) / LOG).open("ab") as log:  # all append, so that it can be cut while they write
            log.truncate(0)
            pool = _Pool(count, setup, place, patience, memory, log)
            try:
                yield pool
            finally:
                pool.close()

    return made


class _Pool:
    def __init__(
        self, count: int, setup: Mapping[str, object], place: Place, patience: float, memory: int, log: BinaryIO
    ) -> None:
        self._count = count
        self._place = place
        self._patience = patience
        self._memory = memory
        self._log = log
        self._setup = pack({**setup, "run": place.run})
        self._environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        self._first = dict(self._environment)
        self._environment.pop(VARIABLE, None)  # a fail point kills one worker, whose place another one takes
        self._selector = selectors.DefaultSelector()
        self._workers: list[_Worker] = []
        self._spent: dict[str, float] = {}
        self._failed_starts = 0
        self._paused: RunPausedError | None = None

    @property
    def seconds(self) -> Mapping[str, float]:
        """Stage -> time spent in it so far, by all workers."""
        total = dict(self._spent)
        for worker in self._workers:
            for stage, seconds in worker.seconds.items():
                total[stage] = total.get(stage, 0.0) + seconds
        return total

    def index(self, tasks: Iterable[IndexTask], folder: Path) -> Iterator[tuple[int, int]]:
        """Pass 1 of each unit: (ordinal, how many records and unreadable regions it has)."""
        assert folder == index_folder(self._place.out), "workers write their index files there"
        for said in self._work(Indexing(task) for task in tasks):
            yield cast("int", said["ordinal"]), cast("int", said["items"])

    def label(self, tasks: Iterable[Task]) -> Iterator[Receipt]:
        """The receipt of each unit, which is durable then."""
        missing = 0
        for said in self._work(Labelling(task, self._place) for task in tasks):
            if "missing" in said:
                missing += cast("int", said["missing"])
            else:
                yield receipt_of(cast("Mapping[str, object]", said["receipt"]))
        if missing:
            raise ResponsesMissingError(missing)

    def close(self) -> None:
        """End every worker."""
        for worker in self._workers:
            self._forget(worker)
        self._workers = []

    # -- at work -------------------------------------------------------------------------------------------

    def _work(self, jobs: Iterable[Job]) -> Iterator[Mapping[str, object]]:
        """What workers say at the end of each job, in the order in which they end."""
        coming = iter(jobs)
        again: deque[Job] = deque()
        open_jobs = 0
        more = True
        stopped: RunInterruptedError | None = None
        while more or again or open_jobs:
            while (more or again) and self._has_room():  # all that are wanted start side by side
                try:
                    job = again.popleft() if again else next(coming, None)
                except RunInterruptedError as error:  # what is begun is finished first
                    job, stopped = None, error
                if job is None:
                    more = False
                    break
                self._give(job)
                open_jobs += 1
            if not open_jobs:
                continue
            for worker, frame in self._heard():
                done = self._take(worker, frame, again)
                if self._paused is not None:  # others finish what they are at, or pause as well
                    more = False
                    again.clear()
                if done is not None:
                    open_jobs -= 1
                    if done:
                        yield done
        if (ending := self._paused or stopped) is not None:
            raise ending

    def _has_room(self) -> bool:
        return len(self._workers) < self._count or any(worker.job is None for worker in self._workers)

    def _give(self, job: Job) -> None:
        """Gives a job to a worker without one; another one is started only where all are at work."""
        worker = next((worker for worker in self._workers if worker.job is None), None) or self._start()
        worker.job = job
        self._place.log.assign(job.ordinal, worker=worker.process.pid)
        if worker.ready:
            self._tell(worker, job)

    def _tell(self, worker: _Worker, job: Job) -> None:
        """Tells a worker that is ready of its job: one that starts does not listen, and would hold up the others."""
        worker.tell(job.frame())
        worker.deadline = time.monotonic() + self._patience

    def _start(self) -> _Worker:
        environment, self._first = self._first or self._environment, {}
        worker = _Worker(self._setup, environment, self._log)
        self._selector.register(worker.answers, selectors.EVENT_READ, worker)
        self._workers.append(worker)
        return worker

    def _heard(self) -> list[tuple[_Worker, Frame | None]]:
        """What workers have said; None for one that has gone or has been silent for too long."""
        if os.fstat(self._log.fileno()).st_size > MOST_PRINTED:
            self._log.truncate(0)
            self._log.write(b"(what plugins had printed before was cut: it was too much)\n")
            self._log.flush()
        now = time.monotonic()
        nearest = min((worker.deadline for worker in self._workers if worker.job is not None), default=now + 1)
        ready = self._selector.select(max(0.0, min(nearest - now, 1.0)))
        heard = [(cast("_Worker", key.data), receive(key.data.answers)) for key, _ in ready]
        now = time.monotonic()
        known = {id(worker) for worker, _ in heard}
        late = [
            worker
            for worker in self._workers
            if worker.job is not None and worker.deadline < now and id(worker) not in known
        ]
        return heard + [(worker, None) for worker in late]

    def _take(self, worker: _Worker, frame: Frame | None, again: deque[Job]) -> Mapping[str, object] | None:
        """What a frame means: the end of a job (what was said of it, empty where it must be done again), or None."""
        if frame is None:
            return self._replace(worker, again)
        said, _ = frame
        worker.deadline = time.monotonic() + self._patience
        match said["say"]:
            case "ready":
                worker.ready = True
                self._failed_starts = 0
                if worker.job is None:
                    worker.deadline = float("inf")
                else:
                    self._tell(worker, worker.job)
                return None
            case "looking":
                if isinstance(worker.job, Labelling):
                    first, count = cast("list[int]", said["at"])
                    worker.job.looked_at = range(first, first + count)
                return None
            case "done":
                worker.job = None
                worker.deadline = float("inf")
                worker.seconds = cast("Mapping[str, float]", said.get("stages", {}))
                if cast("int", said["memory"]) > self._memory << 20:
                    self._workers.remove(worker)
                    self._forget(worker)
                return said
            case _:
                self._pause(_error(cast("Mapping[str, str]", said["error"])))
                self._workers.remove(worker)
                self._forget(worker)
                return {}

    def _pause(self, error: RubricateError) -> None:
        """Gives out no more jobs because of what a worker met; raises what is no reason to pause."""
        if not isinstance(error, RunPausedError):
            raise error
        self._paused = error

    def _replace(self, worker: _Worker, again: deque[Job]) -> Mapping[str, object] | None:
        """A worker that died or hangs: its job goes to another one."""
        timed_out = worker.process.poll() is None and worker.deadline < time.monotonic()
        job, ready = worker.job, worker.ready
        self._workers.remove(worker)
        code = self._forget(worker)
        self._tell_of(worker, timed_out=timed_out, code=code)
        if not ready:
            self._failed_starts += 1
        if not ready and (timed_out or self._failed_starts >= MOST_STARTS or code is None or code >= 0):
            how = "took too long to start" if timed_out else f"ended at its start ({words_of_exit(code)})"
            raise RunError(
                f"{self._place.out}: a worker {how}", help=f"see {internal(self._place.out) / LOG}, or use --workers 0"
            )
        if job is None:
            return None
        if not ready:  # whatever ended it, the job had not begun
            again.append(job)
            return {}
        if not job.ended(timed_out=timed_out, code=code):
            raise RunError(
                f"{self._place.out}: workers end again and again on unit {job.ordinal} ({words_of_exit(code)})",
                help=f"see {internal(self._place.out) / LOG}; memory, or a plugin that is broken",
            )
        again.append(job)
        return {}

    def _tell_of(self, worker: _Worker, *, timed_out: bool, code: int | None) -> None:
        """Write into the log that a worker has gone, and what it looked at."""
        facts: dict[str, object] = {"worker": worker.process.pid, "timed_out": timed_out, "how": words_of_exit(code)}
        if worker.job is not None:
            facts["unit"] = worker.job.ordinal
        if isinstance(worker.job, Labelling):
            looked_at = worker.job.looked_at
            facts["records"] = [looked_at.start, looked_at.stop]
        self._place.log.write("worker_ended", **facts)

    def _forget(self, worker: _Worker) -> int | None:
        for stage, seconds in worker.seconds.items():
            self._spent[stage] = self._spent.get(stage, 0.0) + seconds
        self._selector.unregister(worker.answers)
        return worker.end()


def _error(told: Mapping[str, str]) -> RubricateError:
    """The error that a worker met, as it would have been raised here."""
    if told["kind"] == "plugin":
        return PluginError(
            told["plugin"], told["detail"], rule=told.get("rule"), record=told.get("record"), reason=told["reason"]
        )
    form = RunPausedError if told["kind"] == "paused" else RunError
    return form(told["message"], help=told.get("help"))
