"""`rubricate why-not`: one record, a record of a run, a whole run."""

import json

import pytest

from support.command import call
from support.projects import make_project

RULESET = """\
ruleset: burns
version: "1.0.0"
record: {text: [text]}
labels: {burn: {kind: document}}
matchers:
  heat: {use: dictionary, terms: [scalded]}
  part: {use: dictionary, terms: [hand]}
rules:
  - {id: burn-near-hand, label: burn, when: 'heat near part within 2 words', confidence: 0.9}
"""
ROWS = (
    {"id": "c1", "text": "scalded my hand"},
    {"id": "c2", "text": "scalded a b c hand"},
    {"id": "c3", "text": "scalded a b c d hand"},
    {"id": "c4", "text": "scalded a b c d e f g h hand"},
    {"id": "c5", "text": "a hand"},
    {"id": "c6", "text": "nothing"},
)


@pytest.fixture
def project(tmp_path):
    project = make_project(tmp_path / "project")
    project.write(ROWS, ruleset=RULESET)
    return project


def test_nearest_miss_edit_and_condition(project):
    called = call("why-not", project.ruleset, "burn-near-hand", "scalded a b c hand")

    assert (called.code, called.err) == (0, "")
    assert called.out.splitlines() == [
        f"burn-near-hand -> burn: it did not fire   {project.ruleset}:9:10",
        "  heat near part within 2 words",
        '     3 words apart, limit 2: "scalded" at 0, "hand" at 14',
        "smallest edit, checked",
        "  within 2 words -> within 3 words",
        "condition",
        "  no      heat near part within 2 words",
        '  |       <- 3 words apart, limit 2: "scalded" at 0, "hand" at 14',
        '  |- yes     heat   "scalded" at text 0-7',
        '  `- yes     part   "hand" at text 14-18',
        "  text: scalded a b c hand",
        "        ^^^^^^^ heat",
        "                      ^^^^ part",
    ]


def test_as_json(project):
    called = call("why-not", project.ruleset, "burn-near-hand", "-", "--json", stdin="scalded")

    told = json.loads(called.out)
    assert (told["rule"], told["record"], told["outcome"], told["repairs"]) == (
        "burn-near-hand", "text", "no", [],
    )  # fmt: skip
    assert [miss["sentence"] for miss in told["misses"]] == ["part is not found"]
    assert (told["trace"]["truth"], [child["text"] for child in told["trace"]["children"]]) == ("no", ["heat", "part"])


def test_unknown_rule_has_the_nearest_in_its_message(project):
    called = call("why-not", project.ruleset, "burn-near-hands", "x")

    assert (called.code, called.out, called.err) == (
        2,
        "",
        f'rubricate: {project.ruleset}: there is no rule "burn-near-hands"\nhelp: did you mean "burn-near-hand"?\n',
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("r.yaml",), "why-not takes a ruleset, a rule and a text, here are 1 words"),
        ((), "why-not takes a ruleset, a rule and a text, here are 0 words"),
    ],
)
def test_words_that_are_missing(arguments, message):
    called = call("why-not", *arguments)

    assert (called.code, called.out) == (2, "")
    assert called.err.startswith(f"rubricate: {message}\nhelp: say RULESET RULE TEXT")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "one of TEXT, --record ID and --stdin is wanted"),
        (("--record", "c1"), "--record is a record of a run"),
        (("text", "--stdin"), "one of TEXT, --record ID and --stdin is wanted"),
        (("text", "--limit", "3"), "--limit and --sample choose among the records of a run"),
    ],
)
def test_options_that_do_not_go_together(project, arguments, message):
    called = call("why-not", project.ruleset, "burn-near-hand", *arguments)

    assert (called.code, called.out) == (2, "")
    assert called.err.startswith(f"rubricate: {message}\n")


def test_a_record_of_a_run(project):
    out = project.run()

    called = call("why-not", project.ruleset, "burn-near-hand", "--record", "c5", "--run", out)

    assert called.out.splitlines()[1:4] == ["  heat", "     heat is not found", "no edit that was tried makes it fire"]


def test_a_whole_run(project):
    out = project.run()

    called = call("why-not", "burn-near-hand", "--run", out)

    assert (called.code, called.err) == (0, "")
    assert called.out.splitlines() == [
        "burn-near-hand -> burn, on 6 records",
        "        5  did not fire",
        "        1  fired, and its label is accepted",
        "what kept it from firing: records in which it fails first, alone, behind another part",
        "        3       3       0  heat near part within 2 words",
        '                            such as c2: 3 words apart, limit 2: "scalded" at 0, "hand" at 14',
        "        2       1       0  heat",
        "                            such as c5: heat is not found",
        "        0       0       1  part",
        "nearest misses",
        '  c2  heat near part within 2 words: 3 words apart, limit 2: "scalded" at 0, "hand" at 14',
        '  c3  heat near part within 2 words: 4 words apart, limit 2: "scalded" at 0, "hand" at 16',
        '  c4  heat near part within 2 words: 8 words apart, limit 2: "scalded" at 0, "hand" at 24',
        "edits, each tried on all records: records gained, lost",
        "       +3      -0  within 2 words -> within 8 words   such as c2, c3, c4",
        "       +2      -0  within 2 words -> within 4 words   such as c2, c3",
        "       +1      -0  within 2 words -> within 3 words   such as c2",
    ]


GROUPED = """\
ruleset: sizes
version: "1.0.0"
record: {text: [text]}
labels: {size: {kind: document}}
matchers:
  deny: {use: dictionary, terms: [never, "not"]}
rules:
  - {id: fits, label: size, when: 'any of ("small", "large") and not deny', confidence: 0.9}
"""


