"""Evaluations as text and JSON."""

from __future__ import annotations

import dataclasses

import orjson
import pytest

from rubricate.model.evaluation import Confusion, DocumentScore, Evaluation, Mistake, Proportion, SpanScore
from rubricate.reporting.evaluation import evaluation_json, evaluation_line, evaluation_text

EVALUATION = Evaluation(
    decided=Proportion(1391, 1706),
    right=Proportion(1361, 1391),
    routes={"accepted": 1391, "dropped": 31, "review": 284},
    suggested=Proportion(150, 200),
    documents=(
        DocumentScore(label="ham", precision=Proportion(600, 620), recall=Proportion(600, 610), asked=200),
        DocumentScore(label="spam", precision=Proportion(761, 771), recall=Proportion(761, 781), asked=84),
    ),
    confusions=(Confusion("spam", "ham", 20),),
    mistakes=(Mistake("c9", ("spam",), ()),),
    missing=3,
    without_gold=1,
    labels_without_gold=("toxic",),
)


def test_one_line_says_coverage_before_accuracy():
    line = evaluation_line(EVALUATION)

    assert line == "decided 1,391 of 1,706 (81.5 %), right 97.8 % (95 % interval 96.9-98.5)"


def test_records_without_gold_labels_are_told_from_the_settled_ones():
    evaluation = Evaluation(
        decided=Proportion(10, 10), right=Proportion(4, 4), routes={"accepted": 10}, suggested=Proportion(0, 0)
    )

    assert evaluation_line(evaluation) == (
        "decided 10 of 10 (100.0 %), right 100.0 % of 4 with gold labels (95 % interval 51.0-100.0)"
    )


def test_the_text_holds_every_count():
    assert evaluation_text(EVALUATION) == (
        "decided 1,391 of 1,706 (81.5 %), right 97.8 % (95 % interval 96.9-98.5)\n"
        "in review 284; best suggestion right 75.0 % of 200 (95 % interval 68.6-80.5)\n"
        "dropped 31\n"
        "gold without a record in the run 3, records of the run without gold 1\n"
        "not evaluated, because gold never names them: toxic\n"
        "\n"
        "label  precision       95 %   of  recall       95 %   of      F1  in review\n"
        "ham       96.8 %  95.1-97.9  620  98.4 %  97.0-99.1  610  97.6 %        200\n"
        "spam      98.7 %  97.6-99.3  771  97.4 %  96.1-98.3  781  98.1 %         84\n"
        "\n"
        "spam taken for ham: 20\n"
        "\n"
        "wrong, the first 1:\n"
        "  c9: nothing, gold spam\n"
    )


@pytest.mark.parametrize(
    ("count", "line"),
    [
        (0, None),
        (1, "1 record with a decided label waits for other labels and is not counted here"),
        (1200, "1,200 records with a decided label wait for other labels and are not counted here"),
    ],
)
def test_decided_labels_of_records_that_wait_for_others_are_told(count, line):
    found = dataclasses.replace(EVALUATION, half_decided=count)

    assert evaluation_json(found)["half_decided"] == count
    assert [each for each in evaluation_text(found).split("\n") if "decided label" in each] == ([line] if line else [])


def test_spans_have_exact_and_overlapping_figures():
    score = SpanScore(
        label="brand",
        exact_precision=Proportion(1, 4),
        exact_recall=Proportion(1, 2),
        overlap_precision=Proportion(2, 4),
        overlap_recall=Proportion(2, 2),
    )
    evaluation = Evaluation(
        decided=Proportion(2, 2),
        right=Proportion(0, 0),
        routes={"accepted": 2},
        suggested=Proportion(0, 0),
        spans=(score,),
        micro=score,
        values=Proportion(1, 2),
    )

    assert evaluation_text(evaluation).split("\n\n")[1:] == [
        (
            "span   found  gold  exact P      95 %  exact R      95 %      F1  overlapping P        R      F1\n"
            "brand      4     2   25.0 %  4.6-69.9   50.0 %  9.5-90.5  33.3 %         50.0 %  100.0 %  66.7 %"
        ),
        "values equal to gold 50.0 % of 2 (95 % interval 9.5-90.5)\n",
    ]


def test_json_gives_shares_with_counts_and_intervals():
    document = orjson.loads(orjson.dumps(evaluation_json(EVALUATION)))

    assert document["decided"] == {"count": 1391, "of": 1706, "value": 0.815358, "interval": [0.796244, 0.833054]}
    assert document["labels"]["ham"]["in_review"] == 200
    assert document["micro"] is None
