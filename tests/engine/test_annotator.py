"""The Python face: lazy, the same in batches of any size, and every error one of ours."""

import datetime
import itertools

import pytest

import rubricate
from rubricate.errors import RecordError, RubricateError, RulesetError, UsageError
from support.projects import ROWS, make_project


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path / "project")


@pytest.fixture
def rules(project):
    return rubricate.load(project.ruleset)


def test_texts_and_objects_are_labelled(rules):
    one, two = rules.annotate(["please subscribe", {"id": 7, "text": "what a song"}])

    assert (one.id, one.route, dict(one.decisions)) == ("0", "accepted", {"spam": "accepted", "ham": "no"})
    assert (two.id, [annotation.label for annotation in two.annotations]) == ("7", ["ham"])
    assert [(vote.rule, vote.label, vote.score) for vote in two.votes] == [("song", "ham", 0.9)]
    assert [(found.start, found.end) for found in two.votes[0].evidence] == [(7, 11)]


def test_endless_iterator_is_read_as_far_as_it_is_asked(rules):
    taken = []

    def texts():
        for number in itertools.count():
            taken.append(number)
            yield "what a song"

    found = rules.annotate(texts(), batch=4)
    assert taken == []
    next(found)

    assert taken == [0, 1, 2, 3]


@pytest.mark.parametrize("batch", [1, 3, 256])
def test_batches_make_no_difference(rules, batch):
    rows = [row for row in ROWS if row["text"].strip()]

    assert [one.to_dict() for one in rules.annotate(rows, batch=batch)] == [
        rules.annotate_one(row).to_dict() for row in rows
    ]


def test_same_as_a_run(project, rules):
    out = project.run()
    found = {one.id: one.said for one in rules.annotate(ROWS)}

    for folder in ("records", "review"):
        for id, said in project.said(out, folder).items():
            assert found[id] == said


def test_notebook_draws_the_marks(rules):
    html = rules.annotate_one("<b> please subscribe")._repr_html_()

    assert html.startswith("<div")
    assert "<mark" in html
    assert "&lt;b&gt;" in html


@pytest.mark.parametrize(
    "records", ["please subscribe", {"text": "x"}, b"x", 7, None], ids=["text", "object", "bytes", "number", "none"]
)
def test_single_thing_is_refused_with_help(rules, records):
    with pytest.raises(UsageError) as caught:
        rules.annotate(records)

    assert str(caught.value) == (
        "annotate takes several records: a list or any iterator of texts or objects\n"
        "help: call annotate_one for a single one"
    )


def test_batch_of_nothing_is_refused(rules):
    with pytest.raises(UsageError, match="batch is 0, at least 1 is needed"):
        rules.annotate(["x"], batch=0)


@pytest.mark.parametrize("batch", [1, 256])
@pytest.mark.parametrize(
    ("record", "said"),
    [
        (7, "type: record 3: it is neither a text nor an object with text fields"),
        ({"body": "x"}, "no_text: record 3: it has none of the text fields text"),
        ({"text": 7}, 'type: record 3: the field "text" is a number, a text is wanted'),
        (
            {"text": datetime.date(2026, 1, 1)},
            'type: record 3: the field "text" is of no kind that JSON has, a text is wanted',
        ),
        ("\ud800", 'surrogate: record 3: the field "text" holds half of a surrogate pair'),
        ({"id": "\ud800", "text": "x"}, 'surrogate: record 3: the field "id" holds half of a surrogate pair'),
    ],
)
def test_record_that_cannot_be_labelled_comes_after_those_before_it(rules, record, said, batch):
    found = rules.annotate(["a song", "a song", record, "a song"], batch=batch)

    assert [next(found).route, next(found).route] == ["accepted", "accepted"]
    with pytest.raises(RecordError) as caught:
        next(found)
    assert str(caught.value) == said


def test_errors_are_ours(project):
    project.ruleset.write_text("labels: 7\n")

    with pytest.raises(RulesetError):
        rubricate.load(project.ruleset)
    with pytest.raises(UsageError, match="no such file or folder"):
        rubricate.load(project.folder / "nothing.yaml")
    with pytest.raises(UsageError, match="the folder holds no"):
        rubricate.load(project.folder / "runs")
    assert issubclass(RulesetError, RubricateError)


def test_folder_stands_for_its_ruleset(project):
    assert rubricate.load(project.folder).ruleset.name == "comments"


def test_check_gives_the_problems_and_raises_nothing(project):
    project.ruleset.write_text("labels: 7\n")

    ruleset, problems = rubricate.check(project.ruleset)

    assert ruleset is None
    assert any(problem.is_error for problem in problems)


def test_two_annotators_live_side_by_side(project, rules):
    other = project.folder / "other.yaml"
    other.write_text(
        'ruleset: other\nversion: "1.0.0"\nlabels: [x, y]\nrules: [{id: song, label: y, when: \'"song"\', confidence: 0.9}]\n'
    )
    second = rubricate.load(other)

    pairs = zip(rules.annotate(["a song"]), second.annotate(["a song"]), strict=True)

    assert [[one.annotations[0].label, two.annotations[0].label] for one, two in pairs] == [["ham", "y"]]


def test_the_package_shows_what_is_public_and_nothing_else():
    assert dir(rubricate) == sorted(rubricate.__all__)
