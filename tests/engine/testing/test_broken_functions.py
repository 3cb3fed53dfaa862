"""The kit catches a check and a normaliser for each law that they can break, and says what is wrong with them."""

import itertools
import random

import pytest

from rubricate.api import Check, Normaliser
from rubricate.testing import CheckSample, NormaliserSample
from support.broken_plugins import eight_times, faults_of, laws_without_a_case, plugin, words_of

TURN = itertools.count()
EVEN = CheckSample("even", holds=["22"], fails=["21", "x"])


def even(text):
    return text.isdecimal() and text.isascii() and int(text[-9:]) % 2 == 0


def check(holds=even):
    return Check(name="even", help="an even number", holds=holds)


CHECKS = {
    "a wrong answer": (check(lambda text: True), "samples", "it holds on a text that must fail"),
    "no truth value": (check(lambda text: text.isdecimal() and text), "answers", "not True or False"),
    "a crash": (check(lambda text: int(text) % 2 == 0), "answers", "it raises ValueError"),
    "chance": (check(lambda text: random.random() < 0.5), "repetition", "the same text gets another answer"),
    "work that grows too fast": (
        check(lambda text: eight_times(text) and even(text)),
        "growth",
        "times as long, more than 3",
    ),
}


@pytest.mark.parametrize("case", CHECKS)
def test_a_broken_check_is_told_what_is_wrong(case):
    given, law, words = CHECKS[case]

    assert words in words_of(plugin(checks=[given]), EVEN, law)


TWICE = NormaliserSample("twice", gives=[("2", 4)], refuses=["two"])


def twice(value):
    text = str(value)
    return 2 * int(text[-9:]) if text.isdecimal() and text.isascii() else None


def normaliser(apply=twice, **more):
    return Normaliser(name="twice", help="twice the number", **{"result": "number", "apply": apply, **more})


NORMALISERS = {
    "another value": (normaliser(lambda value: 5), "samples", "it gives 5, not 4"),
    "a crash": (normaliser(lambda value: 2 * int(value)), "answers", "it raises"),
    "another kind": (normaliser(lambda value: str(value)), "answers", "which is no number"),
    "what JSON cannot write": (normaliser(lambda value: 2**70), "answers", "which JSON cannot write"),
    "an infinite number": (normaliser(lambda value: float("inf")), "answers", "infinite"),
    "chance": (normaliser(lambda value: next(TURN)), "repetition", "becomes something else the second time"),
    "work that grows too fast": (
        normaliser(lambda value: eight_times(str(value)) and 4),
        "growth",
        "times as long, more than 3",
    ),
    "no arguments": (normaliser(arguments=(2, 1)), "descriptor", "which nothing can be given"),
    "a result that is none": (normaliser(result="integer"), "descriptor", 'its result is "integer"'),
}


@pytest.mark.parametrize("case", NORMALISERS)
def test_a_broken_normaliser_is_told_what_is_wrong(case):
    given, law, words = NORMALISERS[case]

    assert words in words_of(plugin(normalisers=[given]), TWICE, law)


def test_every_law_of_checks_is_broken_by_a_case():
    assert laws_without_a_case(CheckSample, CHECKS) == set()


def test_every_law_of_normalisers_is_broken_by_a_case():
    assert laws_without_a_case(NormaliserSample, NORMALISERS) == set()


def test_a_whole_check_breaks_no_law():
    assert faults_of(plugin(checks=[check()]), EVEN) == []


def test_a_whole_normaliser_breaks_no_law():
    assert faults_of(plugin(normalisers=[normaliser()]), TWICE) == []
