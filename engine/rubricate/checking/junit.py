"""Outcomes as JUnit XML, which build servers read: a suite for each rule of each ruleset, a failure by its word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from xml.etree import ElementTree as Xml

from rubricate.checking.outcomes import Outcome
from rubricate.checking.telling import headline, tell_outcome
from rubricate.model.problem import Problem
from rubricate.reporting.figures import visible

__all__ = ["Verdicts", "to_junit"]

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """A ruleset with what its examples came to, or with the errors for which none could be run."""

    path: str
    name: str
    outcomes: Sequence[Outcome] = ()
    problems: Sequence[Problem] = ()
    """Only those that keep it from being used."""
    seconds: float = 0.0


def to_junit(tested: Iterable[Verdicts], *, strict: bool = False) -> bytes:
    """The whole report. `strict`: a known gap that passes now is a failure.

    Suites are not nested, as several readers look no deeper than one level; `package` names the ruleset.
    """
    root = Xml.Element("testsuites", name="rubricate")
    seconds = 0.0
    for each in tested:
        seconds += each.seconds
        if each.problems:
            root.append(_unusable(each))
        for who, group in groupby(each.outcomes, key=lambda outcome: outcome.who):
            root.append(_suite(each, who, list(group), strict=strict))
    for key in ("tests", "failures", "errors", "skipped"):
        root.set(key, str(sum(int(suite.get(key, "0")) for suite in root)))
    root.set("time", f"{seconds:.3f}")
    Xml.indent(root)
    body = Xml.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{body}\n'.encode()


def _suite(tested: Verdicts, who: str, outcomes: Sequence[Outcome], *, strict: bool) -> Xml.Element:
    cases = [_case(f"{tested.name}.{who}", outcome, strict=strict) for outcome in outcomes]
    suite = _suite_of(tested, who, cases)
    suite.extend(cases)
    return suite


def _suite_of(tested: Verdicts, who: str, cases: Sequence[Xml.Element]) -> Xml.Element:
    def count(tag: str) -> str:
        return str(sum(case.find(tag) is not None for case in cases))

    return Xml.Element(
        "testsuite",
        name=_plain(f"{tested.name}: {who}"),
        package=_plain(tested.name),
        file=_plain(tested.path),
        tests=str(len(cases)),
        failures=count("failure"),
        errors=count("error"),
        skipped=count("skipped"),
    )


def _case(classname: str, outcome: Outcome, *, strict: bool) -> Xml.Element:
    name = outcome.id.partition("::")[2]
    place = outcome.location
    case = Xml.Element(
        "testcase", classname=_plain(classname), name=_plain(name), file=_plain(place.path), line=str(place.line)
    )
    if outcome.status == "failed":
        tag = "error" if outcome.failure == "unusable" else "failure"
        found = Xml.SubElement(case, tag, type=str(outcome.failure), message=_plain(outcome.detail))
        found.text = _plain(tell_outcome(outcome))
    elif outcome.status == "known gap":
        message = f"known gap: {outcome.verdict.failure}: {outcome.detail}"
        Xml.SubElement(case, "skipped", type="known gap", message=_plain(message))
    elif outcome.status == "now passes" and strict:
        Xml.SubElement(case, "failure", type="now passes", message=outcome.advice).text = _plain(headline(outcome))
    elif outcome.status == "now passes":
        Xml.SubElement(case, "system-out").text = _plain(headline(outcome))
    return case


def _unusable(tested: Verdicts) -> Xml.Element:
    """A ruleset with errors: one case, with an error for what must be mended first."""
    case = Xml.Element("testcase", classname=_plain(tested.name), name="the ruleset can be used", file=tested.path)
    first = tested.problems[0]
    error = Xml.SubElement(case, "error", type=first.code, message=_plain(f"{first.location} {first.message}"))
    error.text = _plain("\n".join(f"{each.location} {each.code}: {each.message}" for each in tested.problems))
    suite = _suite_of(tested, "ruleset", [case])
    suite.append(case)
    return suite


def _plain(text: str) -> str:
    """A text with what XML cannot hold made visible."""
    return _NOT_XML.sub("\ufffd", visible(text))
