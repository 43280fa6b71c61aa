"""Are generated requests the same wherever they are made up, and do they leave no trace?"""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st
from hypothesis.internal import charmap

from contracts.fuzz.session import QUIET
from contracts.fuzz.surroundings import undisturbed


def drawn() -> list[int]:
    """A hundred numbers, made up as generated requests are."""
    found: list[int] = []

    @seed(0)
    @settings(QUIET, max_examples=100)
    @given(st.integers(10**6, 10**12))
    def draw(number: int) -> None:
        found.append(number)

    with undisturbed():
        draw()
    return found


def test_the_literals_of_modules_that_are_loaded_are_no_values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = drawn()
    source = tmp_path / "full_of_numbers.py"
    source.write_text("\n".join(f"A{number} = {10**9 + number}" for number in range(500)))
    found = spec_from_file_location(source.stem, source)
    assert found is not None
    assert found.loader is not None
    module = module_from_spec(found)
    monkeypatch.setitem(sys.modules, source.stem, module)
    found.loader.exec_module(module)
    assert drawn() == before


def test_the_table_of_characters_is_that_of_utf_8() -> None:
    with undisturbed():
        encodable, changed = charmap.intervals_from_codec.__wrapped__("utf-8")
    assert encodable.intervals == ((0, 0xD7FF), (0xE000, sys.maxunicode))
    assert not changed.intervals


def test_no_folder_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    drawn()
    assert list(tmp_path.iterdir()) == []
