"""Why a record is labelled as it is, down to the row of the table and the characters of the original."""

import json

import pytest

from support.command import call
from support.projects import make_project

RULESET = """\
ruleset: shop
version: "1.0.0"
record: {text: [title, text]}
prepare: [{use: html_text}]
labels:
  tone: {one_of: [calm, angry]}
  brand: {kind: span}
  firm: {kind: span}
dictionaries:
  brands: {file: brands.tsv, version: "1"}
matchers:
  brand_name: {use: dictionary, of: brands}
decide: {tone: {margin: 0.1, low: 0.3}}
conflicts: {overlap: longest}
rules:
  - {id: shouts, label: angry, cites: [s1], when: '"terrible" in text', confidence: '0.9 if "never" else 0.86'}
  - {id: polite, label: calm, when: '"thanks"', confidence: 0.85}
  - {id: named, label: brand, when: brand_name, value: it.maker, confidence: 0.9}
  - {id: company, label: firm, when: '/Acme/', confidence: 0.9}
otherwise: {label: calm, confidence: 0.4}
"""


@pytest.fixture
def project(tmp_path):
    project = make_project(tmp_path / "project")
    project.write([], ruleset=RULESET)
    (project.folder / "brands.tsv").write_text("term\tmaker\nZap\tZap Ltd\nAcme Boxes\tAcme\n")
    return project


def why(project, *arguments):
    called = call("why", project.ruleset, *arguments)
    assert (called.code, called.err) == (0, "")
    return called.out


def told(project, text, *arguments):
    """The explanation below the drawn record."""
    return why(project, text, *arguments).partition("\n\n")[2].splitlines()


def test_rule_condition_confidence_evidence_and_score(project):
    assert told(project, json.dumps({"title": "x", "text": "terrible, never again"})) == [
        "rules that fired",
        f"  shouts -> angry 0.90   cites s1   {project.ruleset}:16:10",
        '     when        "terrible" in text',
        '     confidence  0.9 if "never" else 0.86 = 0.90',
        '     found       "terrible" at text 0-8 by "terrible"',
        "labels",
        "  calm: no (no vote; angry holds, and exactly one of the set does) in stage lexical",
        "  angry: accepted (0.90 >= 0.85, one vote of 0.90) in stage lexical",
        "route accepted: every label is decided",
    ]


def test_places_are_those_of_the_original(project):
    explained = json.loads(why(project, "<b>one</b> &amp; Zap", "--json"))

    [named] = [rule for rule in explained["rules"] if rule["rule"] == "named"]
    place = {"field": "title", "start": 17, "end": 20, "text": "Zap", "shown": [6, 9], "box": None}
    assert named["found"] == [{"matcher": "brand_name", **place, "row": 2}]
    assert named["marks"] == {"matcher": "", **place, "row": None}
    assert (named["value"], named["when"], named["confidence"]) == ("Zap Ltd", "brand_name", "0.9")


HTML = '{"title": "<i>A</i> box", "text": "<p>it is <b>terri</b>ble &amp; n<!-- -->ever</p>", "lang": "en"}'


def test_people_read_the_text_that_rules_see(project):
    drawn, _, told = why(project, HTML, "--tree").partition("\n\n")

    assert drawn.splitlines()[1:4] == [
        "title  A box",
        "text   it is [terrible](angry) & never",
        "also   lang: en",
    ]
    assert '     found       "terrible" at text 12-24 by "terrible"' in told
    assert "  text: it is terrible & never\n              ^^^^^^^^" in told
    assert told.splitlines()[-1] == (
        "note: title, text: shown as rules see it; the numbers are places in the text as it was written"
    )


def test_json_has_the_text_that_rules_see_beside_the_record(project):
    explained = json.loads(why(project, HTML, "--json"))

    assert explained["record"]["text"] == "<p>it is <b>terri</b>ble &amp; n<!-- -->ever</p>"
    assert explained["shown"] == {"title": "A box", "text": "it is terrible & never"}


