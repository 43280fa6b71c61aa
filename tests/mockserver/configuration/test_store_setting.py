"""Is where the state is kept a setting like others, and the password of a database never shown?"""

from pathlib import Path

import pytest

from tests.mockserver.configuration.command import Run, listed, write

DATABASE = "postgresql://me:swordfish@host/mock"
SHOWN = "postgresql://me:***@host/mock"


def test_state_is_kept_in_memory_unless_something_else_is_said(run: Run) -> None:
    assert listed(run)["store"] == ("memory", "default")


def test_the_password_of_a_database_is_not_shown(run: Run) -> None:
    assert listed(run, "--store", DATABASE)["store"] == (SHOWN, "command line")


def test_the_environment_says_where_state_is_kept(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOCKSERVER_STORE", DATABASE)
    assert listed(run)["store"] == (SHOWN, "environment: MOCKSERVER_STORE")


def test_the_file_of_a_store_is_beside_the_config_file_that_names_it(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    file = write(folder, "store: sqlite:///mock.db\n")
    assert listed(run, "--config", str(file))["store"] == (f"sqlite:///{folder}/mock.db", f"{file}:1")
    assert not (folder / "mock.db").exists()  # to look at settings makes no file


def test_a_store_in_a_config_file_that_is_none_is_refused_with_its_line(run: Run, tmp_path: Path) -> None:
    file = write(tmp_path, "port: 0\nstore: mysql://me:swordfish@host/mock\n")
    code, out, err = run("serve", "--config", str(file))
    assert (code, out) == (2, "")
    assert f"{file}:2" in err
    assert "swordfish" not in err


def test_a_store_that_cannot_be_used_is_refused_with_its_line(run: Run, tmp_path: Path) -> None:
    file = write(tmp_path, "port: 0\nstore: sqlite:///none/mock.db\n")
    code, out, err = run("serve", "--config", str(file))
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert f"{file}:2" in err
    assert "there is no folder" in err


def test_ids_that_repeat_do_not_go_with_a_store_that_lasts(run: Run, tmp_path: Path) -> None:
    code, _, err = run("serve", "--port", "0", "--seed", "7", "--store", f"sqlite:///{tmp_path}/mock.db")
    assert (code, err.count("\n")) == (2, 1)
    assert "leave out seed, or store" in err
