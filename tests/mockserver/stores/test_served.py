"""Do clients who come over HTTP get what is promised to all of them, whichever process they come by?"""

import pytest

from tests.mockserver.stores.rounds import APIS, RACES, run
from tests.mockserver.stores.served import front

ROUNDS = 1  # `python -m tests.mockserver.stores.proof race --served …` has more of them


@pytest.mark.parametrize(
    ("way", "address"),
    [("workers", "sqlite"), ("workers", "postgresql"), ("servers", "postgresql")],
    indirect=["address"],
)
def test_of_64_clients_each_gets_what_is_promised_and_the_journal_knows_of_all(way: str, address: str) -> None:
    with front(way, address, APIS) as found:
        assert run(found, address, ROUNDS) == {name: [] for name in RACES}
