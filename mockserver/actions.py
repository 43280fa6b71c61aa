"""What an operation does: one function per `x-action`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from mockserver.admission import choose_leaving
from mockserver.facts import Call, Outcome
from mockserver.faults.effects import Name
from mockserver.faults.waiting import OF_A_TASK
from mockserver.flaws import Visible, has
from mockserver.lines import Part
from mockserver.refusal import Refusal
from mockserver.service import Service
from mockserver.store import Holdings, Shown, Store
from mockserver.task import Failure, Task, phase
from openapi.model import Action
from openapi.reasons import Reason

Act = Callable[[Service, Call, Holdings], Outcome]


def create_task(service: Service, call: Call, holdings: Holdings) -> Outcome:
    """A new task, in the place of one with the same conditions where the provider overwrites."""
    if call.trouble is not None:
        raise call.trouble
    task = service.new_task(call)
    replaced = holdings.same(task.same) if task.same else None
    gone = choose_leaving(service.quotas, holdings, replaced, call.now)
    if service.faults.are_waiting:
        task = _flawed(service, call, task, _latest(holdings, gone))
    for each in gone:
        holdings.remove(each.id)
    holdings.add(task)
    service.prepare(call, task)
    return Outcome(task)


def list_tasks(service: Service, call: Call, holdings: Holdings) -> Outcome:
    """One page of the caller's tasks."""
    lister = service.listers[call.operation.id]
    return lister.page(call, _visible(service, holdings, call.now), service.facts(call, Outcome()))


def show_task(service: Service, call: Call, holdings: Holdings) -> Outcome:
    """The task, in a phase in which the operation takes it; also where its file is."""
    (task,) = _find(service, call, holdings)
    _refuse_phase(call, task)
    return Outcome(task)


def download_file(service: Service, call: Call, holdings: Holdings) -> Outcome:
    """The task whose file is sent; `count_download` follows when it is."""
    (task,) = _find(service, call, holdings)
    _refuse_phase(call, task)
    if has(task, Name.FILE_GONE):
        raise Refusal(Reason.FILE_GONE, f"the file of task {task.id} is gone", id=task.id)
    return Outcome(task)


def count_download(store: Store, task: Task, now: float) -> None:
    """Have a task count as downloaded from now on. Raises StoreError."""
    if task.downloaded is None:
        with store.holdings(task.api, task.account) as holdings:
            found = holdings.get(task.id)
            if found is not None and found.downloaded is None:
                holdings.replace(replace(found, downloaded=now))


def delete_tasks(service: Service, call: Call, holdings: Holdings) -> Outcome:
    """The tasks that are gone now; nothing is deleted when one of them is refused."""
    tasks = _find(service, call, holdings)
    for task in tasks:
        _refuse_phase(call, task)
    for task in tasks:
        holdings.remove(task.id)
    return Outcome(task=tasks[0] if tasks else None, tasks=tasks)


def issue_token(service: Service, call: Call, _: Holdings) -> Outcome:
    """A token for whoever knows the password."""
    said = service.bound(call)
    domain, name, password = (str(said.get(f"user.{part}")) for part in ("domain", "name", "password"))
    account = service.accounts.by_password(domain, name, password)
    if account is None:
        raise Refusal(Reason.WRONG_PASSWORD, "the user name or the password is wrong")
    expires = call.now + call.spec.authentication.token_seconds
    values = {
        "token.value": service.tokens.issue(account.number, expires),
        "token.issued": call.now,
        "token.expires": expires,
        "project.name": said.get("project.name"),
        "project.id": account.project,
        "account.name": account.name,
        "account.domain": account.domain,
        "account.project": account.project,
        "account.number": account.number,
    }
    return Outcome(values=values)


def list_projects(service: Service, call: Call, _: Holdings) -> Outcome:
    """The caller's one project, which stands for every region that is asked for."""
    project = call.account.project if call.account else None
    values = {"project.id": project, "project.name": service.bound(call).get("project.name")}
    return Outcome(total=1, values=values)


ACTIONS: Mapping[Action, Act] = {
    Action.CREATE: create_task,
    Action.LIST: list_tasks,
    Action.SHOW: show_task,
    Action.LINK: show_task,
    Action.DOWNLOAD: download_file,
    Action.DELETE: delete_tasks,
    Action.ISSUE_TOKEN: issue_token,
    Action.LIST_PROJECTS: list_projects,
}


def _latest(holdings: Holdings, gone: Collection[Task]) -> Task | None:
    """The newest task that stays."""
    ids = {task.id for task in gone}
    newest, _ = holdings.page("", Part(newest_first=True, skip=0, size=len(ids) + 1))
    return next((task for task in newest if task.id not in ids), None)


def _flawed(service: Service, call: Call, task: Task, latest: Task | None) -> Task:
    """The task as the faults have it that its creation meets; `latest` is the one before it."""
    for hit in service.faults.meet(call.operation, task.account, OF_A_TASK, second=latest is not None):
        task = service.flawed(call, task, hit, latest)
    return task


def _visible(service: Service, holdings: Holdings, now: float) -> Shown:
    return Visible(holdings, now) if now < service.faults.hidden_until else holdings


def _find(service: Service, call: Call, holdings: Holdings) -> list[Task]:
    """The caller's tasks that the arguments name; one that is not there is refused, or left out if the spec says so."""
    said, shown = service.bound(call), _visible(service, holdings, call.now)
    if "task.file.name" in said:
        named = [(str(said["task.file.name"]), shown.named(str(said["task.file.name"])))]
    else:
        ids = said.get("task.ids", said.get("task.id"))
        wanted = ids if isinstance(ids, list) else [ids] if ids is not None else []
        named = [(str(each), shown.get(str(each))) for each in wanted]
    for name, task in named:
        if (task is None or not _belongs(service, call, task)) and call.operation.missing == "refuse":
            raise Refusal(Reason.TASK_MISSING, f"there is no task {name[:100]}", id=name[:100])
    return [task for _, task in named if task is not None and _belongs(service, call, task)]


def _belongs(service: Service, call: Call, task: Task) -> bool:
    """Whether the task was made for the resources that the request names, such as the server in its path."""
    named = [mark for mark in service.references[call.operation.id] if mark.read(call.arguments) is not None]
    made_for = {(m.value, m.read(task.arguments)) for m in service.references.get(task.operation, ())}
    return all((mark.value, mark.read(call.arguments)) in made_for for mark in named)


def _refuse_phase(call: Call, task: Task) -> None:
    found = phase(task, call.now)
    if found in call.operation.phase_refusals:
        reason, _ = call.operation.phase_refusals[found]
        failure = task.failure or Failure("", "")
        raise Refusal(reason, f"task {task.id} is {found}", id=task.id, value=failure.message)
