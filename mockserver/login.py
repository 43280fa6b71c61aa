"""What a client has to know of an account."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mockserver.accounts import Account


@dataclass(frozen=True, slots=True)
class Login:
    """An account of a mock, and what it calls with."""

    number: str
    key_id: str
    project: str
    name: str  # of its user
    domain: str  # that the user belongs to
    secret: str = field(repr=False)
    token: str = field(repr=False)
    password: str = field(repr=False)
    condition: str = ""  # for which APIs refuse it; empty: none


def login_of(account: Account) -> Login:
    """What its clients know of an account."""
    return Login(
        number=account.number,
        key_id=account.key.key_id,
        project=account.project,
        name=account.name,
        domain=account.domain,
        secret=account.key.secret,
        token=account.token,
        password=account.password,
        condition=account.condition,
    )