def test_a_group_of_terms_is_counted_under_its_own_name_and_forms_of_a_term_are_one_edit(project):
    texts = ("small", "Not small", "not large", "red", "blue")
    project.write([{"id": f"c{n}", "text": text} for n, text in enumerate(texts)], ruleset=GROUPED)

    told = json.loads(call("why-not", "fits", "--run", project.run(), "--json").out)

    assert [(each["node"], each["first"], each["sentence"]) for each in told["blamed"]] == [
        ('any of ("small", "large")', 2, "none of them is found"),
        ("deny", 2, 'found "Not" at 0, none is wanted'),
    ]
    assert [(each["edit"]["text"], each["gained"]) for each in told["gains"]] == [
        ('remove "not" from the matcher deny', 2)
    ]


def test_the_first_records_of_a_run(project):
    out = project.run()

    called = call("why-not", "burn-near-hand", "--run", out, "--limit", "2", "--json")

    told = json.loads(called.out)
    assert (told["records"], told["outcomes"]) == (2, {"accepted": 1, "no": 1})


def test_a_sample_is_the_same_for_a_seed(project):
    out = project.run()

    answers = {
        call("why-not", "burn-near-hand", "--run", out, "--sample", "3", "--seed", "5", "--json").out for _ in "ab"
    }

    assert len(answers) == 1
    assert json.loads(answers.pop())["records"] == 3


def test_a_run_whose_ruleset_has_gone(project):
    out = project.run()
    project.ruleset.unlink()

    called = call("why-not", "burn-near-hand", "--run", out)

    assert (called.code, called.err) == (
        2,
        f"rubricate: {out}: the ruleset of the run is not where it was\nhelp: name it: RULESET RULE --run DIR\n",
    )


def test_an_edited_ruleset_is_asked_of_the_same_run(project):
    out = project.run()
    project.ruleset.write_text(RULESET.replace("within 2 words", "within 4 words"))

    called = call("why-not", "burn-near-hand", "--run", out, "--json")

    assert json.loads(called.out)["outcomes"] == {"accepted": 3, "no": 3}


def test_why_draws_the_conditions(project):
    called = call("why", project.ruleset, "--stdin", "--tree", stdin="scalded my hand")

    assert called.out.partition("route ")[2].splitlines()[1:] == [
        "condition of burn-near-hand",
        "  yes     heat near part within 2 words",
        '  |- yes     heat   "scalded" at text 0-7',
        '  `- yes     part   "hand" at text 11-15',
        "  text: scalded my hand",
        "        ^^^^^^^ heat",
        "                   ^^^^ part",
    ]


ALIASED = """\
ruleset: reviews
version: "1.0.0"
record: {text: [review], fields: {review: {from: "Review Text"}}, meta: {lang: {type: text}}}
labels: {good: {kind: document}}
rules:
  - {id: likes, label: good, when: '"great"', confidence: 0.9}
"""
ASKED = {"try": (), "why": (), "why-not": ("likes",)}
ACCEPTED = {"try": "text accepted", "why": "text accepted", "why-not": "it fired, and its label is accepted"}


@pytest.mark.parametrize("command", ASKED)
@pytest.mark.parametrize("key", ["review", "Review Text"])
def test_a_field_may_be_called_as_rules_or_as_records_call_it(tmp_path, command, key):
    ruleset = tmp_path / "ruleset.yaml"
    ruleset.write_text(ALIASED)

    called = call(command, ruleset, *ASKED[command], json.dumps({key: "great"}))

    assert (called.code, called.err) == (0, "")
    assert ACCEPTED[command] in called.out.splitlines()[0]


@pytest.mark.parametrize("command", ASKED)
@pytest.mark.parametrize(
    ("record", "reason", "help"),
    [
        ({"reveiw": "great"}, "no_text: it has none of the text fields Review Text",
         '"reveiw" is no text field, did you mean "review"?'),
        ({"stars": 3}, "no_text: it has none of the text fields Review Text",
         "further fields are given with --field NAME=VALUE"),
        ({"review": 3}, 'type: the field "Review Text" is a number, a text is wanted',
         "further fields are given with --field NAME=VALUE"),
    ],
)  # fmt: skip
def test_a_record_that_a_run_would_quarantine(tmp_path, command, record, reason, help):
    ruleset = tmp_path / "ruleset.yaml"
    ruleset.write_text(ALIASED)

    called = call(command, ruleset, *ASKED[command], json.dumps(record))

    assert (called.code, called.out) == (2, "")
    assert called.err == f"rubricate: a run would quarantine this record as {reason}\nhelp: {help}\n"


def test_metadata_that_is_not_given_is_noted(tmp_path):
    ruleset = tmp_path / "ruleset.yaml"
    ruleset.write_text(ALIASED.replace("{type: text}", "{type: text, required: true}"))

    called = call("why-not", ruleset, "likes", "great")

    assert (called.code, called.out.splitlines()[-1]) == (
        0,
        'note: a run would quarantine this record as missing_field: the required field "lang" is not given',
    )


@pytest.mark.parametrize("command", ASKED)
def test_a_further_field_that_is_misspelled_is_refused(tmp_path, command):
    ruleset = tmp_path / "ruleset.yaml"
    ruleset.write_text(ALIASED)

    called = call(command, ruleset, *ASKED[command], "great", "--field", "reveiw=x")

    assert (called.code, called.out, called.err) == (
        2,
        "",
        'rubricate: no rule reads the field "reveiw"\nhelp: did you mean "review"?\n',
    )
