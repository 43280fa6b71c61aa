"""What does someone need to know who has just started the mock?"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from mockserver.hints import fill, places
from mockserver.resources import ACCOUNT

if TYPE_CHECKING:
    from mockserver.accounts import Account
    from mockserver.control.view import Controls
    from openapi.model import Spec

TITLE, TEXT = "bold", ""
Line = tuple[str, str]  # its style, its text


def announce(controls: Controls, url: str, file: str = "", authority: str = "") -> None:
    """Print where the mock answers and how to use it, with colors on a terminal that wants them."""
    lines = [*greet(controls, url, file, authority)]
    if sys.stdout is None:  # it was closed
        return
    try:
        if sys.stdout.isatty():
            _print_styled(lines)
        else:
            print(*(text for _, text in lines), sep="\n", flush=True)  # noqa: T201 - what the command is asked to do
    except BrokenPipeError:
        pass  # nobody reads it
    except OSError as error:
        print(f"mockserver: serving at {url}, but cannot say more: {error.strerror}", file=sys.stderr)  # noqa: T201


def greet(controls: Controls, url: str, file: str = "", authority: str = "") -> Iterator[Line]:
    """The greeting, line by line; the first line holds the address."""
    engine = controls.engine
    yield TITLE, f"The mock answers at {url}"
    yield TEXT, f"  APIs: {', '.join(engine.specs)}"
    yield (
        TEXT,
        f"  Clock: {controls.clock.state()['now']}{' (stands still)' if controls.clock.state()['frozen'] else ''}",
    )
    if controls.is_open:
        yield TEXT, f"  In a browser: {url}/_mock/ui"
    elif not controls.is_bare:
        yield TEXT, "  Control plane: off, as other machines reach this address; --control-token opens it"
    if file:
        yield TEXT, f"  Settings: {file} (changes are taken over; `mockserver config` shows them all)"
    if authority:
        yield TEXT, f"  TLS: clients have to trust {authority}"
    yield TEXT, ""
    yield TITLE, "Credentials"
    yield from ((TEXT, f"  {line}") for line in _credentials(engine.accounts))
    yield TEXT, ""
    resources = [*_resources(engine.resources.all())]
    if resources:
        yield TITLE, "What exists"
        yield from ((TEXT, f"  {line}") for line in resources)
        yield TEXT, ""
    yield from _settings(engine.specs.values(), places(url, authority=authority))
    told = "`mockserver env API` prints the settings of the other clients. "
    yield TEXT, f"{told if any(spec.clients for spec in engine.specs.values()) else ''}Ctrl-C ends the mock."


def _credentials(accounts: Iterable[Account]) -> Iterator[str]:
    troubled = []
    for account in accounts:
        if account.condition:
            troubled.append(account)
        else:
            yield f"access key {account.key.key_id}  secret {account.key.secret}"
            yield f"  project {account.project}  token {account.token}"
    if troubled:
        yield "accounts in trouble:"
    for account in troubled:
        yield f"  access key {account.key.key_id}  secret {account.key.secret}  ({account.condition})"


def _resources(found: Iterable[tuple[str, str, str, str]]) -> Iterator[str]:
    beside_accounts = (resource for resource in found if resource[1] != ACCOUNT)
    for (api, kind), each in groupby(beside_accounts, key=lambda resource: resource[:2]):
        ids = [f"{name} ({condition})" if condition else name for _, _, name, condition in each]
        yield f"{api}  {kind}  {', '.join(ids)}"


def _settings(specs: Iterable[Spec], names: Mapping[str, str]) -> Iterator[Line]:
    for spec in specs:
        for hint in spec.clients[:1]:
            yield TITLE, f"{spec.name}, {hint.name}"
            yield from ((TEXT, f"  {line}".rstrip()) for line in fill(hint.settings, names).splitlines())
            yield TEXT, ""


def _print_styled(lines: Iterable[Line]) -> None:
    from rich.console import Console
    from rich.text import Text

    colors: Literal["auto"] | None = None if os.environ.get("NO_COLOR") else "auto"
    console = Console(highlight=False, soft_wrap=True, color_system=colors)
    for style, text in lines:
        console.print(Text(text, style=style))
    console.file.flush()
