"""The documented conditions under which a new task takes the place of an earlier one."""

from __future__ import annotations

from contracts.calls.client import Api
from contracts.check import Broken, NotObserved, check
from contracts.situations.lists import ask, list_operation, scope_like
from contracts.situations.sights import see
from contracts.situations.tasks import start, wait_for, with_resources
from contracts.situations.varied import GAP, values_for
from contracts.values import Arguments
from openapi.clauses import Clause, ClauseKind
from openapi.model import Json, Operation, Phase


@check(ClauseKind.OVERWRITE)
def replaces_a_task_with_the_same_conditions(api: Api, clause: Clause) -> None:
    """Of two tasks with the same conditions the earlier is gone, and the later is listed once."""
    operation = api.operation(clause.operation)
    given = with_resources(api, operation)
    earlier = start(api, operation, given)
    if see(api, earlier) is None:
        raise NotObserved("the first task was not listed to begin with")
    api.target.wait(GAP)
    later = start(api, operation, given)
    if later != earlier and see(api, earlier) is not None:
        raise Broken("the earlier of two tasks with the same conditions gone", received="it is still there")
    found = _listed(api, given)
    if found.count(later) != 1:
        raise Broken("the later task listed once", received=f"it is listed {found.count(later)} times")


@check(ClauseKind.OVERWRITE)
def keeps_a_task_with_other_conditions(api: Api, clause: Clause) -> None:
    """A task that differs in one of the conditions alone leaves the earlier one where it is."""
    operation, told = api.operation(clause.operation), False
    names = clause.value if isinstance(clause.value, list) else []
    for name in map(str, names):
        other = _other(api, operation, name)
        if other is None:
            continue
        given = with_resources(api, operation)
        earlier = start(api, operation, given)
        api.target.wait(GAP)
        later = start(api, operation, {**given, name: other})
        gone = [task for task in (earlier, later) if see(api, task) is None]
        if gone:
            raise Broken(f"both tasks kept, as they differ in {name}", received=f"{len(gone)} of them gone")
        wait_for(api, later, Phase.SUCCEEDED)  # so that no quota of unfinished tasks is used up
        told = True
    if not told:
        raise NotObserved("none of the conditions takes two values")


def _other(api: Api, operation: Operation, name: str) -> Json:
    """Another value of an argument than that of the example; None where none is known."""
    used = with_resources(api, operation).get(name)
    return next((value for value in values_for(api, operation, name) if value != used), None)


def _listed(api: Api, created: Arguments) -> list[str]:
    operation = list_operation(api)
    if operation is None:
        raise NotObserved("no operation of this API lists tasks")
    page = ask(api, operation, scope_like(api, operation, created))
    return [str(values.get("task.id")) for _, values in page.everything()]
