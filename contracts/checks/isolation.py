"""What one account creates is its own: another one neither sees it, nor changes it, nor takes it away."""

from __future__ import annotations

from dataclasses import replace

from contracts.calls.client import Api, Reply
from contracts.calls.composing import takes_token
from contracts.check import Broken, NotObserved, check
from contracts.expect import error_code, expect_refused, require_accepted
from contracts.files.links import as_link, as_request, is_linked, link_to, presign
from contracts.situations.lists import Page, ask, bound_to, listing_of, scope
from contracts.situations.sights import see
from contracts.situations.successes import succeed
from contracts.situations.tasks import finished_task, naming, start, with_resources
from contracts.values import altered, put
from openapi.clauses import Clause, ClauseKind
from openapi.members import marked, takes_task
from openapi.model import Action, Json, Operation
from openapi.reasons import Reason

MADE_ANEW = frozenset({"task.link", "request.id", "tasks.count", "tasks.last", "tasks"})


def _is_about_tasks(clause: Clause) -> bool:
    """Whether it is said of what an operation does to a task, and not of what is used up."""
    return isinstance(clause.detail, Operation) and not clause.subject


def _lists(clause: Clause) -> bool:
    return _is_about_tasks(clause) and bool(clause.detail.action is Action.LIST)


def _names_a_task(clause: Clause) -> bool:
    return _is_about_tasks(clause) and not _lists(clause)


def _names_several_tasks(clause: Clause) -> bool:
    return _is_about_tasks(clause) and "task.ids" in marked(clause.detail, "x-bind")


def _names_a_project(clause: Clause) -> bool:
    return _is_about_tasks(clause) and bool(marked(clause.detail, "x-tenant"))


@check(ClauseKind.ISOLATION, when=_lists)
def lists_the_tasks_of_the_caller_alone(api: Api, clause: Clause) -> None:
    """Each of two accounts finds the task that it created, and not that of the other; the total counts its own."""
    operation, other = api.operation(clause.operation), api.as_account("second")
    before = {which: _page(each, operation) for which, each in (("first", api), ("second", other))}
    tasks = {"first": start(api), "second": start(other)}
    for which, each in (("first", api), ("second", other)):
        page = _page(each, operation)
        own, foreign = tasks[which], tasks["second" if which == "first" else "first"]
        if own not in page.ids:
            raise Broken(f"the task of the {which} account in its own list", page.reply)
        if foreign in page.ids and foreign != own:
            raise Broken(f"no task of another account in the list of the {which}", page.reply)
        if isinstance(page.total, int) and page.total != _expected_total(before[which], page, page.total):
            raise Broken(f"a total that counts the tasks of the {which} account alone", page.reply, f"{page.total}")


@check(ClauseKind.ISOLATION, when=_lists)
def finds_no_task_of_another_account_by_its_id(api: Api, clause: Clause) -> None:
    """Asked for the very task of another account, a list is as empty as for a task that does not exist."""
    operation, other = api.operation(clause.operation), api.as_account("second")
    filters = [each for each in listing_of(operation).filters if bound_to(operation, each.field) == "task.id"]
    task = start(api)
    require_accepted(_page(other, operation).reply, "the list of the other account")
    for rule in filters:
        own = ask(api, operation, scope(api, operation) | {rule.parameter: task})
        if task not in own.ids:
            raise NotObserved(f"its own account does not find the task by {rule.parameter} either")
        foreign = ask(other, operation, scope(other, operation) | {rule.parameter: task})
        if foreign.ids or foreign.total not in (None, 0):
            raise Broken(f"nothing found by {rule.parameter}: the task of another account", foreign.reply)


@check(ClauseKind.ISOLATION, when=_names_a_task)
def keeps_the_task_of_another_account_out_of_reach(api: Api, clause: Clause) -> None:
    """To another account the task is as one that does not exist; to its own it is there as before."""
    operation, other = api.operation(clause.operation), api.as_account("second")
    if is_linked(api, operation):
        _keep_the_file_out_of_reach(api, operation, other)
        return
    if not takes_task(operation):
        raise NotObserved("the operation names no task")
    require_accepted(succeed(api, operation), "the call of the task's own account")
    task = finished_task(api)
    before = _state(api, task)
    reply = other.call(operation, naming(operation, task, with_resources(other, operation)))
    unknown = other.call(operation, naming(operation, altered(task), with_resources(other, operation)))
    _expect_missing(other, operation, reply)
    _expect_alike(reply, unknown)
    _expect_unharmed(api, task, before, reply)
    own = api.call(operation, naming(operation, task, with_resources(api, operation)))
    if not own.accepted:
        raise Broken("the task still in reach of its own account", own)


