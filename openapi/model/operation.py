"""One documented call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from openapi.model.files import FileSpec, Transfer
from openapi.model.life import Phase
from openapi.model.limits import RateLimit, Rule
from openapi.model.listing import Listing
from openapi.model.sources import Citation
from openapi.model.values import Json, Schema


class Action(StrEnum):
    """What an operation does."""

    CREATE = "create"
    LIST = "list"
    SHOW = "show"
    LINK = "link"  # answers where the file is
    DOWNLOAD = "download"  # answers the file itself
    DELETE = "delete"
    ISSUE_TOKEN = "issue-token"  # noqa: S105
    LIST_PROJECTS = "list-projects"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter outside the body."""

    name: str
    where: Literal["path", "query", "header"]
    required: bool
    schema: Schema
    pointer: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One documented answer of an operation."""

    status: int
    content_type: str  # exactly as sent; empty: no body
    schema: Schema | None  # None: a file, or nothing
    headers: Mapping[str, Schema]
    pointer: str


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One documented call: how it is addressed, what it takes, what it does, what it answers.

    Equal to itself alone, so that what is worked out of it can be remembered.
    """

    id: str
    api: str
    method: str
    path: str
    action: Action
    action_name: str  # what the addressing selects it by; empty for APIs that use the path
    parameters: tuple[Parameter, ...]
    body: Schema | None  # of the JSON body
    body_required: bool
    success: Answer
    schemes: tuple[str, ...]
    rate_limits: tuple[RateLimit, ...]
    phase_refusals: Mapping[Phase, tuple[str, Citation]]  # the reason for which it refuses a task in this phase
    rules: tuple[Rule, ...]
    overwrites: tuple[str, ...]  # the arguments that, all equal, make a task replace an earlier one
    overwrites_citation: Citation | None
    missing: Literal["refuse", "ignore"]  # what it does about a task that does not exist
    listing: Listing | None
    file: FileSpec | None
    transfer: frozenset[Transfer]  # what it offers besides the whole file, where it answers one
    unknown_members: Literal["refuse", "ignore"]  # in the body and the query
    example: Mapping[str, Json]  # arguments of a call that is accepted; see openapi.examples
    citation: Citation
    pointer: str
