"""docs/real-endpoints.md: what it tells a careful reader to type does what it shows."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from contracts.cli import commands
from openapi.loader import load
from tests.pages.page import blocks, replayed, shown
from tests.pages.real_endpoints import API, PAGE, player

TEXT = PAGE.read_text(encoding="utf-8")
CHANCE = ("removed  the task", "nothing  of a creation")  # how lines begin of which the moment of a kill decides
VARIES = [
    (re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "ID"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d\+00:00)?"), "TIME"),
    (re.compile(r"\d[\d,.]*"), "N"),
    (re.compile(r"creations?"), "creations"),
    (re.compile(r" +"), " "),
]


def outline(text: str) -> list[str]:
    """What each command is and prints, but for numbers, ids and times, and for what is set in below a heading."""
    lines = [line for block in blocks(text) if block.language == "console" for line in block.text.splitlines()]
    found = [line for line in lines if line and not line.startswith((" ", "…", *CHANCE))]
    for pattern, same in VARIES:
        found = [pattern.sub(same, line) for line in found]
    return found


@pytest.fixture(scope="module")
def journey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path, list[str]]]:
    """The page as it reads today, the folder of the reader, and the methods and targets that reached the server."""
    with player(tmp_path_factory.mktemp("journey")) as reader:
        page = replayed(TEXT, reader.play)
        yield page, reader.shell.folder, [f"{each.method} {each.headers}" for each in reader.server.gateway.seen]


def test_each_command_prints_what_the_page_shows(journey: tuple[str, Path, list[str]]) -> None:
    assert outline(journey[0]) == outline(TEXT)


def test_what_was_killed_left_nothing_behind_after_it_was_cleaned_up(journey: tuple[str, Path, list[str]]) -> None:
    assert re.search(
        r"\nremoved  the task \S+ of CreateExport, account first\n(.+\n)?[12] removed, 0 left\n", journey[0]
    )


def test_the_files_of_the_reader_hold_no_credential(journey: tuple[str, Path, list[str]]) -> None:
    assert "\nin no file\n" in journey[0]


def test_every_command_on_the_page_is_one_of_ours() -> None:
    for block in blocks(TEXT):
        for line in block.commands:
            words = line.partition(" > ")[0].split(" ")
            if words[0] == "contracts":
                assert commands.get_command(click.Context(commands), words[1]) is not None, line


def test_the_page_speaks_of_an_address_and_a_resource_that_the_spec_has() -> None:
    spec = load(API)
    assert spec.resources["topic"].default in TEXT
    assert any(server in TEXT for server in (each["url"] for each in spec.document["servers"]))


def test_a_long_output_is_shown_without_its_middle() -> None:
    lines = shown("\n".join(map(str, range(100))))
    assert (lines[0], lines[-1], lines.count("…"), len(lines)) == ("0", "99", 1, 39)
    assert shown("a\n12 of 30 clauses judged\njudging 3 clauses …\nb\n\n") == ["a", "b"]
