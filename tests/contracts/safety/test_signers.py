"""A task belongs to the account that signed its creation, whoever it was sent for."""

from pathlib import Path

from contracts.safety.journal import Head, Journal
from contracts.target import Account
from tests.contracts.safety.stand import CLS, URL, Stand, cloud


def test_a_creation_is_journaled_under_the_account_that_signed_it(tmp_path: Path) -> None:
    stand = Stand(cloud)
    stand.target.journal = journal = Journal.open(tmp_path / "j", Head(URL, apis=(CLS.name,)))
    second: Account = stand.target.account("second")
    operation = CLS.operations["CreateExport"]
    stand.api.call(operation)
    stand.api.call(operation, sign_as=second)
    stand.api.call(operation, scheme="")
    assert [each.creation.account for each in journal.entries] == ["first", "second", "first"]
