"""How a request says what it wants and who sends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from openapi.model.sources import Citation
from openapi.model.values import Json


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
    python: PythonClient | None = None  # how it is made; None: it is no client for Python


@dataclass(frozen=True, slots=True)
class PythonClient:
    """How a client of an official SDK for Python is made, as data."""

    packages: tuple[str, ...]  # that it is installed with
    client: Mapping[str, Json]  # {new: "module:Class", with: arguments, then: [{method: arguments}]}
    http: str  # `requests`, when that is what it sends with; else empty


@dataclass(frozen=True, slots=True)
class CredentialVariables:
    """Variables of the environment from which an official client takes the credentials of one account."""

    names: Mapping[str, str]  # key-id, secret, session-token, project: the variable
    citation: Citation


@dataclass(frozen=True, slots=True)
class CredentialFile:
    """A file from which an official client takes the credentials of one account."""

    path: str  # `~` is the user's home
    variable: str  # of the environment, that holds another path; empty: there is none
    form: Literal["ini", "json"]
    section: str  # of an ini file, or the member of a JSON object, that holds them; empty: its top
    names: Mapping[str, str]  # key-id, secret, session-token, project: the key in the file
    citation: Citation


@dataclass(frozen=True, slots=True)
class CredentialPlaces:
    """Where the official clients look for credentials; of several, the first that has them is taken."""

    variables: tuple[CredentialVariables, ...] = ()
    files: tuple[CredentialFile, ...] = ()
