"""The export tasks of the stand-in: their rules, their lives, their files."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import xlwt

from tests.contracts.standin.access import Holder
from tests.contracts.standin.behaviour import Behaviour, Fault
from tests.contracts.standin.refusals import MISSING, NO_BATCH_TASK, TOO_MANY, TOO_SOON, UNFINISHED, Refused, invalid

KEPT, AT_ONCE = 50, 5  # tasks of one account: at all, and unfinished
ROWS = 4
CONDITIONS = ("resource_type", "resource_condition", "app_type", "app_id")
FILTERS = ("resource_type", "resource_condition", "app_id")
SHOWN = ("resource_type", "resource_condition", "export_format", "app_type", "app_id")
BATCH_TASKS = {"5f433ce0c24389024365fdfa", *(f"5f433ce0c2438902436500{number:02x}" for number in range(99))}
APPLICATIONS = {  # id: the code that refuses it
    "jeQDJQZltU8iKgFFoW060F5SGZka": "",
    "SecondSpaceU8iKgFFoW060F5SGZ": "",
    "unauthorizedU8iKgFFoW060F5SG": "IOTDA.001002",
    "foreignltU8iKgFFoW060F5SGZka": "IOTDA.001007",
}


@dataclass(frozen=True)
class Task:
    """An export task; where it stands is a matter of the time."""

    id: str
    owner: str
    given: Mapping[str, Any]
    created: float
    seconds: float

    def is_over(self, now: float) -> bool:
        """Whether it has ended."""
        return now >= self.created + self.seconds


class Exports:
    """Every task there is."""

    def __init__(self, behaviour: Behaviour) -> None:
        self._behaviour = behaviour
        self._tasks: dict[str, Task] = {}
        self._deleted: dict[str, Task] = {}
        self._serial = 0
        self._downloads: dict[str, float] = {}  # by account: when the last one was

    def create(self, holder: Holder, body: bytes, now: float) -> dict[str, Any]:
        """A new task, as an answer shows it."""
        given = self._read(body)
        self._check_application(given)
        if given["resource_condition"]["task_id"] not in BATCH_TASKS:
            raise Refused(*NO_BATCH_TASK)
        own = [each for each in self._tasks.values() if each.owner == holder.key]
        same = [each for each in own if all(each.given.get(name) == given.get(name) for name in CONDITIONS)]
        if same and self._behaviour.replaces:
            del self._tasks[same[0].id]
            own.remove(same[0])
        most = AT_ONCE + self._behaviour.has(Fault.ONE_TASK_TOO_MANY)
        if sum(not each.is_over(now) for each in own) >= most:
            raise Refused(*TOO_MANY)
        if len(own) >= KEPT and not self._behaviour.has(Fault.NOBODY_LEAVES):
            del self._tasks[min(each.id for each in own)]
        self._serial += 1
        seconds = 1e9 if self._behaviour.has(Fault.NEVER_ENDS) else self._behaviour.seconds
        task = Task(f"{int(now):08x}{self._serial:016x}", holder.key, given, now, seconds)
        self._tasks[task.id] = task
        return self._shown(task, now)

    def ids(self) -> set[str]:
        """Of every task of every account."""
        return set(self._tasks)

    def list(self, holder: Holder, query: Mapping[str, str], now: float) -> dict[str, Any]:
        """A page of the account's tasks, the latest first."""
        self._check_query(query)
        everybody = self._behaviour.has(Fault.EVERYBODYS_TASKS)
        found = [each for each in self._tasks.values() if everybody or each.owner == holder.key]
        for name in FILTERS:
            if name in query and not (name == "app_id" and self._behaviour.has(Fault.FILTER_IGNORED)):
                wanted = read_json(query[name]) if name == "resource_condition" else query[name]
                found = [each for each in found if each.given.get(name) == wanted]
        found.sort(key=lambda each: each.id, reverse=not self._behaviour.has(Fault.OLDEST_FIRST))
        limit = int(query.get("limit", 20 if self._behaviour.has(Fault.PAGE_OF_TWENTY) else 10))
        marker = query.get("marker", "f" * 24).lower()
        offset = 0 if self._behaviour.has(Fault.OFFSET_IGNORED) else int(query.get("offset", 0))
        page = [each for each in found if each.id < marker][offset : offset + limit]
        total = len(page) if self._behaviour.has(Fault.TOTAL_OF_THE_PAGE) else len(found)
        last = {"marker": page[-1].id} if page else {}
        return {"export_tasks": [self._shown(each, now) for each in page], "page": {"count": total, **last}}

    def delete(self, holder: Holder, task_id: str) -> None:
        """Forget a task."""
        task = self._own(holder, task_id)
        self._deleted[task.id] = self._tasks.pop(task.id)

    def download(self, holder: Holder, task_id: str, now: float) -> bytes:
        """The file of a task that has ended."""
        last = self._downloads.get(holder.key, 0)
        if now - last < self._behaviour.pause and not self._behaviour.has(Fault.NO_PAUSE):
            raise Refused(*TOO_SOON)
        self._downloads[holder.key] = now
        left = self._deleted.get(task_id) if self._behaviour.has(Fault.DELETED_FILE_SERVED) else None
        task = left or self._own(holder, task_id)
        if not task.is_over(now):
            raise Refused(*UNFINISHED)
        rows = ROWS - self._behaviour.has(Fault.FEWER_ROWS)
        book = workbook(rows)
        return packed(f"{task.id}.xls", book) if self._behaviour.packed else book

    def _own(self, holder: Holder, task_id: str) -> Task:
        task = self._tasks.get(task_id)
        if task is None or task.owner != holder.key:
            raise Refused(*MISSING)
        return task

    def _read(self, body: bytes) -> dict[str, Any]:
        malformed = Refused(400, "IOTDA.000008", "Invalid input. The request format is invalid.")
        swapped = self._behaviour.has(Fault.CODES_SWAPPED)
        if not body.strip():
            raise invalid("The body is empty.")
        try:
            given = json.loads(body.decode())
        except (ValueError, RecursionError):
            raise invalid("No JSON.") if swapped else malformed from None
        wrong = "an object is expected" if not isinstance(given, dict) else wrong_member(given)
        if wrong:
            raise malformed if swapped else invalid(wrong)
        return {"export_format": "xls", "app_type": "GLOBAL", **{name: given[name] for name in SHOWN if name in given}}

    def _check_query(self, query: Mapping[str, str]) -> None:
        most = 51 if self._behaviour.has(Fault.LIMIT_OF_51) else 50
        for name, code, high in (("limit", "IOTDA.000017", most), ("offset", "IOTDA.000006", 500)):
            text = query.get(name, "1")
            if not re.fullmatch(r"-?[0-9]{1,18}", text):
                raise invalid(f"{name} is no number.")
            if not (1 if name == "limit" else 0) <= int(text) <= high:
                raise Refused(400, code, f"Invalid input. The specified parameter '{name}' is out of range.")
        if not re.fullmatch("[0-9a-fA-F]{24}", query.get("marker", "f" * 24)):
            raise Refused(400, "IOTDA.000018", "Invalid input. The specified parameter 'marker' is out of range.")
        condition = read_json(query.get("resource_condition", ""))
        given = {**query, "resource_condition": condition if isinstance(condition, dict) else {}}  # then of no task
        wrong = wrong_member(given, is_query=True)
        if wrong:
            raise invalid(wrong)
        self._check_application(query)

    def _check_application(self, given: Mapping[str, Any]) -> None:
        code = APPLICATIONS.get(given["app_id"], "IOTDA.001000") if given.get("app_id") else ""
        if code:
            raise Refused(403, code, "Operation not allowed.")

    def _shown(self, task: Task, now: float) -> dict[str, Any]:
        over, first = task.is_over(now), self._behaviour.first_progress
        share = 1.0 if over else (now - task.created) / task.seconds
        if self._behaviour.has(Fault.PROGRESS_FALLS) and not over:
            share = 0.9 - share / 2
        back = self._behaviour.has(Fault.ENDS_BEFORE_IT_BEGINS)
        ended = {"end_time": stamp(task.created + (-5 if back else task.seconds))} if over else {}
        return {
            "export_task_id": task.id,
            **{name: task.given[name] for name in SHOWN if name in task.given},
            "status": "Success" if over else "Processing",
            "export_count": ROWS if over else 0,
            "progress": max(first, int(4 * share) * 25),
            "create_time": stamp(task.created),
            **ended,
        }


