"""What was parsed before is known, of the same text alone."""

from __future__ import annotations

import sys
from math import nan
from pathlib import Path
from typing import Any

import pytest

from openapi.checked import KEPT, checked
from openapi.document import HERE, SpecError
from openapi.kept import Kept

TEXT = "a: 1\n"
DOCUMENT = {"a": 1}


@pytest.fixture(autouse=True)
def beside(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept lies beside what was read, also where Python is told to keep its compiled modules elsewhere."""
    monkeypatch.setattr(sys, "pycache_prefix", None)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "api.yaml"


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path.resolve(), is_written=True)


def written(kept: Kept) -> list[Path]:
    return [each for each in kept.folder.rglob("*") if each.is_file()]


def test_what_was_kept_is_known(kept: Kept, path: Path) -> None:
    kept.keep(path, TEXT, DOCUMENT)
    assert kept.recall(path, TEXT) == DOCUMENT


def test_another_text_is_not_known(kept: Kept, path: Path) -> None:
    kept.keep(path, TEXT, DOCUMENT)
    assert kept.recall(path, "a: 2\n") is None


def test_the_latest_text_takes_the_place_of_those_before(kept: Kept, path: Path) -> None:
    kept.keep(path, TEXT, DOCUMENT)
    kept.keep(path, "a: 2\n", {"a": 2})
    assert kept.recall(path, TEXT) is None
    assert kept.recall(path, "a: 2\n") == {"a": 2}


def test_what_another_parser_made_is_not_known(tmp_path: Path, path: Path) -> None:
    old, new = tmp_path / "old.py", tmp_path / "new.py"
    old.write_text("VERSION = 1", encoding="utf-8")
    new.write_text("VERSION = 2", encoding="utf-8")
    folder = tmp_path.resolve()
    Kept(folder, (old,), is_written=True).keep(path, TEXT, DOCUMENT)
    assert Kept(folder, (old,)).recall(path, TEXT) == DOCUMENT
    assert Kept(folder, (new,)).recall(path, TEXT) is None
    assert Kept(folder, (old, new)).recall(path, TEXT) is None


def test_nothing_is_kept_of_a_parser_that_cannot_be_told_from_others(tmp_path: Path, path: Path) -> None:
    kept = Kept(tmp_path.resolve(), (tmp_path / "nowhere.py",), is_written=True)
    kept.keep(path, TEXT, DOCUMENT)
    assert kept.recall(path, TEXT) is None
    assert written(kept) == []


def test_what_is_kept_of_specs_depends_on_what_reads_them() -> None:
    assert {"source.py", "vocabulary.py", "__init__.py"} <= {file.name for file in KEPT.made_by}
    assert all(file.is_file() for file in KEPT.made_by)


def test_a_spec_that_was_checked_is_known_the_next_time(kept: Kept, path: Path) -> None:
    path.write_text((HERE / "tencent-cls.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    document = checked(path, kept)
    (file,) = [each for each in written(kept) if each.suffix == ".json"]
    file.write_bytes(file.read_bytes().replace(document["info"]["title"].encode(), b"as it was kept"))
    assert checked(path, kept)["info"]["title"] == "as it was kept"
    assert checked(path, Kept(kept.folder, (HERE / "loader.py",), is_written=False)) == document


def test_a_spec_that_is_not_right_is_not_kept(kept: Kept, path: Path) -> None:
    path.write_text("openapi: 3.0.3\nx-authentication: 1\n", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(SpecError, match=r"api\.yaml:2: x-authentication"):
            checked(path, kept)
    assert [each for each in written(kept) if each.suffix == ".json"] == []


def test_nothing_is_known_at_first(kept: Kept, path: Path) -> None:
    assert kept.recall(path, TEXT) is None


def test_nothing_is_known_of_files_elsewhere(kept: Kept, tmp_path: Path) -> None:
    elsewhere = Kept(tmp_path.resolve() / "package", is_written=True)
    elsewhere.keep(tmp_path / "api.yaml", TEXT, DOCUMENT)
    assert kept.recall(tmp_path / "api.yaml", TEXT) is None


def test_nothing_is_written_where_it_must_not_grow(tmp_path: Path, path: Path) -> None:
    kept = Kept(tmp_path.resolve(), is_written=False)
    kept.keep(path, TEXT, DOCUMENT)
    assert kept.recall(path, TEXT) is None


@pytest.mark.parametrize("document", [{"a": nan}, {"a": 1 << 80}, {1: "a"}, {"a": "\ud800"}])
def test_what_json_does_not_say_is_not_kept(kept: Kept, path: Path, document: Any) -> None:
    kept.keep(path, TEXT, document)
    assert kept.recall(path, TEXT) is None


@pytest.mark.parametrize("content", [b"", b"[]", b'"x"', b"{}", b"\xff", b'{"text": 1}'])
def test_what_somebody_spoilt_is_not_known(kept: Kept, path: Path, content: bytes) -> None:
    kept.keep(path, TEXT, DOCUMENT)
    for each in written(kept):
        each.write_bytes(content)
    assert kept.recall(path, TEXT) is None


def test_no_draft_is_left(kept: Kept, path: Path) -> None:
    kept.keep(path, TEXT, DOCUMENT)
    kept.keep(path, "a: 2\n", DOCUMENT)
    assert {each.suffix for each in written(kept)} <= {".json"}
