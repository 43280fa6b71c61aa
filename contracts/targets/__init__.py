"""Finding the server under test."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from contracts.profile import Profile
from contracts.target import Target, Unreachable
from contracts.targets.cloud import Cloud
from contracts.targets.embedded import open_embedded
from contracts.targets.http import Http
from contracts.targets.mock import HEALTH, Mock
from openapi.messages import Request
from openapi.model import Spec


@dataclass(frozen=True, slots=True)
class Choice:
    """What the user asked to test."""

    url: str = ""  # empty: a mock inside this process
    profile: Profile = field(default_factory=Profile)
    seed: int = 0  # of the embedded mock's ids


def open_target(choice: Choice, specs: Mapping[str, Spec]) -> Target:
    """The server at the chosen address: a mock if it has a control plane, else a cloud, in real time.

    Raises Unreachable when nothing answers there, ValueError for what is no address.
    """
    url = (choice.url or choice.profile.target).rstrip("/")
    if not url:
        return open_embedded(specs, choice.seed)
    if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
        raise ValueError(f"{url!r} is no address of a server; one reads http://127.0.0.1:4010")
    wire = Http(url)
    if choice.profile.accounts:
        return Cloud(url, wire, choice.profile)
    if _is_mock(wire, url):
        return Mock(url, wire, specs)
    raise ValueError(
        f"{url} has no control plane, so it counts as a real endpoint: name its accounts in a file, and pass --profile"
    )


def _is_mock(wire: Http, url: str) -> bool:
    answer = wire.send(Request("GET", HEALTH, headers={"host": urlsplit(url).netloc}), url)
    try:
        found = json.loads(bytes(answer.body) if isinstance(answer.body, bytes) else b"")
    except ValueError:
        return False
    return isinstance(found, dict) and found.get("status") == "ok"


__all__ = ["Choice", "Unreachable", "open_target"]
