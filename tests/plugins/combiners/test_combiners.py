import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubricate_combiners import register_combiners

ALL = {combiner.name: combiner for combiner in register_combiners()}
COMBINERS = {name: combiner for name, combiner in ALL.items() if combiner.fitting is None}
VOTES = {"spam": [0.5, 0.9, 0.5], "ham": [0.6]}

scores = st.floats(0, 1)
votes = st.dictionaries(st.sampled_from("abc"), st.lists(scores, min_size=1, max_size=6), min_size=1)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("max", {"spam": 0.9, "ham": 0.6}),
        ("noisy_or", {"spam": 0.975, "ham": 0.6}),
        ("mean", {"spam": 1.9 / 3, "ham": 0.6}),
        ("majority", {"spam": 0.75, "ham": 0.25}),
    ],
)
def test_scores_are_combined_by(name, expected):
    assert COMBINERS[name].combine(VOTES) == pytest.approx(expected, abs=1e-12)


def test_those_that_compare_labels_need_a_set():
    assert {name: combiner.sets_only for name, combiner in ALL.items()} == {
        "max": False,
        "noisy_or": False,
        "mean": False,
        "majority": True,
        "label_model": True,
    }


def test_votes_on_one_match_count_once_wherever_their_number_counts():
    assert {name: combiner.connects for name, combiner in ALL.items()} == {
        "max": False,
        "noisy_or": True,
        "mean": True,
        "majority": True,
        "label_model": True,
    }


@pytest.mark.parametrize("name", COMBINERS)
@given(votes, st.randoms())
def test_the_order_of_votes_changes_no_digit(name, votes, random):
    shuffled = {label: random.sample(given, len(given)) for label, given in votes.items()}

    assert COMBINERS[name].combine(shuffled) == COMBINERS[name].combine(votes)


@pytest.mark.parametrize("name", COMBINERS)
@given(votes)
def test_every_score_lies_between_nought_and_one(name, votes):
    combined = COMBINERS[name].combine(votes)

    assert combined.keys() == votes.keys()
    assert all(0 <= score <= 1 for score in combined.values())


@given(st.lists(scores, min_size=1, max_size=6))
def test_noisy_or_is_at_least_the_best_vote(given_scores):
    combined = COMBINERS["noisy_or"].combine({"a": given_scores})["a"]

    assert combined >= max(given_scores) - 1e-12
