"""docs/configuration.md: its file is taken, and its commands print what it shows."""

from __future__ import annotations

from pathlib import Path

import yaml

from mockserver.configuration.options import SERVE
from mockserver.configuration.source import parameters_of
from mockserver.provisions import SCHEMAS
from tests.pages.configuration import PAGE, player
from tests.pages.page import blocks, replayed

TEXT = PAGE.read_text(encoding="utf-8")


def test_each_command_prints_what_the_page_shows(tmp_path: Path) -> None:
    assert replayed(TEXT, player(tmp_path).play) == TEXT


def test_the_page_shows_each_list_and_only_settings() -> None:
    (block,) = [each for each in blocks(TEXT) if each.language == "yaml"]
    shown = yaml.safe_load(block.text).keys()
    assert SCHEMAS.keys() <= shown
    assert shown <= SCHEMAS.keys() | {setting.key for setting in parameters_of(SERVE)}
