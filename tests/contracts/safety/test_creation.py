"""What an answer to a creation says of it: there is a task, there is none, or nobody knows."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from contracts.profiles import Allowance, Profile
from contracts.safety.conditions import conditions_of
from contracts.safety.creation import witnessed
from contracts.safety.guard import Clock, guard_of
from contracts.safety.journal import Journal, JournalError, State
from contracts.target import Account, Errand, Unreachable
from contracts.targets.cloud import Cloud
from openapi.messages import Credentials, Request, Response
from tests.contracts.bent import spec
from tests.contracts.safety.test_journal import CREATE, HEAD, NAME, REQUEST, lines

IOTDA = spec("huawei-iotda")
EXPORT = Errand(IOTDA, IOTDA.operations["CreateExportTask"])
ENVELOPE = {"Error": {"Code": "LimitExceeded.Export", "Message": "m"}, "RequestId": "r"}


def response(status: int, body: object) -> Response:
    return Response(status, {"content-type": "application/json"}, json.dumps(body).encode())


def error(code: str) -> dict[str, object]:
    return {"Response": ENVELOPE | {"Error": {"Code": code, "Message": "m"}}}


ANSWERS = {
    "an id of a task": (CREATE, response(200, {"Response": {"ExportId": "e1", "RequestId": "r"}}), State.MADE),
    "an id in an answer that is broken otherwise": (
        CREATE,
        response(202, {"Response": {"ExportId": "e1"}, "X": 1}),
        State.MADE,
    ),
    "a refusal with status 200": (CREATE, response(200, error("LimitExceeded.Export")), State.REFUSED),
    "an error of the server with status 200": (CREATE, response(200, error("InternalError")), State.UNKNOWN),
    "no answer of this API": (CREATE, response(200, {"hello": "world"}), State.UNKNOWN),
    "a refusal with a status": (EXPORT, response(400, {"error_code": "IOTDA.000006", "error_msg": ""}), State.REFUSED),
    "a refusal in no known form": (EXPORT, Response(403, {}, b"<html>no</html>"), State.REFUSED),
    "a time-out on the way": (EXPORT, Response(504, {}, b"<html>later</html>"), State.UNKNOWN),
    "a time-out of the request": (EXPORT, response(408, {}), State.UNKNOWN),
    "a redirect": (EXPORT, Response(302, {"location": "/"}, b""), State.UNKNOWN),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_says_what_became_of_a_creation(tmp_path: Path, name: str) -> None:
    errand, answer, state = ANSWERS[name]
    journal = Journal.open(tmp_path / "j", HEAD)
    assert witnessed(journal, errand, REQUEST, lambda: answer, lambda: datetime.now(UTC)) is answer
    assert journal.entries[0].state is state
    assert lines(journal.path)[-1]["state"] == state.value


class Wire:
    """Answers each request as a function says, which may look at what is on disk by then."""

    def __init__(self, path: Path, *answers: Response | BaseException) -> None:
        self._path, self._answers = path, iter(answers)
        self.seen: list[list[object]] = []  # the states on disk, at each request

    def send(self, _: Request, __: str = "") -> Response:
        self.seen.append([each.get("state") for each in lines(self._path)[1:]])
        answer = next(self._answers)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def close(self) -> None:
        """Nothing is held."""


def cloud(journal: Journal, wire: Wire) -> Cloud:
    profile = Profile(accounts={"first": Account(Credentials("k", "s"))}, allow=Allowance(create=True))
    guard = guard_of(profile, "https://here", clock=Clock(sleep=lambda _: None))
    target = Cloud("https://here", wire, profile, guard, 9)
    target.journal = journal
    return target


def test_each_attempt_at_a_creation_is_on_disk_before_it_is_sent(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "j", HEAD)
    wire = Wire(
        journal.path,
        Unreachable("reset", may_have_arrived=False),
        response(200, {"Response": {"ExportId": "e", "RequestId": "r"}}),
    )
    cloud(journal, wire).send(REQUEST, CREATE)
    assert wire.seen == [["intended"], ["intended", "refused", "intended"]]
    assert [(each.state, each.task) for each in journal.entries] == [(State.REFUSED, ""), (State.MADE, "e")]


def test_a_creation_that_may_have_arrived_is_unknown(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "j", HEAD)
    with pytest.raises(Unreachable):
        cloud(journal, Wire(journal.path, *[Unreachable("reset")] * 3)).send(REQUEST, CREATE)
    assert [(each.state, each.why) for each in journal.entries] == [(State.UNKNOWN, "reset")] * 3


def test_a_creation_that_is_interrupted_stays_intended(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "j", HEAD)
    with pytest.raises(KeyboardInterrupt):
        cloud(journal, Wire(journal.path, KeyboardInterrupt())).send(REQUEST, CREATE)
    assert [each.state for each in journal.open_entries()] == [State.INTENDED]


def test_a_creation_is_known_by_what_it_does_whatever_it_is_sent_for(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "j", HEAD)
    body = b'{"resource_type": "BatchTask", "resource_condition": {"task_id": "5f"}}'
    request = Request("POST", "/v5/iot/0123/export-tasks", headers={"content-type": "application/json"}, body=body)
    answer = response(201, {"export_task_id": "e1"})
    cloud(journal, Wire(journal.path, answer)).send(request, Errand(IOTDA, IOTDA.operations["ListExportTasks"]))
    assert [(each.creation.operation, each.task) for each in journal.entries] == [("CreateExportTask", "e1")]


def test_what_creates_nothing_is_not_written(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "j", HEAD)
    listing = Errand(spec(NAME), spec(NAME).operations["DescribeExports"])
    cloud(journal, Wire(journal.path, response(200, {}))).send(REQUEST, listing)
    assert journal.entries == []


def test_nothing_is_sent_that_the_journal_cannot_hold(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "j", HEAD)
    journal.close()
    wire = Wire(journal.path)
    for _ in range(2):
        with pytest.raises(JournalError, match="j cannot be written: Bad file descriptor; nothing is created without"):
            cloud(journal, wire).send(REQUEST, CREATE)
    assert wire.seen == []


def test_conditions_are_read_from_wherever_an_operation_takes_them() -> None:
    body = b'{"resource_type": "BatchTask", "resource_condition": {"task_id": "5f"}, "secret": "x"}'
    given = Request("POST", "/v5/iot/0123/export-tasks", headers={"x-auth-token": "t", "instance-id": "i"}, body=body)
    told = {"resource_type": "BatchTask", "resource_condition": {"task_id": "5f"}}
    assert conditions_of(EXPORT.operation, given) == told


def test_conditions_in_a_path_and_a_query_are_typed_as_documented() -> None:
    operation = spec("huawei-workspace").operations["ExportDesktopListNew"]
    query = "language=zh_CN&user_names=a&user_names=b&without_any_tag=true&computer_name=7&tag="
    found = conditions_of(operation, Request("GET", "/v3/0123/desktops/export", query))
    assert found == {
        "language": "zh_CN",
        "user_names": ["a", "b"],
        "without_any_tag": True,
        "computer_name": "7",
        "tag": "",
    }


def test_conditions_in_a_form_are_typed_as_documented() -> None:
    body = b"Action=CreateExport&TopicId=t&Count=10&From=x&DerivedFields.0=a&DerivedFields.1=b&Signature=s"
    given = Request("POST", "/", headers={"content-type": "application/x-www-form-urlencoded"}, body=body)
    found = conditions_of(CREATE.operation, given)
    assert found == {"TopicId": "t", "Count": 10, "From": "x", "DerivedFields": ["a", "b"]}


def test_what_is_too_long_to_be_kept_is_left_out() -> None:
    given = Request("POST", "/", body=json.dumps({"TopicId": "t", "Query": "q" * 5000}).encode())
    assert conditions_of(CREATE.operation, given) == {"TopicId": "t"}
