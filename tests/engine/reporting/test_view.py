"""What a ruleset adds to the counts."""

from __future__ import annotations

import dataclasses

from rubricate.model.ruleset import Decide, Stage
from rubricate.reporting.charts import Line
from rubricate.reporting.samples import Samples
from rubricate.reporting.view import make_view
from support.runs import HERE, fake_ruleset, fake_run


def lines(ruleset, label):
    view = make_view(fake_run(size=20).manifest, Samples(), ruleset, {})
    return next(entry for entry in view.labels if entry.name == label).lines


def test_a_label_has_the_threshold_of_the_ruleset():
    assert lines(fake_ruleset(), "ham") == (Line(0.85, "accept"),)


def test_a_label_has_its_own_threshold_before_that_of_the_ruleset():
    assert lines(fake_ruleset(), "insult") == (Line(0.92, "accept"),)


def test_a_wildcard_gives_a_threshold():
    ruleset = dataclasses.replace(fake_ruleset(), decide={"ins*": Decide(accept=0.7)})

    assert lines(ruleset, "insult") == (Line(0.7, "accept"),)


def test_a_set_gives_its_members_a_threshold():
    ruleset = dataclasses.replace(fake_ruleset(), decide={"spam, ham": Decide(accept=0.75)})

    assert lines(ruleset, "ham") == (Line(0.75, "accept"),)


def test_a_stage_with_a_threshold_of_its_own_is_named():
    model = Stage(name="model", decide={"insult": Decide(accept=0.95)}, location=HERE)
    ruleset = dataclasses.replace(fake_ruleset(), cascade=(model,))

    assert lines(ruleset, "insult") == (Line(0.92, "accept"), Line(0.95, "model"))


def test_without_a_ruleset_thresholds_are_those_met_in_records():
    view = make_view(fake_run(size=20).manifest, Samples(thresholds={"spam": (0.8,)}), None, {})

    assert next(entry.lines for entry in view.labels if entry.name == "spam") == (Line(0.8, "accept"),)


def test_sections_know_the_rules_that_cite_them():
    view = make_view(fake_run(size=20).manifest, Samples(), fake_ruleset(), {})

    section = next(section for section in view.sections if section.id == "s2.3")
    assert sorted(section.rules) == ["link-abroad", "money"]