def test_long_text_is_shown_around_its_evidence_unless_all_is_asked_for(project):
    text = json.dumps({"title": "x", "text": f"{'one two ' * 1000}terrible{' six ten' * 1000}"})

    short, whole = why(project, text), why(project, text, "--whole")

    assert "more characters … two one two" in short
    assert "--whole shows all of it" in short
    assert "more characters" not in whole


def test_line_of_the_table_is_named(project):
    assert '     found       "Zap" at title 0-3 by brand_name, line 2 of its table' in told(project, "Zap")


def test_span_that_lost_its_place_says_to_which(project):
    lines = told(project, "Acme Boxes, thanks")

    assert '  brand "Acme Boxes" at 0-10: accepted (0.90 >= 0.85, one vote of 0.90) in stage lexical' in lines
    assert (
        '  firm "Acme" at 0-4: no (0.90 >= 0.85, one vote of 0.90; '
        'lost by overlap to brand "Acme Boxes" at 0, which is longer) in stage lexical' in lines
    )


def test_margin_that_is_missing(project):
    lines = told(project, json.dumps({"text": "terrible, never, thanks"}))

    assert (
        "  angry: uncertain (0.90 >= 0.85, one vote of 0.90; it must lead calm (0.85) by 0.10) in stage lexical"
        in lines
    )
    assert lines[-1] == "route review: uncertain: angry 0.90 does not lead calm 0.85 by 0.10"


def test_otherwise_has_its_place_too(project):
    assert told(project, "nothing of note") == [
        "rules that fired",
        f"  otherwise -> calm 0.40   {project.ruleset}:20:12",
        "labels",
        "  calm: uncertain (0.40 < 0.85, one vote of 0.40) in stage lexical",
        "route review: uncertain: no rule spoke, otherwise suggests calm 0.40, below 0.85",
    ]


def test_record_of_a_run_by_its_id(project):
    project.write([{"id": "r1", "text": "Zap, thanks"}, {"id": "r2", "text": "nothing"}], ruleset=RULESET)
    out = project.run()
    project.answer(out, "2")
    call("review", "apply", out)

    assert told(project, "r1", "--run", out)[-1] == f"in {out}: accepted"
    lines = told(project, "r2", "--run", out)
    assert lines[-2] == f"in {out}: settled"
    assert lines[-1].startswith("  answered by ana at 20")
    assert lines[-1].endswith(": angry")


def test_dropped_record_of_a_run_names_the_one_that_stays(project):
    rows = [{"id": id, "text": "Zap, thanks"} for id in ("r1", "r2")]
    project.write(rows, ruleset=RULESET)
    out = project.run("first", "--dedupe", "exact", "--output-key", "found")

    assert told(project, "r2", "--run", out)[-1] == f"in {out}: dropped: duplicate of r1"


def test_run_with_another_version_of_the_rules_is_noted(project):
    project.write([{"id": "r1", "text": "Zap, thanks"}], ruleset=RULESET)
    out = project.run()
    project.write([], ruleset=RULESET.replace("0.85}", "0.95}"))

    assert told(project, "r1", "--run", out)[-1].startswith("note: the run used another version of the rules: plan ")


def test_unknown_id_says_where_else_to_look(project):
    project.write([{"id": "r1", "text": "Zap, thanks"}], ruleset=RULESET)
    out = project.run()

    called = call("why", project.ruleset, "r7", "--run", out)

    assert called.code == 2
    assert called.err.splitlines() == [
        f'rubricate: the run in {out} holds no record with the id "r7"',
        f"help: what could not be read has no id; it stands in {out / 'quarantine'}",
    ]


def test_blank_text_would_be_dropped(project):
    assert told(project, " ")[-1] == "note: a run would drop this record: blank"


def test_text_can_do_nothing_to_the_terminal(project):
    assert "\x1b" not in why(project, "\x1b[2JZap \x07")
