"""What the help of a command says besides its options: a file of YAML holds it, one page for each command.

Both programs take their commands from here, so that their help looks alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from openapi.names import names
from openapi.streams import noticing

WIDTH = 80  # characters of a line
UNUSABLE = 2  # exit code: usage
ROOT = "*"  # the page of the program itself; its exit codes are those of each command that names none
HELP = ("-h", "--help")
PLACEHOLDERS = ("{api}", "{other}", "{operation}", "{code}")
# Of examples: an API, another one, what creates the tasks of the first, an error code of it.


@dataclass(frozen=True, slots=True)
class Example:
    """A command line, and what it is good for."""

    run: str
    does: str


@dataclass(frozen=True, slots=True)
class Page:
    """What is said of one command, in the order in which it is."""

    about: Sequence[str] = ()  # paragraphs
    arguments: Mapping[str, str] = field(default_factory=dict[str, str])
    examples: Sequence[Example] = ()
    exit: Mapping[str, str] = field(default_factory=dict[str, str])
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    files: Mapping[str, str] = field(default_factory=dict[str, str])
    see: Sequence[str] = ()  # commands and pages


@cache
def read_manual(path: Path) -> Mapping[str, Page]:
    """The pages of a file, by the command's words after the program's name."""
    import yaml

    found: Mapping[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {name: _page(each) for name, each in found.items()}


def _page(found: Mapping[str, Any]) -> Page:
    examples = [Example(each["run"], each["does"]) for each in found.get("examples", ())]
    exits = {str(code): text for code, text in found.get("exit", {}).items()}
    return Page(**{**found, "examples": examples, "exit": exits})


def page_of(context: click.Context) -> Page:
    """The page of a command; an empty one where the manual has none."""
    root = context.find_root()
    path: Path | None = getattr(root.command, "manual", None)
    if path is None:
        return Page()
    words = context.command_path.removeprefix(str(root.info_name)).split()
    return read_manual(path).get(" ".join(words) or ROOT, Page())


def exits_of(context: click.Context) -> Mapping[str, str]:
    """What its exit codes mean."""
    path: Path | None = getattr(context.find_root().command, "manual", None)
    known = read_manual(path)[ROOT].exit if path else {}
    return page_of(context).exit or known


def fill(example: str) -> str:
    """A text with what its placeholders stand for."""
    if not any(each in example for each in PLACEHOLDERS):
        return example
    api, other, *_ = names()
    facts = {"api": api, "other": other}
    return example.format(**facts, **(_facts(api) if "{operation}" in example or "{code}" in example else {}))


@cache
def _facts(api: str) -> dict[str, str]:
    from openapi.loader import load
    from openapi.model import Action
    from openapi.reasons import Reason

    spec = load(api)
    operation = next(each.id for each in spec.operations.values() if each.action is Action.CREATE)
    return {"operation": operation, "code": spec.error_code(operation, Reason.INTERNAL_ERROR).code}


class _Manual(click.Command):
    """Writes the page of a command around what click says of it."""

    def __init__(self, name: str | None, **given: Any) -> None:
        # Each command says so itself: click keeps the help option of the first context in which a command was used.
        given["context_settings"] = {"help_option_names": [*HELP], **given.get("context_settings", {})}
        super().__init__(name, **given)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_help_text(ctx, formatter)
        page = page_of(ctx)
        with formatter.indentation():
            for each in page.about:
                formatter.write_paragraph()
                formatter.write_text(" ".join(each.split()))
        _write_list(formatter, "Arguments", {name: fill(text) for name, text in page.arguments.items()})

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        page = page_of(ctx)
        if page.examples:
            with formatter.section("Examples"):
                for each in page.examples:
                    formatter.write_text(f"{each.does}:")
                    _write_command(formatter, fill(each.run))
        _write_list(formatter, "Exit codes", exits_of(ctx))
        _write_list(formatter, "Environment", page.environment)
        _write_list(formatter, "Files", page.files)
        if page.see:
            with formatter.section("See also"):
                formatter.write_text(", ".join(page.see))
        super().format_epilog(ctx, formatter)


class Command(_Manual):
    """A command with a page in the manual of its program."""


class Group(_Manual, click.Group):
    """A group of commands with a page in the manual of its program; `manual` is the file, for the program itself."""

    command_class = Command
    group_class = type  # its own

    def __init__(self, name: str | None = None, manual: Path | None = None, **given: Any) -> None:
        super().__init__(name, **given)
        self.manual = manual

    def make_context(self, *arguments: Any, **options: Any) -> click.Context:
        """What click makes; its help may be what nobody reads. Raises Unread."""
        with noticing():
            return super().make_context(*arguments, **options)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """What is left of the words. Where there are none, and one has to be a command, it shows its help."""
        if not args and self.no_args_is_help and not ctx.resilient_parsing:
            click.echo(ctx.get_help())
            ctx.exit(UNUSABLE)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """What the command answers. Raises Unread."""
        with noticing():
            return super().invoke(ctx)


class Api(click.ParamType):  # type: ignore[type-arg]
    """The name of an API, which a shell completes."""

    name = "api"

    def shell_complete(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's form
        param: click.Parameter,  # noqa: ARG002
        incomplete: str,
    ) -> list[CompletionItem]:
        """The names that begin so."""
        return [CompletionItem(name) for name in names() if name.startswith(incomplete)]


def _write_list(formatter: click.HelpFormatter, title: str, items: Mapping[str, str]) -> None:
    if items:
        with formatter.section(title):
            formatter.write_dl([(name, " ".join(text.split())) for name, text in items.items()])


def _write_command(formatter: click.HelpFormatter, command: str) -> None:
    """A command line, broken where a shell lets it."""
    with formatter.indentation():
        indent = " " * formatter.current_indent
        lines = [*_broken(command, WIDTH - len(indent) - len(" \\"))]
        formatter.write("".join(f"{indent}{line}\n" for line in lines))


def _broken(command: str, width: int) -> Iterator[str]:
    line = ""
    for word in command.split(" "):
        if line and len(line) + len(word) >= width:
            yield f"{line} \\"
            line = "   "
        line = f"{line} {word}" if line else word
    yield line
