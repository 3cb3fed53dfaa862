"""What makes two runs the same run."""

from dataclasses import replace

import pytest

from rubricate.errors import UsageError
from rubricate.running.identity import find_differences, identify_run, make_partial
from support.fake_run import OPTIONS, PLAN, FakeInput, write_dump


@pytest.fixture
def inputs(tmp_path):
    return [FakeInput(write_dump(tmp_path / name, records=count)) for name, count in (("a", 2), ("b", 3))]


def test_equal_runs_differ_in_nothing(inputs):
    assert find_differences(identify_run(PLAN, inputs, OPTIONS), identify_run(PLAN, inputs, OPTIONS)) == []


def test_each_difference_is_named(inputs, tmp_path):
    before = identify_run(PLAN, inputs, OPTIONS)
    inputs[1].path.write_text("")
    new = FakeInput(write_dump(tmp_path / "c", records=1))
    after = identify_run(replace(PLAN, digest="ab" * 32), [inputs[1], new], replace(OPTIONS, limit=5))

    assert find_differences(before, after) == [
        'input "a" is missing now',
        'input "c" is new',
        'input "b" has changed',
        'partial none there, {"limit":5} now',
        f'plan "{PLAN.digest[:8]}" there, "abababab" now',
    ]


def test_an_edited_reader_is_another_run(inputs):
    before, after = (
        identify_run(PLAN, [replace(each, code=("warc", digest)) for each in inputs], OPTIONS)
        for digest in ("aa" * 8, "bb" * 8)
    )

    assert find_differences(before, after) == ['the code of plugin "warc" has changed']
    assert "code" not in identify_run(PLAN, inputs, OPTIONS)


def test_order_of_inputs_is_a_difference(inputs):
    before, after = (identify_run(PLAN, order, OPTIONS) for order in (inputs, inputs[::-1]))

    assert find_differences(before, after) == ["the inputs come in another order"]


@pytest.mark.parametrize(
    ("options", "partial"),
    [
        (OPTIONS, None),
        (replace(OPTIONS, limit=3), {"limit": 3}),
        (replace(OPTIONS, sample=3, seed=7), {"sample": 3, "seed": 7}),
    ],
    ids=["whole", "limit", "sample"],
)
def test_manifest_says_how_much_was_read(options, partial):
    assert make_partial(options) == partial


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (replace(OPTIONS, limit=1, sample=1), "--limit and --sample cannot be used together"),
        (replace(OPTIONS, limit=0), '--limit: "0" is not a positive number'),
        (replace(OPTIONS, sample=-1), '--sample: "-1" is not a positive number'),
    ],
    ids=["both", "limit", "sample"],
)
def test_impossible_amounts_are_refused(options, message):
    with pytest.raises(UsageError, match=message):
        make_partial(options)
