"""How a request says what it wants and who sends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from openapi.model.sources import Citation


@dataclass(frozen=True, slots=True)
class Authentication:
    """How requests prove who sent them."""

    schemes: tuple[str, ...]  # names in `openapi.signatures`; empty: nobody has to
    skew_seconds: int
    variants: tuple[str, ...]  # deviations that still count as genuine, by their names in `openapi.signatures.variants`
    lock_failures: int  # consecutive failures after which a key is locked; 0: never
    lock_seconds: int
    token_seconds: int  # how long an issued token is good
    service: str  # that a client names in a signature's scope; empty: none
    citations: Mapping[str, Citation]  # by keyword
    pointer: str


@dataclass(frozen=True, slots=True)
class Addressing:
    """Where the name of the action and the version stand, for APIs that do not tell operations apart by path."""

    action_header: str  # lower case
    action_parameter: str
    version_header: str
    version_parameter: str
    version: str
    methods: tuple[str, ...]
    common_parameters: frozenset[str]  # taken beside the operation's own in a query or a form
    citation: Citation
    pointer: str


@dataclass(frozen=True, slots=True)
class ClientHint:
    """How an official client is pointed at another address; {url}, {key_id} … are filled in."""

    name: str
    env: Mapping[str, str]  # variables that the client reads by itself; empty: it reads none
    settings: str  # lines of its own language or shell
