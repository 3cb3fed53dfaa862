"""Names beside groups that include them, also through lets."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.lints import of_condition, problems_for

TOLD = {
    "beside a let of alternatives": ('"burn" or burn', ['R112 "burn"']),
    "beside a let that makes it useless": ('burn and "burn"', ['R112 "burn"']),
    "filtered alike": ('"x y" in title or any of ("x y" in title, "z z")', ['R112 "x y" in title']),
    "within a member that is counted": ('at least 2 of (burn, "scald")', ['R112 "scald"']),
    "the same by another name": ('any of ("x y", "X Y")', ['R112 "X Y"']),
}


@pytest.mark.parametrize(("condition", "expected"), TOLD.values(), ids=TOLD)
def test_what_a_group_holds_already_is_told(condition: str, expected: list[str], tmp_path: Path) -> None:
    assert of_condition(tmp_path, condition) == expected


@pytest.mark.parametrize(
    "condition", ['burn or "x y"', 'burn and "x y"', 'at least 2 of (burn, "x y")', '"burn" in title and burn']
)
def test_what_a_group_does_not_hold_is_left_alone(condition: str, tmp_path: Path) -> None:
    assert of_condition(tmp_path, condition) == []


def test_a_member_that_stands_twice_can_be_taken_out(tmp_path: Path) -> None:
    yaml = (
        'labels: [spam, ham]\nrules:\n  - {id: a, label: spam, when: \'any of ("a b", "c d", "a b")\', confidence: 1}\n'
    )

    [found] = problems_for(tmp_path, yaml)

    assert found.fix is not None
    assert [(edit.location.column, edit.location.length, edit.text) for edit in found.fix.edits] == [(53, 7, "")]
