"""Where the credentials of an account come from: never from the profile itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from contracts.profiles.document import Document
from contracts.profiles.sources import SourceError, from_files, from_variables
from contracts.target import Account
from openapi.members import marked
from openapi.messages import Credentials
from openapi.model import Spec

NAME = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+")  # of a variable, as people name them: it can be shown without harm
SOURCES = {"environment": from_variables, "file": from_files}


def accounts_of(document: Document, spec: Spec, environment: Mapping[str, str]) -> dict[str, Account]:
    """The accounts of a profile, with their credentials. Raises ProfileError, which never repeats a credential."""
    taken: dict[str, str] = {}
    for name, raw in document.content["accounts"].items():
        source = raw["credentials"]
        if isinstance(source, str) and taken.setdefault(source, name) != name:
            message = f"`{source}` is one account, and {taken[source]!r} has it already: name variables for this one"
            raise document.wrong(["accounts", name, "credentials"], message)
    found = {name: _account(document, name, spec, environment) for name in document.content["accounts"]}
    for name, account in found.items():
        if not account.project and needs_project(spec):
            message = f"requests of {spec.name} name a project, so the account needs its id: project"
            raise document.wrong(["accounts", name], message)
    return found


def needs_project(spec: Spec) -> bool:
    """Whether an operation cannot be called without the id of the caller's project."""
    found = (marked(operation, "x-tenant").values() for operation in spec.operations.values())
    return any(member.required for holders in found for each in holders for member in each)


def made_up(document: Document) -> dict[str, Account]:
    """The accounts of a profile with credentials that nobody has, of the kinds that the profile names."""
    found = {}
    for name, raw in document.content["accounts"].items():
        source, one = raw["credentials"], stranger(name)
        has_key, has_token = ("key-id" in source, "token" in source) if isinstance(source, dict) else (True, False)
        key = one.key if has_key else Credentials("", "")  # a session token changes the number of no request
        region = document.content.get("region", "")
        found[name] = Account(key, raw.get("project", one.project), one.token if has_token else "", region)
    return found


def stranger(name: str) -> Account:
    """An account that there is nowhere."""
    key = Credentials(f"made-up-key-of-{name}", f"made-up-secret-of-{name}")
    return Account(key, sha256(name.encode()).hexdigest()[:32], f"made-up-token-of-{name}")


def _account(document: Document, name: str, spec: Spec, environment: Mapping[str, str]) -> Account:
    raw = document.content["accounts"][name]
    source = raw["credentials"]
    if isinstance(source, str):
        try:
            found = SOURCES[source](spec.credentials, environment)
        except SourceError as error:
            raise document.wrong(["accounts", name, "credentials"], str(error)) from None
    else:
        found = _named(document, name, source, environment)
    key = Credentials(found.get("key-id", ""), found.get("secret", ""), found.get("session-token", ""))
    region = document.content.get("region", "")
    return Account(key, raw.get("project", found.get("project", "")), found.get("token", ""), region)


def _named(
    document: Document, account: str, named: Mapping[str, Any], environment: Mapping[str, str]
) -> dict[str, str]:
    """What the variables that a profile names hold."""
    found = {}
    for part, variable in named.items():
        if not environment.get(variable):
            raise document.wrong(["accounts", account, "credentials", part], _missing(variable))
        found[part] = environment[variable]
    return found


def _missing(variable: str) -> str:
    """Why a variable cannot be used: its name is told where nobody would take it for a credential."""
    if NAME.fullmatch(variable):
        return f"the environment has no variable {variable}"
    return (
        "names no variable of the environment; if it is the credential itself, take it out of the file, put it into a"
        " variable, and write the name of that here"
    )
