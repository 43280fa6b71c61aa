"""The export tasks of huaweicloudsdkiotda, each call in one line."""

from __future__ import annotations

from typing import Any

from huaweicloudsdkiotda.v5 import (
    AddExportTask,
    CreateExportTaskRequest,
    DeleteExportTaskRequest,
    ListExportTasksRequest,
    ShowExportTaskRequest,
)

from tests.clients.control import Mock

API = "huawei-iotda"
BATCH_TASK = "5f433ce0c24389024365fdfa"
APPLICATION = "jeQDJQZltU8iKgFFoW060F5SGZka"
UNKNOWN_TASK = "0123456789abcdef01234567"
CREATION = {"resource_type": "BatchTask", "resource_condition": {"task_id": BATCH_TASK}}


def new_batch_tasks(mock: Mock, count: int) -> list[str]:
    """The ids of so many further batch tasks, which exist from now on."""
    ids = [f"{number:024x}" for number in range(count)]
    for batch_task in ids:
        mock.exist(API, "batch-task", batch_task)
    return ids


def ask_creation(client: Any, **changes: Any) -> Any:
    """The new task as the SDK describes it; a member that is changed to None is left out."""
    return client.create_export_task(CreateExportTaskRequest(body=AddExportTask(**(CREATION | changes))))


def create(client: Any, batch_task: str = BATCH_TASK, **changes: Any) -> str:
    """The id of a new task."""
    return str(ask_creation(client, resource_condition={"task_id": batch_task}, **changes).export_task_id)


def list_tasks(client: Any, **query: Any) -> Any:
    return client.list_export_tasks(ListExportTasksRequest(**({"resource_type": "BatchTask"} | query)))


def ids(page: Any) -> list[str]:
    return [task.export_task_id for task in page.export_tasks]


def download(client: Any, task_id: str) -> bytes:
    return bytes(client.show_export_task(ShowExportTaskRequest(export_task_id=task_id)).raw_content)


def delete(client: Any, task_id: str) -> Any:
    return client.delete_export_task(DeleteExportTaskRequest(export_task_id=task_id))
