"""Does the help of every command say what it does, with what, how, and how it ends; and do its examples work?"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from contracts.cli import commands as contracts
from mockserver.cli import commands as mockserver
from openapi.manual import ROOT, WIDTH, Group, fill, page_of, read_manual

PROGRAMS: dict[str, click.Command] = {"mockserver": mockserver, "contracts": contracts}
FILE = re.compile(r"[\w.-]+\.(yaml|json|jsonl|ndjson|har)")
EVAL = re.compile(r'eval "\$\((?P<run>.*)\)"|(?P<piped>.*?) \| source')


def walk(command: click.Command, name: str, parent: click.Context | None = None) -> Iterator[click.Context]:
    """The contexts of a command and of all below it."""
    context = click.Context(command, parent=parent, info_name=name, **command.context_settings)
    yield context
    if isinstance(command, click.Group):
        for inner, each in sorted(command.commands.items()):
            yield from walk(each, inner, context)


CONTEXTS = [context for name, command in PROGRAMS.items() for context in walk(command, name)]
EXAMPLES = [(each.run, context) for context in CONTEXTS for each in page_of(context).examples]
every_command = pytest.mark.parametrize("context", CONTEXTS, ids=lambda context: context.command_path.replace(" ", "-"))


@every_command
def test_a_command_knows_both_words_for_help_whoever_uses_it_first(context: click.Context) -> None:
    option = context.command.get_help_option(click.Context(context.command, **context.command.context_settings))
    assert option is not None
    assert option.opts == ["-h", "--help"]


def help_of(context: click.Context) -> str:
    context.terminal_width = WIDTH
    return context.get_help()


@every_command
def test_a_command_has_a_page_with_examples_and_where_to_look_next(context: click.Context) -> None:
    page = page_of(context)
    assert page.examples
    assert page.see
    assert context.command.help


@every_command
def test_an_option_says_what_it_is_for_and_what_holds_without_it(context: click.Context) -> None:
    for option in (each for each in context.command.params if isinstance(each, click.Option) and not each.hidden):
        assert option.help, option.name
        default = option.get_default(context)
        if isinstance(default, int | float | str | Path) and not option.is_flag and default not in ("", 0):
            shown = option.get_help_record(context)
            assert shown is not None
            assert "default:" in shown[1], option.name


@every_command
def test_an_argument_is_explained(context: click.Context) -> None:
    told = " ".join([*page_of(context).arguments]).upper()
    for argument in (each for each in context.command.params if isinstance(each, click.Argument)):
        wanted = re.findall(r"[A-Z][\w.]*", str(argument.metavar).upper()) if argument.metavar else []
        assert all(word in told for word in (wanted or [str(argument.name).upper()])), argument.name


@every_command
def test_help_fits_into_80_columns_and_ends_with_exit_codes_and_pages(context: click.Context) -> None:
    said = help_of(context)
    assert [line for line in said.splitlines() if len(line) > WIDTH] == []
    assert "\x1b" not in said
    titles = re.findall(r"^(\S.*):$", said, re.MULTILINE)
    assert titles[-1] == "See also"
    assert "Examples" in titles
    assert re.search(r"^Exit codes:\n  0  ", said, re.MULTILINE)


@pytest.mark.parametrize(("example", "context"), EXAMPLES, ids=lambda value: value if isinstance(value, str) else "")
def test_an_example_is_a_command_line_of_the_program(
    example: str, context: click.Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    line = fill(example)
    inner = EVAL.fullmatch(line)
    words = shlex.split(inner["run"] or inner["piped"] if inner else line)
    for word in words:
        if FILE.fullmatch(word):
            (tmp_path / word).write_text("{}")
    assert parse(PROGRAMS[words[0]], words[0], words[1:]).startswith(context.command_path)


def parse(command: click.Command, name: str, words: list[str], parent: click.Context | None = None) -> str:
    """The command that a line leads to. Raises UsageError where it is none."""
    try:
        return follow(command, name, words, parent)
    except click.exceptions.Exit:  # an option that prints something and ends
        return f"{parent.command_path} {name}" if parent else name


def follow(command: click.Command, name: str, words: list[str], parent: click.Context | None) -> str:
    with command.make_context(name, [*words], parent=parent) as context:
        if not isinstance(command, click.Group):
            return context.command_path
        rest = [*_protected(context), *context.args]
        if not rest:
            return context.command_path
        inner_name, inner, inner_words = command.resolve_command(context, rest)
        assert inner is not None
        return parse(inner, str(inner_name), inner_words, context)


def _protected(context: Any) -> list[str]:
    found: list[str] = context.__dict__.get("_protected_args") or context.__dict__.get("protected_args") or []
    return found


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_page_is_of_a_command(name: str) -> None:
    program = PROGRAMS[name]
    assert isinstance(program, Group)
    assert program.manual is not None
    known = {context.command_path.partition(" ")[2] or ROOT for context in walk(program, name)}
    assert set(read_manual(program.manual)) == known


def test_a_line_that_is_no_example_is_recognized() -> None:
    with pytest.raises(click.UsageError):
        parse(mockserver, "mockserver", ["ctl", "clokc"])
    with pytest.raises(click.UsageError):
        parse(mockserver, "mockserver", ["ctl", "requests", "--limit", "0"])
