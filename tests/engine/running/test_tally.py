"""Counts that add up and balance."""

import pytest

from rubricate.running.tally import Tally, empty, explain_imbalance, is_balanced, terms


def test_merging_adds_every_number():
    tally = Tally()
    for read, score in ((2, 0.5), (3, 0.75)):
        tally.merge(
            {
                **empty(),
                "read": read,
                "review": {"spam": read},
                "stages": [{"name": "lexical", "asked": read, "scores": score}],
                "histograms": {"spam": [0, read]},
                "rules": {"asks": {"votes": 1, "label": "spam"}},
            }
        )

    assert tally.counts == {
        **empty(),
        "read": 5,
        "review": {"spam": 5},
        "stages": [{"name": "lexical", "asked": 5, "scores": 1.25}],
        "histograms": {"spam": [0, 5]},
        "rules": {"asks": {"votes": 2, "label": "spam"}},
    }


def test_names_met_in_one_unit_only_are_kept():
    tally = Tally()
    tally.merge({**empty(), "quarantined": {"json": 1}})
    tally.merge({**empty(), "quarantined": {"utf8": 2}})

    assert tally.counts["quarantined"] == {"json": 1, "utf8": 2}


def test_sums_of_scores_have_four_digits():
    tally = Tally()
    for _ in range(3):
        tally.merge({**empty(), "stages": [{"name": "lexical", "scores": 0.1}]})

    assert tally.counts["stages"] == [{"name": "lexical", "scores": 0.3}]


def test_one_rule_with_two_labels_is_refused():
    tally = Tally()
    tally.merge({**empty(), "rules": {"asks": {"label": "spam"}}})

    with pytest.raises(ValueError, match="'spam' and 'ham'"):
        tally.merge({**empty(), "rules": {"asks": {"label": "ham"}}})


def test_merging_changes_no_argument():
    one, other = {**empty(), "read": 1}, {**empty(), "read": 2}
    tally = Tally()
    tally.merge(one)
    tally.merge(other)

    assert (one, other) == ({**empty(), "read": 1}, {**empty(), "read": 2})


def test_terms_show_zeros():
    assert terms({**empty(), "read": 1, "routes": {"accepted": 1}}) == {
        "read": 1,
        "made": 0,
        "dropped": 0,
        "quarantined": 0,
        "split": 0,
        "accepted": 1,
        "review": 0,
        "settled": 0,
        "undecided": 0,
    }


@pytest.mark.parametrize(
    ("counts", "balanced"),
    [
        (empty(), True),
        ({**empty(), "read": 2, "made": 3, "routes": {"split": 1, "accepted": 4}}, True),
        ({**empty(), "read": 2, "routes": {"accepted": 1}}, False),
    ],
    ids=["nothing", "segmented", "lost"],
)
def test_law_of_conservation(counts, balanced):
    assert is_balanced(counts) is balanced


def test_imbalance_names_every_term():
    assert explain_imbalance({**empty(), "read": 2, "routes": {"accepted": 1}}) == (
        "2 read + 0 made != 0 dropped + 0 quarantined + 0 split + 1 accepted + 0 review + 0 settled + 0 undecided"
    )
