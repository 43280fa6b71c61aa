"""Does a mock hold what it is provided with, from the start and after each reset?"""

from pathlib import Path

import pytest
import requests

import mockserver
from mockserver.accounts import Accounts
from mockserver.configuration.document import ConfigError
from mockserver.provisions import account_of
from mockserver.settings import Unprovidable
from tests.mockserver.configuration.command import write

API = "huawei-iotda"
CLOUD = "https://iotda.cn-north-4.myhuaweicloud.com/v5/iot"
MINE = {"key-id": "AKIDMINE", "secret": "SECRETMINE", "token": "TOKENMINE", "project": "f" * 32}
BATCH_TASK = "0123456789abcdef01234567"
RESOURCE = {"api": API, "kind": "batch-task", "id": BATCH_TASK}


def create(batch_task: str = BATCH_TASK) -> requests.Response:
    body = {"resource_type": "BatchTask", "resource_condition": {"task_id": batch_task}}
    headers = {"X-Auth-Token": MINE["token"]}
    return requests.post(f"{CLOUD}/{MINE['project']}/export-tasks", headers=headers, json=body, timeout=5)


def test_accounts_resources_and_timetables_hold_also_after_a_reset() -> None:
    timetables = {API: {"queued": 0, "running": 5, "kept": 10}}
    with mockserver.mock(API, clock="manual", accounts=[MINE], resources=[RESOURCE], timetables=timetables) as cloud:
        for _ in range(2):
            assert create().status_code == 201
            cloud.clock.advance(4)
            assert [task["phase"] for task in cloud.tasks()] == ["running"]
            cloud.clock.advance(1)
            assert [task["phase"] for task in cloud.tasks()] == ["succeeded"]
            cloud.clock.advance(10)
            assert [task["phase"] for task in cloud.tasks()] == ["expired"]
            cloud.reset()


def test_a_fault_waits_from_the_start_and_again_after_a_reset() -> None:
    fault = {"api": API, "code": "IOTDA.000020", "operation": "CreateExportTask"}
    with mockserver.mock(API, accounts=[MINE], resources=[RESOURCE], faults=[fault]) as cloud:
        assert (create().status_code >= 400, create().status_code) == (True, 201)
        cloud.reset()
        assert (create().status_code >= 400, create().status_code) == (True, 201)


def test_a_ready_made_set_of_faults_waits_from_the_start() -> None:
    with mockserver.mock(API, faults=[{"set": "flaky"}, {"api": API, "effect": "latency", "seconds": 0}]) as cloud:
        waiting = cloud.faults.all()
        assert {each["set"] for each in waiting} == {"flaky", ""}
        cloud.reset()
        assert len(cloud.faults.all()) == len(waiting)


def test_an_account_is_in_the_condition_that_it_is_given() -> None:
    troubled = {**MINE, "condition": "denied"}
    with mockserver.mock("tencent-cls", API, accounts=[troubled]) as cloud:
        (mine,) = [each for each in cloud.accounts.all() if each.key_id == MINE["key-id"]]
        assert mine.condition == "denied"
        found = {each["api"]: each["condition"] for each in cloud.resources.all() if each["id"] == MINE["key-id"]}
        assert found
        assert set(found.values()) == {"denied"}


def test_a_file_is_taken_and_what_is_chosen_by_name_wins(tmp_path: Path) -> None:
    path = write(tmp_path, f"apis: [{API}]\nclock: manual\nport: 1\ntimetables: {{{API}: {{queued: 0, running: 7}}}}\n")
    with mockserver.mock(config=path) as cloud:
        assert cloud.apis == ["huawei-iam", API]
        assert cloud.clock.now() == cloud.clock.now()
    with mockserver.Server(config=path, clock="x60", accounts=[MINE]) as server:
        assert server.clock.now() < server.clock.now()
        assert [each for each in server.accounts.all() if each.key_id == MINE["key-id"]]


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ({"accounts": [{"key-id": "A"}]}, '"secret" is a required property'),
        ({"resources": [{**RESOURCE, "kind": "topic"}]}, "resources.0: huawei-iotda has no resource 'topic'"),
        ({"timetables": {API: {"slow": 1}}}, "timetables"),
        ({"timetables": {API: {"kept": 10**400}}}, f"timetables: timetables.{API}.kept: "),
        ({"faults": [{"set": "flakey"}]}, "faults.0: "),
        ({"faults": [{"api": API, "code": 10**30}]}, "faults.0: code: "),
        ({"faults": [{"api": API, "code": "nonsense"}]}, "faults.0: huawei-iotda has no error code 'nonsense'"),
        ({"accounts": [MINE, MINE]}, "belongs to another account"),
    ],
    ids=["accounts", "resources", "timetables", "years", "sets", "numbers", "faults", "twice"],
)  # fmt: skip
def test_what_cannot_be_provided_is_refused(choices: dict[str, object], said: str) -> None:
    with pytest.raises(Unprovidable) as refused, mockserver.mock(API, **choices):  # type: ignore[arg-type]
        pass
    assert said in str(refused.value)


def test_a_file_that_is_no_good_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"mockserver\.yaml:1:1: clok: is no setting here"):
        mockserver.Server(config=write(tmp_path, "clok: manual\n"))


def test_a_server_names_what_it_takes() -> None:
    with pytest.raises(TypeError, match=r"Server\(\) takes no clok; it takes"):
        mockserver.Server(clok="manual")  # type: ignore[call-arg]


def test_what_an_account_does_not_say_is_made_of_its_access_key() -> None:
    made = account_of({"key-id": "AKIDMINE", "secret": "SECRETMINE"})
    assert made == account_of({"key-id": "AKIDMINE", "secret": "SECRETMINE"})
    assert (len(made.number), made.number.isdigit(), len(made.project)) == (12, True, 32)
    assert made.number != account_of({"key-id": "AKIDYOURS", "secret": "SECRETMINE"}).number


def test_accounts_that_are_settled_take_the_place_of_those_before() -> None:
    accounts = Accounts()
    first, second = (account_of({"key-id": name, "secret": name}) for name in ("A", "B"))
    accounts.settle([first])
    accounts.settle([second])
    assert (accounts.by_key("A"), accounts.by_token(first.token)) == (None, None)
    assert accounts.by_key("B") == (second, second.key)
    with pytest.raises(LookupError):
        accounts.close(second.number)
