"""What requests refer to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from openapi.model.sources import Citation


@dataclass(frozen=True, slots=True)
class Condition:
    """A state of a resource in which the provider refuses."""

    name: str  # missing, closed, isolated …
    reason: str
    example: str  # the id of one that is in this condition from the start; empty: none
    citation: Citation
    pointer: str


@dataclass(frozen=True, slots=True)
class Resource:
    """Something that requests refer to by id and that has to exist, such as a topic, a server, an account."""

    kind: str
    default: str  # the id that the vendor's own example uses
    conditions: Mapping[str, Condition]
