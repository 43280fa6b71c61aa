"""Do clients who come over HTTP get what is promised to all of them, whichever process they come by?"""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.mockserver.stores import network
from tests.mockserver.stores.rounds import APIS, RACES, run
from tests.mockserver.stores.running import ROOT
from tests.mockserver.stores.served import front

ROUNDS = 1  # `python -m tests.mockserver.stores.proof race --served …` has more of them


@pytest.mark.parametrize(
    ("way", "address"),
    [("workers", "sqlite"), ("servers", "postgresql")],
    indirect=["address"],
)
def test_of_64_clients_each_gets_what_is_promised_and_the_journal_knows_of_all(way: str, address: str) -> None:
    with front(way, address, APIS) as found:
        assert run(found, address, ROUNDS) == {name: [] for name in RACES}


def test_two_machines_with_a_network_between_them_are_one_mock(database: str, tmp_path: Path) -> None:
    try:
        network.require()
    except network.NoNetwork as error:
        pytest.skip(str(error))
    words = ["race", "--served", "machines", "--store", database, "--times", str(ROUNDS), "--races", "room"]
    command = [*network.APART, sys.executable, "-m", "tests.mockserver.stores.proof", *words]
    with (tmp_path / "said").open("w+") as said:
        ended = subprocess.run(command, cwd=ROOT, stdout=said, stderr=subprocess.STDOUT, check=False)
        said.seek(0)
        assert ended.returncode == 0, said.read()
