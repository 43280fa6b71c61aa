"""Who may read the file that a store is kept in?"""

import os
from pathlib import Path

import pytest

from mockserver.stores.opening import open_store
from tests.mockserver.stores.races import PATIENCE

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the system has no modes of files")


def test_a_new_file_and_what_stands_beside_it_is_for_its_owner_alone(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/mock.db", PATIENCE)
    store.strike("key", 1.0)
    modes = {each.name: each.stat().st_mode & 0o777 for each in tmp_path.iterdir()}
    assert modes == dict.fromkeys(("mock.db", "mock.db-wal", "mock.db-shm", "mock.db-lock"), 0o600)
    store.close()


def test_a_file_that_is_there_keeps_the_mode_that_somebody_gave_it(tmp_path: Path) -> None:
    (tmp_path / "mock.db").touch(0o640)
    (tmp_path / "mock.db").chmod(0o640)
    open_store(f"sqlite:///{tmp_path}/mock.db", PATIENCE).close()
    assert {each.stat().st_mode & 0o777 for each in tmp_path.iterdir()} == {0o640}
