"""Tasks to put into stores."""

from dataclasses import replace

from mockserver.store import Holdings
from mockserver.task import Task


def task(task_id: str, **changes: object) -> Task:
    plain = Task(task_id, "api", "Create", "1", "", {"a": [1]}, "seed", "", f"{task_id}.csv", 0, 1, 2, 3)
    return replace(plain, **changes)  # type: ignore[arg-type]


def ids(holdings: Holdings, scope: str = "", *, newest_first: bool = False) -> list[str]:
    return [each.id for each in holdings.tasks(scope, newest_first=newest_first)]
