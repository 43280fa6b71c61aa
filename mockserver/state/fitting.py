"""Does a state fit this mock: does everything that it names exist here, and can it be as it says?"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import inf
from typing import Any

from mockserver.accounts import Accounts
from mockserver.control.bodies import Unusable
from mockserver.engine import Engine
from mockserver.faults.targets import targets_of
from mockserver.parsing import Parser, parser
from mockserver.records.places import Unknown
from mockserver.refusal import sayable
from mockserver.resources import ACCOUNT
from mockserver.state.forms import account_of, counted
from mockserver.timetables import Timetables
from openapi.model import Action, Operation, Phase, Spec

Said = Mapping[str, Any]


@contextmanager
def located(where: str) -> Iterator[None]:
    """Whatever is wrong in here is Unusable, and stands at `where`."""
    try:
        yield
    except (Unknown, ValueError) as error:
        raise Unusable(f"{where}: {error}", [*getattr(error, "valid", ())]) from error


def require_fit(engine: Engine, said: Said) -> None:
    """Raises Unusable for the first thing in which a state does not fit."""
    fit = Fit(engine, frozenset(each["number"] for each in said["accounts"]))
    for index, api in enumerate(said["apis"]):
        fit.require_api(f"apis.{index}", api)
    fit.require_readings(said["readings"], said["apis"])
    fit.require_accounts(said["accounts"])
    for account in said["clock"]["accounts"]:
        fit.require_account(f"clock.accounts.{account}", account)
    with located("timetables"):
        Timetables(engine.specs).set(said["timetables"])
    fit.require_resources(said["resources"]["known"])
    fit.require_faults(said["faults"])
    fit.require_tasks(said["tasks"], {each["seed"] for each in said["records"]})
    fit.require_calls(said["calls"])
    for api in said["numbers"]:
        fit.require_api(f"numbers.{api}", api)
    _require_unique("records", "seed", said["records"])
    for index, each in enumerate(said["records"]):
        fit.require_account(f"records.{index}.account", each["account"], or_everybody=True)


def _require_unique(where: str, member: str, entries: Iterable[Said]) -> None:
    seen = set[str]()
    for index, each in enumerate(entries):
        if each[member] in seen:
            raise Unusable(f"{where}.{index}.{member}: {each[member]!r} is there twice")
        seen.add(each[member])


def _require_unicode(said: Said) -> None:
    """Raises ValueError where a text, which clients sign with or a store looks for, cannot be written as bytes."""
    for name, each in said.items():
        if isinstance(each, Mapping):
            _require_unicode(each)
        elif isinstance(each, str) and sayable(each) != each:
            raise ValueError(f"{name}: {each!r} holds a character that is no Unicode")


@dataclass(frozen=True, slots=True)
class Fit:
    """What there is at one mock, and which accounts a state brings along."""

    engine: Engine
    accounts: frozenset[str]
    parsers: dict[tuple[str, str], Parser] = field(default_factory=dict[tuple[str, str], Parser])  # as they are needed

    @property
    def specs(self) -> Mapping[str, Spec]:
        return self.engine.specs

    def require_api(self, where: str, api: str) -> Spec:
        """The API, if it is served."""
        if api not in self.specs:
            raise Unusable(f"{where}: {api!r} is not served here", sorted(self.specs))
        return self.specs[api]

    def require_account(self, where: str, account: str, *, or_everybody: bool = False) -> None:
        """That the state has the account."""
        if account not in self.accounts and not (or_everybody and not account):
            raise Unusable(f"{where}: the state has no account {account!r}", sorted(self.accounts))

    def require_readings(self, said: Said, apis: Iterable[str]) -> None:
        """That this mock was started with the same."""
        own = {name: answer for name, answer in self.engine.readings.items() if name.partition("/")[0] in apis}
        for name in dict.fromkeys([*said, *own]):
            api, _, reading = name.partition("/")
            readings = self.require_api(f"readings.{name}", api).readings
            if reading not in readings:
                raise Unusable(f"readings.{name}: {api} has no such reading", sorted(readings))
            theirs, ours = (each.get(name, readings[reading].default) for each in (said, own))
            if theirs != ours:
                message = f"the state is of {theirs!r}, this mock of {ours!r}: start one with --reading {name}={theirs}"
                raise Unusable(f"readings.{name}: {message}")

    def require_accounts(self, said: Iterable[Said]) -> None:
        """That none has the number, a key or the token of another, all are text, and their conditions are known."""
        with located("accounts"):
            Accounts(map(account_of, said))
        owners = [spec.resources[ACCOUNT] for spec in self.specs.values() if ACCOUNT in spec.resources]
        known = sorted({name for each in owners for name in each.conditions})
        for index, each in enumerate(said):
            with located(f"accounts.{index}"):
                _require_unicode(each)
            if each["condition"] not in ("", *known):
                raise Unusable(f"accounts.{index}.condition: there is no {each['condition']!r}", known)

    def require_resources(self, said: Iterable[Said]) -> None:
        """That their APIs have such, and know their conditions."""
        for index, each in enumerate(said):
            with located(f"resources.known.{index}"):
                self.engine.resources.check(each["api"], each["kind"], each["condition"])

    def require_faults(self, said: Said) -> None:
        """That they can happen here, and that the next one has a name of its own."""
        for index, each in enumerate(said["set"]):
            where = f"faults.set.{index}"
            with located(f"{where}.fault"):
                fault = counted(each).fault
                targets_of(fault, self.specs)
            self.require_account(f"{where}.fault.account", fault.who.account, or_everybody=True)
            number = each["id"].rpartition("-")[2]
            if number.isdecimal() and int(number) > said["number"]:
                raise Unusable(f"{where}.id: only {said['number']} were ever set, by `faults.number`")
        _require_unique("faults.set", "id", said["set"])

    def require_calls(self, said: Iterable[Said]) -> None:
        """That there are such rate limits."""
        for index, each in enumerate(said):
            where = f"calls.{index}"
            operations = self.require_api(f"{where}.api", each["api"]).operations.values()
            self.require_account(f"{where}.account", each["account"], or_everybody=True)
            known = [f"{operation.id}{limit.pointer}" for operation in operations for limit in operation.rate_limits]
            if each["limit"] not in known:
                raise Unusable(f"{where}.limit: {each['api']} has no rate limit {each['limit']!r}", known)
            if each["at"] != sorted(each["at"]):
                raise Unusable(f"{where}.at: calls are listed oldest first")

    def require_tasks(self, said: Iterable[Said], seeds: set[str]) -> None:
        """That their operations create such tasks of such arguments, and that their times go together."""
        _require_unique("tasks", "id", said)
        for index, each in enumerate(said):
            where = f"tasks.{index}"
            spec = self.require_api(f"{where}.api", each["api"])
            self.require_account(f"{where}.account", each["account"])
            self._require_operation(where, spec, each)
            _require_order(where, each)
            if each["seed"].startswith("records/") and each["seed"] not in seeds:
                raise Unusable(f"{where}.seed: the state has no records {each['seed']!r}", sorted(seeds))

    def _require_operation(self, where: str, spec: Spec, task: Said) -> None:
        creators = [each for each in spec.operations.values() if each.action is Action.CREATE]
        operation = next((each for each in creators if each.id == task["operation"]), None)
        if operation is None:
            message = f"{spec.name} creates no tasks by {task['operation']!r}"
            raise Unusable(f"{where}.operation: {message}", [each.id for each in creators])
        words = spec.lifecycle.words if spec.lifecycle else {}
        if Phase(task["outcome"]) not in words:
            raise Unusable(f"{where}.outcome: tasks of {spec.name} never end so", sorted(words))
        self._require_arguments(f"{where}.arguments", operation, spec, task["arguments"])

    def _require_arguments(self, where: str, operation: Operation, spec: Spec, arguments: Said) -> None:
        key = (spec.name, operation.id)
        checks = self.parsers.get(key) or self.parsers.setdefault(key, parser(operation, spec))
        outside = {each.name for each in operation.parameters}
        found = checks.parameter_validator.problems({n: each for n, each in arguments.items() if n in outside})
        inside = {name: each for name, each in arguments.items() if name not in outside}
        if checks.body_validator is not None:
            found += checks.body_validator.problems(inside)
        elif inside:
            raise Unusable(f"{where}.{min(inside)}: {operation.id} takes no such argument", sorted(outside))
        if found:
            raise Unusable(f"{where}: {found[0].message}")
        for name in sorted(checks.defaults.keys() - arguments.keys()):  # which every task has, said or not
            raise Unusable(f"{where}: {name!r} is missing; unsaid it is {json.dumps(checks.defaults[name])}")


def _require_order(where: str, task: Said) -> None:
    moments = {name: inf if task[name] is None else task[name] for name in ("starts", "ends", "expires")}
    if [*moments.values()] != sorted(moments.values()):
        raise Unusable(f"{where}: a task starts, ends and expires in this order")
