"""The checks of what is left of a deleted task."""

import json
from dataclasses import replace

import pytest

from contracts.judgement import Verdict
from openapi.clauses import ClauseKind
from openapi.messages import Request, Response
from tests.contracts.bent import judged
from tests.contracts.checks.foreign import judged_from_outside
from tests.contracts.checks.tampered import body_of, judged_behind
from tests.contracts.checks.verdicts import HELD, clauses_of, verdict
from tests.contracts.fuzz.tampering import Forward

ALL = clauses_of(ClauseKind.DELETION)
BAIDU = "baidu-bls/DeleteDownloadTask/deletion"


class Keeper:
    """Deletes a task, but goes on answering what it once answered below a path; or forgets all other tasks too."""

    def __init__(self, path: str, *, empties_lists: bool = False) -> None:
        self._path = path
        self._empties_lists = empties_lists
        self._kept: dict[str, Response] = {}
        self._deleted: set[str] = set()

    def __call__(self, request: Request, send: Forward) -> Response:
        if request.method == "DELETE":
            self._deleted.add(request.path.rpartition("/")[2])
        if request.path.endswith("/list") and self._empties_lists and self._deleted:
            response = send(request)
            body = body_of(response)
            body["result"]["tasks"] = []
            return replace(response, body=json.dumps(body).encode())
        task = request.path.rpartition("/")[2]
        if request.method != "GET" or not request.path.startswith(self._path):
            return send(request)
        if task in self._deleted and request.path in self._kept:
            return self._kept[request.path]
        response = send(request)
        self._kept[request.path] = response = replace(response, body=b"".join(_pieces(response)))
        return response


def _pieces(response: Response) -> list[bytes]:
    return [response.body] if isinstance(response.body, bytes) else list(response.body)


@pytest.mark.parametrize("clause_id", ALL)
def test_a_clause_is_held_by_the_mock(clause_id: str) -> None:
    assert verdict(clause_id) == HELD


@pytest.mark.parametrize("subject", ["", "file/"])
def test_a_deletion_that_deletes_nothing_breaks_both_clauses(subject: str) -> None:
    changes = {"/components/schemas/DeleteExportTasksBody/properties/task_ids/x-bind": "nothing"}
    assert judged(f"huawei-workspace/DeleteExportTasks/{subject}deletion", changes).verdict is Verdict.BROKEN


def test_a_server_that_still_shows_a_deleted_task_breaks_the_clause() -> None:
    found = judged_behind(BAIDU, Keeper("/v2/logstore/download/"))
    assert found.reason == "refused by DescribeDownloadTask: the task was deleted"


def test_a_server_that_loses_another_task_breaks_the_clause() -> None:
    found = judged_behind(BAIDU, Keeper("/nowhere", empties_lists=True))
    assert found.reason == "the task that nobody deleted listed"


def test_a_server_that_keeps_the_file_of_a_deleted_task_breaks_the_clause() -> None:
    found = judged_behind("baidu-bls/DeleteDownloadTask/file/deletion", Keeper("/bls-download/"))
    assert (found.verdict, found.reason) == (Verdict.BROKEN, "no file: its task was deleted")


@pytest.mark.parametrize("clause_id", ALL)
def test_a_server_without_a_control_plane_is_judged_too(clause_id: str) -> None:
    assert judged_from_outside(clause_id).verdict is Verdict.HELD
