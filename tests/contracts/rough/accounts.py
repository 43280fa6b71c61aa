"""Two accounts whose credentials nobody has published: drawn anew for every server, told through the environment."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from mockserver.accounts import Account
from openapi.messages import Credentials

NAMES = ("first", "second")


@dataclass(frozen=True, slots=True)
class Holder:
    """A tenant of the server."""

    key_id: str
    secret: str
    token: str
    project: str


def draw() -> Mapping[str, Holder]:
    """Two accounts, by the names that profiles give them."""
    return {name: _draw() for name in NAMES}


def _draw() -> Holder:
    key_id = f"AKID{secrets.token_hex(8).upper()}"
    return Holder(key_id, secrets.token_hex(20), secrets.token_urlsafe(48), secrets.token_hex(16))


def environment_of(holders: Mapping[str, Holder]) -> dict[str, str]:
    """The variables that tell a process of the accounts: ROUGH_FIRST_KEY_ID, ROUGH_FIRST_SECRET …"""
    return {
        variable(name, what): value
        for name, holder in holders.items()
        for what, value in (
            ("key-id", holder.key_id),
            ("secret", holder.secret),
            ("token", holder.token),
            ("project", holder.project),
        )
    }


def variable(name: str, what: str) -> str:
    """The variable that holds the key-id, secret, token or project of an account."""
    return f"ROUGH_{name}_{what}".replace("-", "_").upper()


def accounts_of(environment: Mapping[str, str]) -> list[Account]:
    """The accounts that an environment tells of, as the mock holds them."""
    return [
        Account(
            number=f"20000000000{number}",
            name=f"{name}-user",
            domain=f"{name}-domain",
            key=Credentials(environment[variable(name, "key-id")], environment[variable(name, "secret")]),
            project=environment[variable(name, "project")],
            token=environment[variable(name, "token")],
            password=environment[variable(name, "secret")],
        )
        for number, name in enumerate(NAMES)
    ]
