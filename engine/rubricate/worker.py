"""A worker of a run: a process that is told what to do on its standard input, and answers on a pipe of its own.

What plugins print goes where the driver sends it, never among the answers.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, cast

from rubricate.errors import (
    PluginError,
    ResponsesMissingError,
    RubricateError,
    RulesetError,
    RunError,
    RunPausedError,
)
from rubricate.loading.caching import load_cached
from rubricate.model.descriptors import SourceReader
from rubricate.model.run_context import running_in
from rubricate.planning.checking import check_meaning
from rubricate.planning.compiling import make_plan
from rubricate.planning.plan import Plan
from rubricate.plugins.discovering import build_registry
from rubricate.registry import Registry
from rubricate.review.snapshots import load_snapshot
from rubricate.running.asking import lend
from rubricate.running.collecting import rare_collections
from rubricate.running.image_inputs import InputImages
from rubricate.running.inputs import Input
from rubricate.running.labeller import PlanLabeller
from rubricate.running.publishing import engine_version
from rubricate.running.units import UnitWatch, run_index, run_unit
from rubricate.running.wire import Frame, pack, receive, tell_receipt, unpack_index, unpack_task
from rubricate.storage.layout import index_folder
from rubricate.versioning.calibrations import with_calibration

__all__ = ["main"]

Setup = Mapping[str, object]


class _Worker:
    """Does what the driver says."""

    def __init__(self, setup: Setup, answers: BinaryIO) -> None:
        self._answers = answers
        self._pid = os.getpid()
        self._out = Path(cast("str", setup["out"]))
        self._run = cast("str", setup["run"])
        registry = build_registry()
        plan = _plan(Path(cast("str", setup["ruleset"])), registry)
        if plan.digest != setup["plan"]:
            raise RunError(
                "a worker reads other rules than the driver did: the ruleset, a table or a plugin was changed",
                help="run it again",
            )
        dedupe = cast("list[str] | None", setup["dedupe"])
        self._labeller = PlanLabeller(
            plan,
            answers=load_snapshot(self._out, cast("str | None", setup["answers"])).by_question,
            dedupe=None if dedupe is None else tuple(dedupe),
            distance=cast("int | None", setup["distance"]),
            output_key=cast("str", setup["output_key"]),
            relabel=cast("bool", setup["relabel"]),
            batch=cast("int", setup["batch"]),
            keep_first=cast("bool", setup["keep_first"]),
            registry=registry,
        )
        inputs = [
            Input(
                name=cast("str", told["name"]),
                path=Path(os.fsdecode(bytes.fromhex(cast("str", told["path"])))),
                source=registry.sources[cast("str", told["source"])],
                size=cast("int", told["size"]),
                sha256=cast("str", told["sha256"]),
                options=cast("Mapping[str, object]", told["options"]),
                images=_images(cast("str | None", told["images"]), plan),
            )
            for told in cast("Sequence[Mapping[str, object]]", setup["inputs"])
        ]

        @lru_cache(maxsize=64)
        def reader_of(number: int) -> SourceReader:
            return inputs[number].open()

        self._reader_of = reader_of
        self._at = (0, 0)
        lent = cast("Mapping[str, object]", setup["lent"])
        self._context = lend(
            self._out, cast("str", lent["run"]), plan.ruleset.budget, replay=cast("bool", lent["replay"]),
            alive=self.go_on,
        )  # fmt: skip

    def say(self, **said: object) -> None:
        """An answer. A copy of this process that a plugin made with `fork` ends here: it has nothing to say."""
        if os.getpid() != self._pid:
            os._exit(0)
        self._answers.write(pack(said))
        self._answers.flush()

    def look(self, first: int, count: int) -> None:
        """Says which records are looked at, or that it still is at it."""
        self._at = (first, count)
        self.say(say="looking", at=[first, count])

    def go_on(self) -> None:
        """Says that the same records are still looked at. Where nobody listens any more, this process ends."""
        try:
            self.look(*self._at)
        except OSError:
            os._exit(0)  # before more is paid for, and before anything is written about the records

    def do(self, frame: Frame) -> None:
        """One job."""
        if frame[0]["do"] == "index":
            task = unpack_index(frame, self._reader_of)
            items = run_index(task, index=index_folder(self._out), labeller=self._labeller)
            self.say(say="done", ordinal=task.unit.ordinal, items=items, memory=_memory())
            return
        unit, alone = unpack_task(frame, self._reader_of)
        watch = UnitWatch(self._out, unit.key, alone=alone, begin=self.look)
        done: dict[str, object] = {}
        try:
            with running_in(self._context):
                receipt = run_unit(
                    unit, out=self._out, labeller=self._labeller, run=f"{self._run}-{os.getpid()}",
                    writer=engine_version(), watch=watch,
                )  # fmt: skip
            done["receipt"] = tell_receipt(receipt)
        except ResponsesMissingError as error:
            done["missing"] = error.count  # the driver adds up what all units lack
        self.say(say="done", **done, stages=dict(self._labeller.seconds), memory=_memory())


def _plan(file: Path, registry: Registry) -> Plan:
    """The plan of a ruleset, with what a worker needs of loading it: warnings are for the driver."""
    loaded = load_cached(file, registry)
    meaning = [] if loaded.ruleset is None else check_meaning(loaded.ruleset, registry)
    wrong = [found for found in (*loaded.problems, *meaning) if found.is_error]
    if loaded.ruleset is None or wrong:
        raise RulesetError(wrong)
    return make_plan(with_calibration(loaded.ruleset, registry), registry)


def _images(folder: str | None, plan: Plan) -> InputImages | None:
    """Where the images of an input stand, as the driver said."""
    if folder is None:
        return None
    schema = plan.ruleset.record
    return InputImages(folder=Path(os.fsdecode(bytes.fromhex(folder))), places=tuple(map(schema.place, schema.image)))


def _memory() -> int:
    """How many bytes this process holds; where that cannot be told, how many it held at most."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    except OSError:
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most if sys.platform == "darwin" else most * 1024