@check(ClauseKind.ISOLATION, when=_names_several_tasks)
def passes_over_the_task_of_another_account_beside_an_own_one(api: Api, clause: Clause) -> None:
    """Named together with a task of the caller, that of another account is left alone, or all are refused."""
    operation, other = api.operation(clause.operation), api.as_account("second")
    task, own = finished_task(api), start(other)
    before, given = _state(api, task), with_resources(other, operation)
    for member in marked(operation, "x-bind").get("task.ids", ()):
        given = put(given, member, [own, task])
    _expect_unharmed(api, task, before, other.call(operation, given))


@check(ClauseKind.ISOLATION, when=_names_a_project)
def refuses_the_project_of_another_account(api: Api, clause: Clause) -> None:
    """In every scheme: with the credentials of one account, a request in the project of another is refused."""
    operation, other = api.operation(clause.operation), api.as_account("second")
    if not api.account.project or api.account.project == other.account.project:
        raise NotObserved("the accounts do not have a project each, as far as is known")
    given = with_resources(api, operation)
    if takes_task(operation):
        given = naming(operation, finished_task(api), given)
    for member in [each for found in marked(operation, "x-tenant").values() for each in found]:
        for scheme in _usable(operation, other):
            reply = other.call(operation, put(given, member, api.account.project), scheme=scheme)
            situation = f"the project of another account, with {scheme}"
            expect_refused(api, operation, reply, Reason.FOREIGN_PROJECT, situation=situation)


def _usable(operation: Operation, caller: Api) -> list[str]:
    """The schemes for which an account has what it takes."""
    has_token = bool(caller.account.token)
    return [each for each in operation.schemes if has_token or not takes_token(each)]


def _state(api: Api, task: str) -> dict[str, Json]:
    """All that is told of a task to its own account, but what is made anew for each answer."""
    found = see(api, task)
    if found is None:
        raise NotObserved("the task is not shown to its own account")
    return {name: value for name, value in found.values.items() if name not in MADE_ANEW}


def _expect_unharmed(api: Api, task: str, before: dict[str, Json], reply: Reply) -> None:
    found = see(api, task)
    if found is None:
        raise Broken("the task still there for its own account", reply, "it is gone")
    after = {name: value for name, value in found.values.items() if name not in MADE_ANEW}
    changed = [name for name in before.keys() | after.keys() if before.get(name) != after.get(name)]
    if changed:
        raise Broken("the task as it was before another account named it", reply, f"another {min(changed)}")


def _expect_alike(reply: Reply, unknown: Reply) -> None:
    """Nothing but the ids tells the two refusals apart, so that nobody learns which tasks others have."""
    if (reply.status, reply.error_code) != (unknown.status, unknown.error_code):
        expected = f"{unknown.status} {unknown.error_code}, as for a task that does not exist"
        raise Broken(expected, reply, f"{reply.status} {reply.error_code}")


def _page(api: Api, operation: Operation) -> Page:
    return ask(api, operation, scope(api, operation))


def _expected_total(before: Page, page: Page, total: int) -> int:
    """How many tasks there are: those of a page that shows all; else one more than before.

    Only a page tells that a task took the place of another, of the same conditions or the earliest.
    """
    return len(page.ids) if len(page.ids) >= total else _count(before) + 1


def _count(page: Page) -> int:
    return page.total if isinstance(page.total, int) else len(page.ids)


def _expect_missing(api: Api, operation: Operation, reply: Reply) -> None:
    situation = "the task of another account"
    if operation.missing == "refuse":
        expect_refused(api, operation, reply, Reason.TASK_MISSING, situation=situation)
    elif not reply.accepted and not reply.error_code:
        raise Broken(f"answered as about no task: {situation}", reply)


def _keep_the_file_out_of_reach(api: Api, operation: Operation, other: Api) -> None:
    """Neither a link that another account signs, nor its own link with the path of the file, leads to the file."""
    link = link_to(api, finished_task(api))
    if not api.follow(operation, link).accepted:
        raise NotObserved("the link does not lead to the file")
    path = as_request(link).path
    reasons = (Reason.TASK_MISSING, Reason.FILE_GONE, Reason.LINK_FORGED)
    codes = sorted({code.code for reason in reasons if (code := error_code(api, operation, reason))})
    for told, foreign in (
        ("a link that another account signed", presign(api, link, path, other.account)),
        ("a link to another file with the path of this one", _with_path(link_to(other, finished_task(other)), path)),
    ):
        reply = other.follow(operation, foreign)
        if reply.accepted or reply.error_code not in codes:
            raise Broken(f"refused as {' or '.join(codes)}: {told}", reply)


def _with_path(link: str, path: str) -> str:
    return as_link(link, replace(as_request(link), path=path))
