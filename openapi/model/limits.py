"""How much, how many and how large: what a provider bounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from openapi.model.sources import Citation


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most `requests` calls of one account in any `seconds` seconds; the next is refused for `reason`."""

    requests: int
    seconds: int
    reason: str
    citation: Citation
    pointer: str


@dataclass(frozen=True, slots=True)
class Quota:
    """At most `limit` tasks of one account; what happens to the next one."""

    id: str
    counts: Literal["unfinished", "all"]
    limit: int
    when_full: Literal["refuse", "evict-earliest"]
    reason: str  # for which the next one is refused; empty when it evicts
    citation: Citation
    pointer: str


@dataclass(frozen=True, slots=True)
class SizeLimit:
    """No more than `limit` bytes (levels, for nesting) of one part of a request."""

    of: Literal["body", "uri", "header", "headers", "nesting"]
    limit: int
    scheme: str  # only for requests signed so; empty: all
    reason: str
    citation: Citation
    pointer: str


@dataclass(frozen=True, slots=True)
class Rule:
    """What several parameters have to observe together."""

    kind: Literal["ordered", "together", "requires", "independent", "not-older-than"]
    parameters: tuple[str, ...]
    seconds: int  # of not-older-than; 0 otherwise
    reason: str
    citation: Citation
    pointer: str
