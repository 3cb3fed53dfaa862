"""Sections of a guideline."""

from __future__ import annotations

from rubricate.loading.findings import Findings
from rubricate.loading.guidelines import read_sections
from rubricate.loading.source import Source
from rubricate.model.location import Location
from rubricate.model.ruleset import Section

HERE = Location("guideline.md", 1, 1)


def sections(text: str) -> tuple[dict[str, Section], list[str]]:
    findings = Findings()
    found = read_sections(Source("guideline.md", text), None, findings)
    return found, [problem.code for problem in findings.sorted("guideline.md")]


def test_a_section_has_its_own_text_without_those_below_it() -> None:
    text = """\
---
version: 1.0.0
---
# Guide

Not cited.

## Spam {#s2}

Asks for something.

### No id

Goes on.

### To subscribe {#s2.1} ##
```
## Code {#s9}
```
## Ham {#s3}
"""

    assert sections(text) == (
        {
            "s2": Section(id="s2", title="Spam", text="Asks for something.\n\n### No id\n\nGoes on.", location=HERE),
            "s2.1": Section(id="s2.1", title="To subscribe", text="```\n## Code {#s9}\n```", location=HERE),
            "s3": Section(id="s3", title="Ham", text="", location=HERE),
        },
        [],
    )


def test_an_id_that_stands_twice_keeps_its_first_section() -> None:
    found, codes = sections("# A {#s1}\na\n# B {#s1}\nb\n")

    assert codes == ["R034"]
    assert [(each.title, each.text) for each in found.values()] == [("A", "a")]
