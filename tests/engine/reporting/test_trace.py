"""What became of the records, in words."""

from __future__ import annotations

from rubricate.reporting.trace import (
    StageTrace,
    conservation_line,
    found_nothing_line,
    read_law,
    read_stages,
    stage_lines,
    trace_text,
)
from support.runs import fake_run

COUNTS = {
    "read": 1706,
    "made": 0,
    "routes": {
        "accepted": 1391,
        "review": 284,
        "settled": 0,
        "undecided": 0,
        "quarantined": 0,
        "dropped": 31,
        "split": 0,
    },
    "dropped": {"duplicate": 31, "blank": 0},
    "quarantined": {},
    "found_nothing": 12,
    "stages": [
        {"name": "lexical", "asked": 1675, "closed": 1391, "scores": 1321.45, "scored": 1391},
        {"name": "model", "asked": 284, "closed": 0, "scores": 0, "scored": 0},
    ],
}


def test_the_law_is_said_with_every_term():
    line = conservation_line(COUNTS)

    assert line == (
        "read 1,706 + made 0 = dropped 31 (duplicate 31, blank 0) + quarantined 0 + split 0"
        " + accepted 1,391 + review 284 + settled 0 + undecided 0"
    )


def test_reasons_of_quarantine_are_named():
    counts = {"read": 3, "routes": {"quarantined": 3}, "quarantined": {"json": 2, "utf8": 1}}

    assert "quarantined 3 (json 2, utf8 1)" in conservation_line(counts)


def test_a_law_that_does_not_hold_says_so():
    line = conservation_line({"read": 3, "routes": {"accepted": 2}})

    assert line.endswith(" (does not hold: 3 is not 2)")


def test_a_made_up_run_keeps_the_law():
    assert read_law(fake_run(size=200).counts).holds


def test_stage_lines_are_aligned_and_times_stand_apart():
    lines = stage_lines(COUNTS, {"lexical": 0.4})

    assert lines == [
        "stage lexical  asked 1,675  closed 1,391 (83.0 %)  mean score 0.95  400 ms",
        "stage model    asked   284  closed     0 (0.0 %)  mean score -",
    ]


def test_stages_are_read_in_their_order():
    stages = read_stages(COUNTS, {"model": 2.5})

    assert stages == (
        StageTrace(name="lexical", asked=1675, closed=1391, mean=0.95),
        StageTrace(name="model", asked=284, closed=0, mean=None, seconds=2.5),
    )


def test_accepted_records_without_a_label_are_counted_apart():
    assert found_nothing_line(COUNTS) == "accepted, nothing found: 12"


def test_the_console_shows_the_law_then_the_stages():
    text = trace_text(COUNTS)

    assert text.splitlines() == [conservation_line(COUNTS), *stage_lines(COUNTS), found_nothing_line(COUNTS)]


def test_counts_of_nothing_are_zeros():
    assert trace_text({}).startswith("read 0 + made 0 = dropped 0 (duplicate 0, blank 0) + quarantined 0 + split 0")