def read_json(text: str) -> Any:
    """What a text says; None for what is no JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def wrong_member(given: Mapping[str, Any], *, is_query: bool = False) -> str:
    """What is wrong with the members of a creation or a query; empty where nothing is."""
    condition, app = given.get("resource_condition"), given.get("app_id", "")
    if given.get("resource_type") != "BatchTask":
        return "resource_type has to be BatchTask."
    if not isinstance(condition, dict):
        return "resource_condition has to be an object."
    task = condition.get("task_id", "0" if is_query else None)
    if not isinstance(task, str) or (not is_query and not re.fullmatch("[a-f0-9]{1,24}", task)):
        return "resource_condition.task_id has to be the id of a batch task."
    if given.get("export_format", "xls") != "xls" or given.get("app_type", "APP") not in ("GLOBAL", "APP"):
        return "export_format or app_type is unknown."
    if not isinstance(app, str) or not re.fullmatch("[A-Za-z0-9_-]{0,36}", app):
        return "app_id has to be the id of an application."
    return ""


def stamp(moment: float) -> str:
    """yyyy-MM-dd'T'HH:mm:ss.SSS'Z'."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def workbook(rows: int) -> bytes:
    """The results of a batch task, a row for each device."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("results")
    results = [(f"device-{number}", "Success") for number in range(rows)]
    for line, values in enumerate([("device", "result"), *results]):
        for column, value in enumerate(values):
            sheet.write(line, column, value)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def packed(name: str, content: bytes) -> bytes:
    """A zip archive with one file in it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return file.getvalue()
