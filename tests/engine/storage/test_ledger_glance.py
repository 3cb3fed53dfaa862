"""A look at a ledger, at work or at rest, that leaves no trace."""

import pytest

from rubricate.storage.ledger import Unit, open_ledger
from rubricate.storage.ledger_glance import LedgerGlance, glance_at_ledger

UNITS = [Unit(ordinal=n, input=0, slice=n, offset=100 * n, length=100, first=1, items=3 + n) for n in range(3)]
HALF = LedgerGlance(
    identity="i", state="labelling", attempts=1, units=3, done=1, records=12, records_done=4, bytes=300, bytes_done=100,
)  # fmt: skip


def fill(ledger):
    ledger.begin(identity="i", plan="p", options={})
    ledger.plan_units(UNITS)
    ledger.commit_unit(1, key="k", receipt="r")


def test_it_sees_what_was_committed_while_the_driver_works(tmp_path):
    path = tmp_path / "ledger.db"
    with open_ledger(path) as ledger:
        fill(ledger)

        assert glance_at_ledger(path) == HALF


def test_it_leaves_nothing_beside_a_ledger_at_rest(tmp_path):
    path = tmp_path / "ledger.db"
    with open_ledger(path) as ledger:
        fill(ledger)

    assert glance_at_ledger(path) == HALF
    assert [each.name for each in tmp_path.iterdir()] == ["ledger.db"]


@pytest.mark.parametrize("content", [None, b"", b"no database" * 100])
def test_what_is_no_ledger_tells_nothing(tmp_path, content):
    path = tmp_path / "a # strange? name.db"
    if content is not None:
        path.write_bytes(content)

    assert glance_at_ledger(path) is None
