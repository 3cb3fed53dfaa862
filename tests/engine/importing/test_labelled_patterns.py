"""What becomes of tables with a label and a pattern in each row."""

import pytest

import rubricate
from rubricate.errors import UsageError
from rubricate.importing.imported import Remark, Wishes
from rubricate.importing.labelled_patterns import import_labelled_patterns
from rubricate.importing.writing import write_folder


def import_text(tmp_path, text, *, name="rules.tsv", **wishes):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return import_labelled_patterns(path, Wishes(**wishes))


def load(tmp_path, text, **more):
    made = import_text(tmp_path, text, **more)
    write_folder(tmp_path / "out", made.files)
    return rubricate.load(tmp_path / "out" / "ruleset.yaml")


def decided(annotator, text):
    decisions = annotator.annotate_one({"id": "1", "text": text}).decisions
    return next((label for label, said in decisions.items() if said == "accepted"), None)


def test_the_label_with_most_votes_wins_and_a_tie_stays_undecided(tmp_path):
    annotator = load(tmp_path, "label\tpattern\nspam\twin\nspam\tcash\nspam\tnow\nham\tlunch\nham\tlater\n")

    assert decided(annotator, "WIN lunch") is None
    assert decided(annotator, "win cash lunch") == "spam"
    assert decided(annotator, "win lunch later cash now") == "spam"
    assert decided(annotator, "nothing") is None


def test_two_rules_with_the_same_pattern_count_as_the_file_says(tmp_path):
    annotator = load(tmp_path, "label\tpattern\nspam\twin\nspam\t(win)\nham\tlunch\n")

    assert decided(annotator, "win lunch") == "spam"


def test_columns_may_stand_in_any_order_in_tsv_and_csv(tmp_path):
    text = 'id,confidence,Regex,example,label\nwins,0.7,w(i)n,You WIN,spam\n,,"a,b",,ham\n'
    ruleset = load(tmp_path, text, name="rules.csv").ruleset

    assert [(rule.id, len(rule.examples)) for rule in ruleset.rules] == [("wins", 1), ("ham-1", 0)]


def test_a_file_without_a_header_is_label_pattern_example(tmp_path):
    made = import_text(tmp_path, "spam\twin\tI win\nham\tlunch\tLunch?\n", name="my rules.tsv")

    assert (made.name, made.rules, made.taken, made.remarks) == ("my-rules", 2, 2, ())


def test_one_label_gets_another_to_be_told_from(tmp_path):
    assert list(load(tmp_path, "label\tpattern\nspam\twin\n").ruleset.labels) == ["spam", "other"]


def test_the_label_may_be_the_callers(tmp_path):
    assert import_text(tmp_path, "label\tpattern\n\twin\n", label="spam").taken == 1


@pytest.mark.parametrize(
    ("row", "remark"),
    [
        ("a\t(", Remark("2", "left out", "the pattern cannot be compiled: missing )")),
        ("\tx", Remark("2", "left out", "it has no label")),
        ("a", Remark("2", "left out", "it has no pattern")),
        ("a:b\tx", Remark("2", "left out", '"a:b" cannot be the name of a label')),
        ("b\tz", Remark("b-2", "left out", 'it says the same as "b-1"')),
        ("a\tx\ty", Remark("a-1", "changed", "its example is no hit: the pattern does not find it")),
        ("a\tx\t\t1.5", Remark("a-1", "changed", "its confidence is no number from 0 to 1; 0.9 stands there")),
    ],
)
def test_what_could_not_be_taken_over_is_told_by_id(tmp_path, row, remark):
    made = import_text(tmp_path, f"label\tpattern\texample\tconfidence\nb\tz\n{row}\n")

    assert made.remarks == (remark,)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", 'has no column "label"'),
        ("a\n", 'has no column "label"'),
        ("label\tpattern\n", "has no row that can be used"),
    ],
)
def test_a_table_without_rules_is_refused(tmp_path, text, said):
    with pytest.raises(UsageError, match=said):
        import_text(tmp_path, text)
