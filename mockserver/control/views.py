"""The views of the control plane: each reads the mock or moves it, and says what holds afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from mockserver.control import records
from mockserver.control.bodies import Unusable
from mockserver.control.description import describe
from mockserver.control.panels import Panels
from mockserver.control.states import States
from mockserver.control.troubles import Troubles
from mockserver.control.verification import Verification
from mockserver.control.view import Answer, missing
from mockserver.journal import CAPACITY, Filter
from mockserver.login import login_of
from mockserver.resources import Unknown
from mockserver.scorecard import draw_up
from openapi import document
from openapi.model import Operation, Spec
from openapi.release import release


@dataclass(frozen=True, slots=True)
class Views(Panels, States, Troubles, Verification):
    """One method for each path and method of the routes. Raises Unusable for what there is none of."""

    def health(self) -> Answer:
        """That the mock runs, and what it serves; the status alone without the token, where there is one."""
        specs = self.controls.engine.specs
        state = self.controls.clock.state()
        return Answer({"status": "ok", "version": release(), "apis": sorted(specs), "clock": state})

    def describe(self) -> Answer:
        """This control plane in OpenAPI."""
        return Answer(describe(lambda view: (getattr(Views, view).__doc__ or "").partition("\n")[0]))

    def routes(self) -> Answer:
        """Every operation, and how it is addressed."""
        specs = self.controls.engine.specs.values()
        return Answer({"routes": [_route(spec, each) for spec in specs for each in spec.operations.values()]})

    def list_accounts(self) -> Answer:
        """Everybody who may call, and with what."""
        return Answer({"accounts": [asdict(login_of(account)) for account in self.controls.engine.accounts]})

    def open_account(self) -> Answer:
        """A new account, of which nobody else knows."""
        return Answer(asdict(login_of(self.controls.engine.open_account())), 201)

    def close_account(self) -> Answer:
        """Forget an account that was opened, and its tasks; it is named by the query."""
        number = self._wanted()["account"]
        try:
            self.controls.engine.close_account(number)
        except LookupError:
            self._wanted()  # another may have closed it meanwhile
            raise Unusable(f"account: {number!r} is there from the start, and stays") from None
        return Answer({})

    def delete_tasks(self) -> Answer:
        """Remove the tasks that the query asks for; all of them when it asks for none in particular."""
        wanted = self._wanted()
        found = self.controls.engine.inspection.tasks(**wanted)
        return Answer({"deleted": sum(self._delete(task["id"]) for task in found)})

    def show_task(self) -> Answer:
        """One task."""
        try:
            return Answer(self.controls.engine.inspection.task(self.asked.id))
        except LookupError:
            return _no_task(self.asked.id)

    def change_task(self) -> Answer:
        """Give a task another outcome, phase, end or failure."""
        changes = dict(self.asked.body)
        try:
            return Answer(self.controls.engine.inspection.put_task(self.asked.id, changes))
        except LookupError:
            return _no_task(self.asked.id)
        except ValueError as error:
            raise Unusable(str(error)) from error

    def delete_task(self) -> Answer:
        """Remove a task."""
        return Answer({"deleted": 1}) if self._delete(self.asked.id) else _no_task(self.asked.id)

    def _delete(self, task_id: str) -> bool:
        """Whether there was such a task; its owner may have deleted it just now."""
        try:
            self.controls.engine.inspection.delete_task(task_id)
        except LookupError:
            return False
        return True

    def list_resources(self) -> Answer:
        """Everything that exists, and the condition it is in."""
        names = ("api", "kind", "id", "condition")
        found = self.controls.engine.resources.all()
        return Answer({"resources": [dict(zip(names, each, strict=True)) for each in found]})

    def put_resource(self) -> Answer:
        """Make something exist, in a condition."""
        given = self.asked.body
        condition = given.get("condition", "")
        _try(lambda: self.controls.engine.resources.put(given["api"], given["kind"], given["id"], condition))
        return Answer({**given, "condition": condition}, 201)

    def remove_resource(self) -> Answer:
        """Make something not exist; it is named by the query."""
        given = self.asked.query
        _try(lambda: self.controls.engine.resources.remove(given["api"], given["kind"], given["id"]))
        return Answer({})

    def list_records(self) -> Answer:
        """The records that were loaded, by the place they belong to."""
        return Answer({"records": [*map(records.shown, self.controls.engine.records.all())]})

    def load_records(self) -> Answer:
        """Load the rows that exports are made of: lines of JSON, a JSON array of them, or how many to make up."""
        return Answer(records.load(self.controls.engine, self.asked.query, self.asked.pieces), 201)

    def remove_records(self) -> Answer:
        """Forget the records that the query asks for; all of them when it asks for none in particular."""
        return Answer({"deleted": records.remove(self.controls.engine, self.asked.query)})

    def list_requests(self) -> Answer:
        """The last exchanges, oldest first."""
        given = self._wanted()
        numbers = {name: int(given.pop(name)) for name in ("status", "since", "limit") if name in given}
        wanted = Filter(**{"limit": CAPACITY} | given | numbers)
        return Answer({"requests": [exchange.as_json() for exchange in self.controls.journal.find(wanted)]})

    def clear_requests(self) -> Answer:
        """Forget the exchanges."""
        self.controls.journal.clear()
        return Answer({})

    def report(self) -> Answer:
        """How well the client behaves whose account the query names, or whoever called: habit by habit."""
        account = self._wanted().get("account", "")
        return Answer(draw_up(self.controls.journal.facts(account), self.controls.engine.specs).as_json())

    def reset(self) -> Answer:
        """Forget everything but the time."""
        self.controls.engine.reset()
        return Answer({})


def _route(spec: Spec, operation: Operation) -> dict[str, Any]:
    return {
        "api": spec.name,
        "operation": operation.id,
        "method": operation.method,
        "path": operation.path,
        "action": operation.action_name,
        "hosts": [*spec.hosts],
        "summary": document.get(spec.document, operation.pointer).get("summary", ""),
    }


def _try(change: Callable[[], object]) -> None:
    try:
        change()
    except Unknown as error:
        raise Unusable(str(error), [*error.valid]) from error


def _no_task(task_id: str) -> Answer:
    return missing(f"no task {task_id!r}")
