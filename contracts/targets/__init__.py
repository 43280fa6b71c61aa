"""Finding the server under test."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from contracts.profiles import Profile
from contracts.safety.consent import require_address
from contracts.safety.guard import Guard, guard_of
from contracts.target import PATIENCE, Target, Unreachable
from contracts.targets.cloud import Cloud
from contracts.targets.embedded import open_embedded
from contracts.targets.mock import HEALTH, TASKS, Mock, Wire, access_of, read_object, refusal_of
from openapi.messages import Request
from openapi.model import Spec

if TYPE_CHECKING:
    from contracts.targets.http import Http

CONTROL_TOKEN = "MOCKSERVER_CONTROL_TOKEN"  # noqa: S105 - the variable that holds it, here as for the server


@dataclass(frozen=True, slots=True)
class Choice:
    """What the user asked to test."""

    url: str = ""  # empty: a mock inside this process
    profile: Profile = field(default_factory=Profile)
    seed: int = 0  # of the embedded mock's ids
    control_token: str = ""  # for a mock that asks for one
    patience: float = PATIENCE  # seconds that a check may wait in all, on a real endpoint
    guard: Guard | None = None  # of a real endpoint; None: one of its own, as the profile says


def open_target(choice: Choice, specs: Mapping[str, Spec]) -> Target:
    """The server at the chosen address: a mock if it has a control plane, else a cloud, in real time.

    Raises Unreachable when nothing answers there, ValueError for what is no address.
    """
    url = (choice.url or choice.profile.target).rstrip("/")
    if not url and choice.profile.accounts:
        raise ValueError("a profile without an address: give --target URL, or name a target in the profile")
    if not url:
        return open_embedded(specs, choice.seed)
    require_address(url)
    from contracts.targets.http import Bounds, Http  # which only a socket needs, and takes its time to load
    from contracts.targets.network import network_of

    if choice.profile.accounts:
        guard = choice.guard or guard_of(choice.profile, url)
        bounds, network = Bounds(room=guard.spending.room), network_of(os.environ)
        network.require(url)
        return Cloud(url, Http(url, bounds, network), choice.profile, guard, choice.patience)
    wire = _wire_to_mock(url)
    _find_mock(wire, url, choice.control_token)
    return Mock(url, wire, specs, choice.control_token)


def served_by(url: str, control_token: str = "") -> frozenset[str]:
    """The APIs that the mock at an address serves; empty where it does not say. Raises Unreachable, ValueError."""
    require_address(url)
    with closing(_wire_to_mock(url)) as wire:
        apis = _find_mock(wire, url, control_token).get("apis")
    return frozenset(map(str, apis)) if isinstance(apis, list) else frozenset()


def count_tasks(url: str, control_token: str = "") -> int:
    """How many tasks the mock at an address holds, whose clock is left alone. Raises Unreachable, ValueError."""
    require_address(url)
    with closing(_wire_to_mock(url)) as wire:
        _find_mock(wire, url, control_token)
        headers = {"host": urlsplit(url).netloc, **access_of(control_token)}
        total = read_object(wire.send(Request("GET", TASKS, "limit=1", headers), url)).get("total")
    return total if isinstance(total, int) else 0


def _wire_to_mock(url: str) -> Http:
    """Past every proxy; behind TLS, the authorities that the environment names vouch for it."""
    from contracts.targets.http import Http
    from contracts.targets.network import Network, authorities_of

    is_secure = urlsplit(url).scheme == "https"
    return Http(url, network=Network({}, authorities=authorities_of(os.environ) if is_secure else ""))


def _find_mock(wire: Wire, url: str, control_token: str) -> dict[str, Any]:
    """What a mock tells of its health. Raises ValueError where no mock answers, or one that lets nobody in."""
    headers = {"host": urlsplit(url).netloc, **access_of(control_token)}
    answer = wire.send(Request("GET", HEALTH, headers=headers), url)
    found = read_object(answer)
    if answer.status == HTTPStatus.FORBIDDEN and refusal_of(found):
        raise ValueError(f"{url} lets nobody in: {refusal_of(found)}; {CONTROL_TOKEN} holds a control token")
    if found.get("status") != "ok":
        raise ValueError(
            f"{url} has no control plane of a mock, so it counts as a real endpoint: name its accounts in a --profile"
        )
    return found


__all__ = ["CONTROL_TOKEN", "Choice", "Unreachable", "count_tasks", "open_target", "served_by"]
