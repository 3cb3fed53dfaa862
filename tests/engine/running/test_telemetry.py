"""Traces of a run, and that nobody sends any who was not asked to."""

import sys

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from rubricate.errors import MissingExtraError
from rubricate.running.run_log import RunLog
from rubricate.running.telemetry import ASKING, Spans, observers


@pytest.fixture(autouse=True)
def _no_collector(monkeypatch):
    for name in ASKING:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def exporter():
    return InMemorySpanExporter()


@pytest.fixture
def log(exporter):
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return RunLog(None, run="r", observers=[Spans(provider.get_tracer("test"))])


def tell(log, *, end="published"):
    log.write("run_began", plan="9f3c", ruleset={"name": "comments", "version": "1.0.0"}, inputs=[])
    log.write("phase", phase="indexing")
    log.write("phase", phase="labelling")
    log.write("unit_done", unit=0, records=3, bytes=70, seconds=0.5, worker=4711, taken_over=False)
    log.write("unit_done", unit=1, records=2, bytes=50, seconds=9.0, worker=None, taken_over=True)
    log.write("phase", phase="publishing")
    log.write(end, stages={"lexical": 0.25})


def test_run_phases_units_and_stages_have_spans_below_each_other(log, exporter):
    tell(log)

    spans = {span.name: span for span in exporter.get_finished_spans()}
    above = {
        name: next((other.name for other in spans.values() if span.parent and other.context == span.parent), None)
        for name, span in spans.items()
    }
    assert above == {
        "run": None, "phase indexing": "run", "phase labelling": "run", "phase publishing": "run",
        "unit 0": "phase labelling", "unit 1": "phase labelling", "stage lexical": "run",
    }  # fmt: skip
    assert dict(spans["run"].attributes) == {
        "rubricate.plan": "9f3c", "rubricate.ruleset": "comments", "rubricate.version": "1.0.0",
        "rubricate.resumed": False, "rubricate.outcome": "published",
    }  # fmt: skip
    assert dict(spans["unit 0"].attributes) == {
        "rubricate.records": 3, "rubricate.bytes": 70, "rubricate.worker": 4711, "rubricate.taken_over": False,
    }  # fmt: skip


def test_a_span_is_as_long_as_the_work_took(log, exporter):
    tell(log)

    took = {span.name: (span.end_time - span.start_time) / 1e9 for span in exporter.get_finished_spans()}
    assert (took["unit 0"], took["unit 1"], took["stage lexical"]) == (0.5, 0.0, 0.25)


@pytest.mark.parametrize("end", ["interrupted", "failed"])
def test_a_run_that_does_not_end_well_says_so(log, exporter, end):
    tell(log, end=end)

    [run] = [span for span in exporter.get_finished_spans() if span.name == "run"]
    assert run.attributes["rubricate.outcome"] == end


def test_nobody_is_asked_nothing_is_sent():
    assert list(observers(wanted=None)) == []


@pytest.mark.parametrize("value", ["", "none"])
def test_an_environment_that_wants_none_gets_none(monkeypatch, value):
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", value)

    assert list(observers(wanted=None)) == []


def test_without_the_extra_only_who_asks_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:9")

    assert list(observers(wanted=None)) == []
    with pytest.raises(MissingExtraError, match=r'pip install "rubricate\[otel\]"'):
        observers(wanted=True)


def test_importing_the_command_line_imports_no_telemetry():
    import subprocess

    code = "import rubricate.cli.run_command, sys; print('opentelemetry' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