def main() -> None:
    """Works until the driver closes the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is for the driver, which lets the unit at hand be finished
    # plugins may read from and write to the standard streams; the conversation goes on elsewhere
    orders = os.fdopen(os.dup(0), "rb", buffering=1 << 16)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    answers = os.fdopen(int(sys.argv[1]), "wb", buffering=1 << 16)
    first: Frame | None = None
    try:
        first = receive(orders)
        if first is None:
            return
        with rare_collections():
            worker = _Worker(first[0], answers)
        worker.say(say="ready")
        with rare_collections():  # what it has loaded by now is not looked at again
            while (frame := receive(orders)) is not None:
                worker.do(frame)
    except (RubricateError, OSError) as error:
        answers.write(pack({"say": "error", "error": _told(error, first)}))
        answers.flush()


def _told(error: Exception, setup: Frame | None) -> dict[str, str]:
    """An error for the driver to raise; one that names no file is said of the output folder."""
    if isinstance(error, PluginError):
        told = {"kind": "plugin", "plugin": error.plugin, "detail": error.detail, "reason": error.reason}
        named = {"rule": error.rule, "record": error.record}
        return {**told, **{name: value for name, value in named.items() if value is not None}}
    if isinstance(error, RunError):
        kind = "paused" if isinstance(error, RunPausedError) else "run"
        return {"kind": kind, "message": error.message} | ({} if error.help is None else {"help": error.help})
    if isinstance(error, OSError):
        place = os.fsdecode(error.filename) if error.filename is not None else setup and setup[0]["out"]
        return {"kind": "run", "message": f"{place or 'a worker'}: {error.strerror or error}",
                "help": "mend it, then run the same command: finished units are kept"}  # fmt: skip
    return {"kind": "run", "message": str(error)}


if __name__ == "__main__":
    main()
