"""How is a variable of the environment set: in each shell, in a file, for a program?"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from mockserver.hints import environment, fill

if TYPE_CHECKING:
    from openapi.model import ClientHint

NO_PROXY = "NO_PROXY"  # a proxy of the environment would be asked for the mock, too
_PLAIN = re.compile(r"[\w./:@%+,=-]*", re.ASCII)  # what no reader of such files takes for anything but itself


class Shell(StrEnum):
    """Who reads the lines."""

    BASH = "bash"
    FISH = "fish"
    POWERSHELL = "powershell"
    DOTENV = "dotenv"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class _Form:
    """How one of them writes it."""

    set: Callable[[str, str], str]  # a variable to a value
    pass_by: Callable[[str], str]  # the proxy, for a host


def _fish(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _powershell(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _dotenv(value: str) -> str:
    escaped = re.sub(r'(["\\$])', r"\\\1", value)
    return value if _PLAIN.fullmatch(value) else f'"{escaped}"'


_FORMS: Mapping[Shell, _Form] = {
    Shell.BASH: _Form(
        lambda name, value: f"export {name}={shlex.quote(value)}",
        lambda host: f'export {NO_PROXY}="${{{NO_PROXY}:+${NO_PROXY},}}"{shlex.quote(host)}',
    ),
    Shell.FISH: _Form(
        lambda name, value: f"set -gx {name} {_fish(value)}",
        lambda host: f"set -gx {NO_PROXY} (string join , -- ${NO_PROXY} {_fish(host)})",
    ),
    Shell.POWERSHELL: _Form(
        lambda name, value: f"$env:{name} = {_powershell(value)}",
        lambda host: f"$env:{NO_PROXY} = @(@($env:{NO_PROXY}) + {_powershell(host)} | Where-Object {{ $_ }}) -join ','",
    ),
    Shell.DOTENV: _Form(
        lambda name, value: f"{name}={_dotenv(value)}",
        lambda host: f"{NO_PROXY}={_dotenv(host)}",
    ),
}


def lines(shell: Shell, hints: Iterable[ClientHint], names: Mapping[str, str]) -> Iterator[str]:
    """The variables of official clients as a shell takes them; the settings that are no variables are comments."""
    hints = [*hints]
    if shell is Shell.JSON:
        found = {name: value for hint in hints for name, value in environment(hint, names).items()}
        yield json.dumps({**found, NO_PROXY: names["host"]}, ensure_ascii=False, indent=2)
        return
    form = _FORMS[shell]
    if not hints:
        yield "# The spec of this API names no official clients."
    for hint in hints:
        yield f"# {hint.name}"
        yield from (form.set(name, value) for name, value in environment(hint, names).items())
        yield from (f"#   {line}".rstrip() for line in fill(hint.settings, names).splitlines())
    yield form.pass_by(names["host"])
