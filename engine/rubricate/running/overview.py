"""What a folder's run is and how it stands, told from its manifest, ledger, lock and log; nothing is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias, cast

from rubricate.errors import RunError
from rubricate.running.identity import is_of_run, load_identity
from rubricate.running.publishing import Manifest, named_parts, read_manifest
from rubricate.running.run_log import Event, read_log, stage_seconds
from rubricate.storage.layout import MANIFEST, internal, ledger_file, lock_file
from rubricate.storage.ledger_glance import LedgerGlance, glance_at_ledger
from rubricate.storage.locking import Holder, who_holds

__all__ = ["Overview", "State", "find_runs", "look_at", "read_overviews"]

State: TypeAlias = Literal["complete", "partial", "at work", "paused", "stopped", "broken"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """One run."""

    path: Path
    state: State
    detail: str = ""
    """What is broken, or who is at work."""
    ruleset: str = ""
    version: str = ""
    started: str = ""
    """When its first attempt began, in UTC; of a run without a log, when it was published."""
    finished: str = ""
    seconds: float | None = None
    """How long its attempts took together."""
    counts: Mapping[str, object] = field(default_factory=dict)
    """The tally; empty for a run without a manifest."""
    stages: Mapping[str, float] = field(default_factory=dict)
    """Stage -> seconds."""
    manifest: Manifest | None = None
    ledger: LedgerGlance | None = None
    holder: Holder | None = None
    events: tuple[Event, ...] = ()
    """What the log says of this run and no other that the folder held before."""

    @property
    def routes(self) -> Mapping[str, int]:
        """Route -> records."""
        return cast("Mapping[str, int]", self.counts.get("routes", {}))

    @property
    def read(self) -> int:
        """How many records were read, or are known so far."""
        if self.counts:
            return cast("int", self.counts["read"])
        return 0 if self.ledger is None else self.ledger.records


def find_runs(folder: Path) -> list[Path]:
    """The runs in a folder: the folder itself, those in it, and those in the `runs` of a project."""
    candidates = [folder, *_folders(folder), *_folders(folder / "runs")]
    return [path for path in candidates if (path / MANIFEST).is_file() or internal(path).is_dir()]


def read_overviews(folder: Path) -> list[Overview]:
    """Every run in a folder, by when it began, those that never did first."""
    return sorted(map(look_at, find_runs(folder)), key=lambda found: (found.started, str(found.path)))


def look_at(path: Path) -> Overview:
    """One run."""
    holder = who_holds(lock_file(path))
    events = tuple(_own_events(path))
    ledger = glance_at_ledger(ledger_file(path))
    try:
        manifest, identity = read_manifest(path), load_identity(path)
    except RunError as error:
        return Overview(path=path, state="broken", detail=error.message, holder=holder, events=events)
    ruleset = _ruleset(manifest, events)
    is_new = manifest is None or not is_of_run(manifest.body, identity)
    gone = 0 if manifest is None or is_new else sum(not (path / part).is_file() for part in named_parts(manifest.body))
    return Overview(
        path=path,
        state=_state(manifest, holder, events, is_new=is_new, gone=gone),
        detail=_detail(holder, events, gone),
        ruleset=str(ruleset.get("name", "")),
        version=str(ruleset.get("version", "")),
        started=_time(events, "run_began") or ("" if manifest is None else str(manifest.annex.get("created", ""))),
        finished="" if manifest is None or is_new else str(manifest.annex.get("created", "")),
        seconds=_seconds(events, manifest),
        counts={} if manifest is None or is_new else cast("Mapping[str, object]", manifest.body["counts"]),
        stages=stage_seconds(path),
        manifest=manifest,
        ledger=ledger,
        holder=holder,
        events=events,
    )


def _folders(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []


def _detail(holder: Holder | None, events: tuple[Event, ...], gone: int) -> str:
    if holder is not None:
        return f"pid {holder.pid} on {holder.host}" if holder.pid else "it has only just begun"
    if not gone and _is_paused(events):
        return str(events[-1].get("message", ""))
    return f"{gone} of its parts {'has' if gone == 1 else 'have'} gone" if gone else ""


def _is_paused(events: tuple[Event, ...]) -> bool:
    return bool(events) and events[-1]["event"] == "paused"


def _state(
    manifest: Manifest | None, holder: Holder | None, events: tuple[Event, ...], *, is_new: bool, gone: int
) -> State:
    if holder is not None:
        return "at work"
    if gone:
        return "broken"
    if manifest is None or is_new:
        return "paused" if _is_paused(events) else "stopped"
    return "complete" if manifest.body["partial"] is None else "partial"


def _own_events(path: Path) -> Iterator[Event]:
    """The events since the run began that the folder holds now."""
    events = list(read_log(path))
    first = max((place for place, event in enumerate(events) if event["event"] == "run_began"), default=0)
    yield from events[first:]


def _ruleset(manifest: Manifest | None, events: tuple[Event, ...]) -> Mapping[str, object]:
    began = next((event for event in events if event["event"] in ("run_began", "run_resumed")), None)
    found = began["ruleset"] if began is not None else None if manifest is None else manifest.body["ruleset"]
    return cast("Mapping[str, object]", found or {})


def _time(events: tuple[Event, ...], name: str) -> str:
    return next((str(event["at"]) for event in events if event["event"] == name), "")


def _seconds(events: tuple[Event, ...], manifest: Manifest | None) -> float | None:
    """Of each attempt the time between its first and its last event; one that was killed counts up to there."""
    first: dict[object, float] = {}
    last: dict[object, float] = {}
    for event in events:
        if event["event"] in ("run_began", "run_resumed") or event["run"] in first:
            clock = cast("float", event["clock"])
            first.setdefault(event["run"], clock)
            last[event["run"]] = clock
    if first:
        return round(sum(last[run] - began for run, began in first.items()), 3)
    found = None if manifest is None else manifest.annex.get("seconds")
    return float(found) if isinstance(found, int | float) else None
