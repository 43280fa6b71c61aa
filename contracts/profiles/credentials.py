"""Where the credentials of an account come from: never from the profile itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from contracts.profiles.document import Document
from contracts.target import Account
from openapi.messages import Credentials
from openapi.model import Spec

PARTS = ("key-id", "secret", "session-token", "token")
NAME = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+")  # of a variable, as people name them: it can be shown without harm


def account_of(document: Document, name: str, spec: Spec, environment: Mapping[str, str]) -> Account:
    """An account of a profile, with its credentials. Raises ProfileError, which never repeats a credential."""
    raw = document.content["accounts"][name]
    source = raw["credentials"]
    if isinstance(source, str):
        message = f"nobody says where {spec.name} looks for them: name variables of the environment instead"
        raise document.wrong(["accounts", name, "credentials"], message)
    found = _variables(document, name, source, environment)
    key = Credentials(found.get("key-id", ""), found.get("secret", ""), found.get("session-token", ""))
    return Account(key, raw.get("project", ""), found.get("token", ""))


def _variables(
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
