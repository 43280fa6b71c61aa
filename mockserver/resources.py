"""What requests may refer to: topics, servers, accounts …, and the condition each is in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from threading import Lock

from mockserver.accounts import Account
from openapi.model import Spec

Key = tuple[str, str, str]  # API, kind, id
MISSING = "missing"  # the condition of whatever does not exist
ACCOUNT = "account"  # the kind of the caller's own account, identified by its access key


class Unknown(ValueError):
    """A name that nothing has; `valid` lists those there are."""

    def __init__(self, message: str, valid: Iterable[str]) -> None:
        super().__init__(message)
        self.valid = sorted(valid)


class Resources:
    """The resources of all accounts, by API, kind and id. `any_known` makes every id exist."""

    def __init__(self, specs: Mapping[str, Spec], accounts: Iterable[Account], *, any_known: bool = False) -> None:
        self._specs = specs
        self._accounts = list(accounts)
        self._any_known = any_known
        self._turn: AbstractContextManager[object] = Lock()  # to change any
        self._named = self._name()
        self.reset()

    def reset(self) -> None:
        """Back to what the specs and the accounts name."""
        with self._turn:
            self._held = self._named  # which is never changed, but replaced

    def _name(self) -> dict[Key, str]:
        conditions = {
            (spec.name, resource.kind, condition.example): condition.name
            for spec in self._specs.values()
            for resource in spec.resources.values()
            for condition in resource.conditions.values()
            if condition.example
        }
        defaults = {
            (spec.name, resource.kind, resource.default): ""
            for spec in self._specs.values()
            for resource in spec.resources.values()
            if resource.default
        }
        owners = {
            (spec.name, ACCOUNT, account.key.key_id): account.condition
            for spec in self._specs.values()
            for account in self._accounts
            if account.condition in _conditions(spec, ACCOUNT)
        }
        return defaults | conditions | owners

    def condition(self, api: str, kind: str, resource_id: str) -> str:
        """The condition a resource is in; empty when nothing is wrong with it."""
        found = self._held.get((api, kind, resource_id))
        if found is not None:
            return found
        return "" if self._any_known or kind == ACCOUNT else MISSING

    def all(self) -> list[tuple[str, str, str, str]]:
        """Every resource as (api, kind, id, condition), sorted."""
        return sorted((*key, condition) for key, condition in self._held.items())

    def ids(self, api: str) -> set[str] | None:
        """The ids of everything that exists at an API; None where every id does."""
        return None if self._any_known else {name for owner, _, name in self._held if owner == api}

    def put(self, api: str, kind: str, resource_id: str, condition: str = "") -> None:
        """Make a resource exist, in a condition. Raises Unknown."""
        self.check(api, kind, condition)
        with self._turn:
            self._held = {**self._held, (api, kind, resource_id): condition}

    @property
    def knows_any(self) -> bool:
        """Whether every id exists."""
        return self._any_known

    def check(self, api: str, kind: str, condition: str) -> None:
        """Raises Unknown where there can be no such thing."""
        self._check(api, kind)
        known = _conditions(self._specs[api], kind)
        if condition and condition not in known:
            raise Unknown(f"{kind} of {api} has no condition {condition!r}", known)

    def load(self, held: Mapping[Key, str], *, knows_any: bool) -> None:
        """Let these, each in its condition, be all that exist, or exist besides every other id."""
        with self._turn:
            self._held, self._any_known = dict(held), knows_any

    def remove(self, api: str, kind: str, resource_id: str) -> None:
        """Make a resource not exist. Raises Unknown."""
        self._check(api, kind)
        with self._turn:
            self._held = {key: each for key, each in self._held.items() if key != (api, kind, resource_id)}

    def restore(self, api: str, kind: str, resource_id: str) -> None:
        """Put a resource back to what it is at the start, which may be nothing."""
        with self._turn:
            key = (api, kind, resource_id)
            others = {name: each for name, each in self._held.items() if name != key}
            self._held = others | ({key: self._named[key]} if key in self._named else {})

    def know_any(self, *, any_known: bool) -> None:
        """Say anew whether every id exists."""
        with self._turn:
            self._any_known = any_known

    def share(self, turn: AbstractContextManager[object]) -> None:
        """From now on take `turn` for each change, in place of a lock of one's own."""
        self._turn = turn

    def _check(self, api: str, kind: str) -> None:
        if api not in self._specs:
            raise Unknown(f"unknown API {api!r}", self._specs)
        if kind not in self._specs[api].resources:
            raise Unknown(f"{api} has no resource {kind!r}", self._specs[api].resources)


def _conditions(spec: Spec, kind: str) -> set[str]:
    return set(spec.resources[kind].conditions) if kind in spec.resources else set()
