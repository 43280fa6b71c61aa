"""How is an official client pointed at this mock?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mockserver.accounts import FIRST
from mockserver.login import Login, login_of
from openapi.addresses import shown

if TYPE_CHECKING:
    from openapi.model import ClientHint, Spec

PUBLISHED = login_of(FIRST)  # in every documentation of the mock
_PLACEHOLDER = re.compile(r"\{(url|scheme|host|port|key_id|secret|project|token|authority)\}")
AUTHORITY = "{authority}"  # whose certificates are to be trusted
_PORTS = {"http": 80, "https": 443}
_AUTHORITY = re.compile(r"([\w.-]+|\[[0-9A-Fa-f:.]+\])(:\d+)?")  # a name or an address, and a port


class BadAddress(ValueError):
    """What is no address of a server; the message says what one looks like."""


def served(specs: Mapping[str, Spec], api: str) -> Spec:
    """The spec of an API. Raises KeyError with the names of those that are served."""
    if api not in specs:
        raise KeyError(f"no API {api!r} is served here; there are {', '.join(sorted(specs))}")
    return specs[api]


def places(url: str, login: Login = PUBLISHED, authority: str = "") -> dict[str, str]:
    """What the placeholders of a hint stand for, with the server at `url`. Raises BadAddress.

    `authority` is the file of who vouches for the server; empty: nobody has to.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _bad_address(url) from error
    if parts.scheme not in _PORTS or not _AUTHORITY.fullmatch(parts.netloc) or parts.path.strip("/") or parts.query:
        raise _bad_address(url)
    return {
        "url": f"{parts.scheme}://{parts.netloc}",
        "scheme": parts.scheme,
        "host": str(parts.hostname),
        "port": str(port or _PORTS[parts.scheme]),
        "key_id": login.key_id,
        "secret": login.secret,
        "project": login.project,
        "token": login.token,
        "authority": authority,
    }


def _bad_address(url: str) -> BadAddress:
    return BadAddress(f"{shown(url)!r} is no address of a server; one looks like http://127.0.0.1:4010")


def fill(text: str, names: Mapping[str, str]) -> str:
    """A template of a hint, filled; braces around anything else stand for themselves.

    A line about the authority is left out where there is none.
    """
    lines = [line for line in text.splitlines(keepends=True) if is_needed(line, names)]
    return _PLACEHOLDER.sub(lambda match: names[match[1]], "".join(lines))


def is_needed(template: str, names: Mapping[str, str]) -> bool:
    """Whether something is to be said: of the authority only where there is one."""
    return bool(names["authority"]) or AUTHORITY not in template


def environment(hint: ClientHint, names: Mapping[str, str]) -> dict[str, str]:
    """The variables that an official client reads by itself."""
    return {name: fill(value, names) for name, value in hint.env.items() if is_needed(value, names)}
