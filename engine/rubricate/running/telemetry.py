"""Traces for OpenTelemetry, made from what the log of a run is told: a span for the run, each phase, unit and stage."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

from rubricate.errors import MissingExtraError
from rubricate.running.run_log import Event, Observer

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer

__all__ = ["Spans", "observers"]

ASKING = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_TRACES_EXPORTER")
"""Variables by which an environment says that it collects traces."""
ENDS = frozenset({"published", "already_complete", "interrupted", "failed"})


def observers(*, wanted: bool | None) -> Sequence[Observer]:
    """Who hears of a run beside its log: nobody, or a sender of traces.

    None: a sender if the environment asks for one and the extra is installed. Raises MissingExtraError when one is
    wanted and it is not.
    """
    asked = any(os.environ.get(name, "none") not in ("", "none") for name in ASKING)
    if wanted is False or (wanted is None and not asked):
        return ()
    try:
        tracer = _tracer()
    except ImportError:
        if wanted is None:
            return ()
        raise MissingExtraError("sending traces", "otel") from None
    return (Spans(tracer),)


def _tracer() -> Tracer:
    """That of the program around, if it has set one up; else one that sends to where the environment says."""
    from opentelemetry import trace
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider

    if not isinstance(trace.get_tracer_provider(), TracerProvider):
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        name = os.environ.get("OTEL_SERVICE_NAME", "rubricate")
        provider = TracerProvider(resource=Resource.create({"service.name": name}))
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        trace.set_tracer_provider(provider)
    return trace.get_tracer("rubricate")


class Spans:
    """Turns the events of one run into spans. They hold counts, digests and times, and nothing of a record."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer
        self._run: Span | None = None
        self._phase: Span | None = None

    def __call__(self, event: Event) -> None:
        """Hears of an event."""
        match event["event"]:
            case "run_began" | "run_resumed":
                ruleset = cast("Mapping[str, object]", event["ruleset"])
                told = {
                    "rubricate.plan": event["plan"],
                    "rubricate.ruleset": ruleset.get("name"),
                    "rubricate.version": ruleset.get("version"),
                    "rubricate.resumed": event["event"] == "run_resumed",
                }
                self._run = self._tracer.start_span("run", attributes=_plain(told))
            case "phase":
                self._end_phase()
                self._phase = self._start(f"phase {event['phase']}")
            case "unit_done":
                self._past(
                    f"unit {event['unit']}",
                    0.0 if event["taken_over"] else cast("float", event["seconds"]),
                    {
                        "rubricate.records": event["records"],
                        "rubricate.bytes": event["bytes"],
                        "rubricate.worker": event["worker"],
                        "rubricate.taken_over": event["taken_over"],
                    },
                )
            case name if name in ENDS:
                self._end(event)

    def _end(self, event: Event) -> None:
        self._end_phase()
        for stage, seconds in cast("Mapping[str, float]", event.get("stages", {})).items():
            self._past(f"stage {stage}", seconds, {})
        if self._run is not None:
            self._run.set_attribute("rubricate.outcome", str(event["event"]))
            self._run.end()
            self._run = None

    def _end_phase(self) -> None:
        if self._phase is not None:
            self._phase.end()
            self._phase = None

    def _past(self, name: str, seconds: float, told: Mapping[str, object]) -> None:
        """A span that ends now and took so long."""
        now = time.time_ns()
        self._start(name, begin=now - int(seconds * 1e9), told=told).end(end_time=now)

    def _start(self, name: str, *, begin: int | None = None, told: Mapping[str, object] | None = None) -> Span:
        from opentelemetry.trace import set_span_in_context

        above = self._phase if self._phase is not None and not name.startswith("phase") else self._run
        context = None if above is None else set_span_in_context(above)
        return self._tracer.start_span(name, context=context, start_time=begin, attributes=_plain(told or {}))


def _plain(told: Mapping[str, object]) -> dict[str, str | bool | int | float]:
    return {name: value for name, value in told.items() if isinstance(value, str | bool | int | float)}
