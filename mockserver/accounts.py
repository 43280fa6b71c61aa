"""Who may call: the accounts of the mock, their keys, tokens and projects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import compare_digest
from itertools import count
from threading import Lock
from typing import TYPE_CHECKING

from mockserver.ids import Ids
from openapi.messages import Credentials

if TYPE_CHECKING:
    from openapi.model import Spec


@dataclass(frozen=True, slots=True)
class Account:
    """A tenant: what it creates, nobody else sees."""

    number: str  # as providers number accounts
    name: str  # of its user
    domain: str  # that the user belongs to
    key: Credentials
    project: str
    token: str = field(repr=False)
    password: str = field(repr=False)
    temporary: Credentials | None = None  # a second key that is only good with its token
    condition: str = ""  # the condition it is in at every API that knows it; empty: none


FIRST = Account(
    number="100000000001",
    name="IAMUser",
    domain="IAMDomain",
    key=Credentials("AKIDEXAMPLE", "SECRETEXAMPLE"),
    project="0123456789abcdef0123456789abcdef",
    token="TOKENEXAMPLE",  # noqa: S106 - the mock's own published credentials
    password="IAMPassword",  # noqa: S106
    temporary=Credentials("AKIDTEMPORARY", "SECRETTEMPORARY", "SECURITYTOKENEXAMPLE"),
)
SECOND = Account(
    number="100000000002",
    name="OtherUser",
    domain="OtherDomain",
    key=Credentials("AKIDOTHER", "SECRETOTHER"),
    project="fedcba9876543210fedcba9876543210",
    token="TOKENOTHER",  # noqa: S106
    password="OtherPassword",  # noqa: S106
)


OPENED = 200_000_000_000  # the numbers of opened accounts follow it


class Accounts:
    """All accounts, found by what a request carries. Lookups of secrets take the same time whatever they find."""

    def __init__(self, accounts: Iterable[Account] = (FIRST, SECOND)) -> None:
        self._accounts: dict[str, Account] = {}  # by number
        self._keys: dict[str, tuple[Account, Credentials]] = {}
        self._tokens: dict[bytes, Account] = {}
        self._serial = count(1)
        self._turn: AbstractContextManager[object] = Lock()  # to change any
        for account in accounts:
            self.add(account)
        self._first = frozenset(self._accounts)
        self._settled: frozenset[str] = frozenset()  # numbers of those that were made known together

    def __iter__(self) -> Iterator[Account]:
        return iter([*self._accounts.values()])

    def add(self, account: Account) -> None:
        """Make `account` known. Raises ValueError when its number, its key or its token is taken."""
        keys = _keys(account)
        taken = [key.key_id for key in keys if key.key_id in self._keys]
        if taken:
            message = f"the access key {taken[0]} belongs to another account"
            raise ValueError(message)
        if account.number in self._accounts:
            raise ValueError(f"the number {account.number} belongs to another account")
        if _digest(account.token) in self._tokens:
            raise ValueError(f"the token of {account.number} belongs to another account")
        self._accounts[account.number] = account
        self._keys |= {key.key_id: (account, key) for key in keys}
        self._tokens[_digest(account.token)] = account

    def settle(self, accounts: Iterable[Account]) -> None:
        """Make these known in the place of those that were settled before. Raises ValueError, and changes nothing.

        An account that stays keeps its number, and with it what it holds.
        """
        with self._turn:
            accounts = [*accounts]
            others = [account for account in self if account.number not in self._settled]
            fresh = Accounts([*others, *accounts])
            self._accounts, self._keys, self._tokens = fresh._accounts, fresh._keys, fresh._tokens
            self._settled = frozenset(account.number for account in accounts)

    @property
    def settled(self) -> frozenset[str]:
        """The numbers of those that were made known together."""
        return self._settled

    def load(self, accounts: Iterable[Account], settled: frozenset[str] | None = None) -> None:
        """Let these be all that there are. Raises ValueError, and changes nothing, where two have the same.

        `settled` are those that `settle` replaces; None: whom it made known before.
        """
        fresh = Accounts(accounts)
        with self._turn:
            self._accounts, self._keys, self._tokens = fresh._accounts, fresh._keys, fresh._tokens
            self._settled = self._settled if settled is None else settled

    def share(self, turn: AbstractContextManager[object]) -> None:
        """From now on take `turn` for each change, in place of a lock of one's own."""
        self._turn = turn

    def open(self, ids: Ids) -> Account:
        """A new account, with credentials that nobody else has."""
        with self._turn:
            serial = next(each for each in self._serial if f"{OPENED + each}" not in self._accounts)
            account = Account(
                number=f"{OPENED + serial}",
                name=f"User{serial}",
                domain=f"Domain{serial}",
                key=Credentials(f"AKID{ids.hex(16).upper()}", ids.hex(40)),
                project=ids.hex(32),
                token=f"TOKEN{ids.hex(32).upper()}",
                password=ids.hex(16),
            )
            self.add(account)
        return account

    def close(self, number: str) -> None:
        """Forget an account that was opened. Raises LookupError when there is none of that number."""
        if number in self._first | self._settled:
            raise LookupError(number)
        with self._turn:
            account = self._accounts.pop(number)
            for key in _keys(account):
                del self._keys[key.key_id]
            self._tokens.pop(_digest(account.token))

    def by_key(self, key_id: str) -> tuple[Account, Credentials] | None:
        """The account of an access key, and the key."""
        return self._keys.get(key_id)

    def by_token(self, token: str) -> Account | None:
        """The account of a permanent token."""
        return self._tokens.get(_digest(token))

    def by_number(self, number: str) -> Account | None:
        return self._accounts.get(number)

    def by_password(self, domain: str, name: str, password: str) -> Account | None:
        """The account of a user."""
        given = _digest(password)
        users = (account for account in self if (account.domain, account.name) == (domain, name))
        return next((account for account in users if compare_digest(_digest(account.password), given)), None)


def _keys(account: Account) -> list[Credentials]:
    return [account.key, *([account.temporary] if account.temporary else [])]


def in_conditions(specs: Iterable[Spec]) -> list[Account]:
    """One account for each condition that the specs have an error code for: AKIDISOLATED is isolated, and so on."""
    resources = [spec.resources["account"] for spec in specs if "account" in spec.resources]
    found = sorted({name for resource in resources for name in resource.conditions})
    return [_in_condition(name, 100 + index) for index, name in enumerate(found)]


def _in_condition(condition: str, index: int) -> Account:
    word = condition.upper().replace("-", "")
    return Account(
        number=f"100000000{index}",
        name=condition,
        domain=condition,
        key=Credentials(f"AKID{word}", f"SECRET{word}"),
        project=sha256(condition.encode()).hexdigest()[:32],
        token=f"TOKEN{word}",
        password=f"PASSWORD{word}",
        condition=condition,
    )


def _digest(secret: str) -> bytes:
    return sha256(secret.encode("utf-8", "surrogatepass")).digest()
