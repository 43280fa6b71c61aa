"""What is known of a real endpoint, what a run may do there, and what it may use up."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from contracts.target import Account

Resources = Mapping[str, Mapping[str, tuple[str, ...]]]  # kind: condition (empty: usable): ids


class ProfileError(ValueError):
    """A profile that cannot be used; the message names the file, the place and what would be right."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a run may do; reading is always allowed."""

    operations: frozenset[str] = frozenset()  # that may be called; empty: every one
    create: bool = False  # export tasks
    delete: bool = False  # those that the run made
    download: bool = False  # their files
    exceed_limits: bool = False  # go beyond a documented limit, to see that it is one
    plain_http: bool = False  # to a host that is not this machine


@dataclass(frozen=True, slots=True)
class Budget:
    """What a run may use up, unless the profile says otherwise: little."""

    requests: int = 300
    tasks: int = 5
    bytes: int = 20_000_000
    minutes: float = 30.0


@dataclass(frozen=True, slots=True)
class Profile:
    """One API at one real endpoint."""

    api: str = ""
    target: str = ""  # its address; empty: the command line says
    region: str = ""  # that requests name; empty: that of the spec's examples
    accounts: Mapping[str, Account] = field(default_factory=dict[str, Account])
    resources: Resources = field(default_factory=dict[str, Mapping[str, tuple[str, ...]]])
    allow: Allowance = Allowance()
    budget: Budget = Budget()
    kill_file: Path | None = None  # ends a run in order once it exists

    def ids(self, kind: str, condition: str = "") -> tuple[str, ...]:
        """The resources in a condition; empty: usable ones."""
        return self.resources.get(kind, {}).get(condition, ())


BOUNDLESS = Profile(
    allow=Allowance(create=True, delete=True, download=True, exceed_limits=True, plain_http=True),
    budget=Budget(sys.maxsize, sys.maxsize, sys.maxsize, float("inf")),
)  # of a server that may be used up
