"""Has an account a time of its own, and does nobody else notice?"""

from datetime import UTC, datetime
from typing import Any

import pytest

from mockserver.accounts import FIRST, SECOND, Account
from openapi.model import Action
from tests.mockserver.cloud import START, Cloud, code_of, operations, specs, with_headers
from tests.mockserver.control_plane import API, Control, start

HOUR = 3600
LIST = "DescribeExports"


@pytest.fixture
def control() -> Control:
    return start()


def move(control: Control, account: Account | None = FIRST, **asked: Any) -> dict[str, Any]:
    whose = {"account": account.number} if account else {}
    answer = control.ask("PUT", "/clock", {**asked, **whose})
    assert answer.status == 200
    return dict(answer.json)


def phases(control: Control) -> list[tuple[str, str]]:
    found = control.ask("GET", "/tasks").json["tasks"]
    return [(each["account"], each["phase"]) for each in found]


def test_time_passes_for_the_tasks_of_one_account_alone(control: Control) -> None:
    for account in (FIRST, SECOND):
        control.cloud.example(API, "CreateExport", account)
    state = move(control, action="advance", seconds=60)
    assert (state["epoch"], state["own"], state["account"]) == (START + 60, True, FIRST.number)
    assert phases(control) == [(FIRST.number, "succeeded"), (SECOND.number, "queued")]
    assert control.ask("GET", "/clock").json["epoch"] == START
    assert control.ask("GET", "/clock").json["accounts"] == [FIRST.number]


def test_an_account_that_was_never_moved_lives_by_the_clock_of_the_server(control: Control) -> None:
    move(control, None, action="advance", seconds=60)
    state = control.ask("GET", f"/clock?account={FIRST.number}").json
    assert (state["epoch"], state["own"]) == (START + 60, False)


def test_an_account_with_a_clock_of_its_own_does_not_follow_the_server_until_it_is_reset(control: Control) -> None:
    move(control, action="advance", seconds=5)
    move(control, None, action="advance", seconds=HOUR)
    assert control.ask("GET", f"/clock?account={FIRST.number}").json["epoch"] == START + 5
    state = move(control, action="reset")
    assert (state["epoch"], state["own"]) == (START + HOUR, False)


def test_a_reset_of_the_server_names_the_accounts_that_go_on_apart_or_resets_them_too(control: Control) -> None:
    move(control, action="advance", seconds=5)
    assert move(control, None, action="reset")["accounts"] == [FIRST.number]
    assert control.ask("GET", f"/clock?account={FIRST.number}").json["epoch"] == START + 5
    state = move(control, None, action="reset", accounts=True)
    assert (state["accounts"], state["epoch"]) == ([], START)
    assert control.ask("GET", f"/clock?account={FIRST.number}").json["epoch"] == START


def test_all_clocks_are_reset_or_one(control: Control) -> None:
    move(control, action="advance", seconds=5)
    asked = {"action": "reset", "account": FIRST.number, "accounts": True}
    assert control.refused("PUT", "/clock", asked)[1] == ["account", "accounts"]
    assert control.ask("GET", "/clock").json["accounts"] == [FIRST.number]


def test_the_next_change_is_that_of_its_own_tasks(control: Control) -> None:
    control.cloud.example(API, "CreateExport", SECOND)
    wrong = control.ask("PUT", "/clock", {"action": "next", "account": FIRST.number})
    assert (wrong.status, control.ask("GET", "/clock").json["accounts"]) == (400, [])
    move(control, SECOND, action="next")
    assert phases(control) == [(SECOND.number, "running")]


def test_the_next_change_of_the_server_passes_over_tasks_that_live_by_another_clock(control: Control) -> None:
    control.cloud.example(API, "CreateExport")
    move(control, action="freeze")
    assert "no task" in control.refused("PUT", "/clock", {"action": "next"})[0]


def test_a_client_signs_by_the_time_of_its_machine_while_its_account_is_moved(control: Control) -> None:
    move(control, action="advance", seconds=HOUR)
    answer = control.cloud.example(API, LIST)  # signed at the server's time
    assert code_of(answer, specs()[API]) == "None"
    assert control.cloud.last().at == START + HOUR


def test_once_its_clock_is_set_a_client_has_to_sign_by_it(control: Control) -> None:
    move(control, action="set", to=START + HOUR)
    answer = control.cloud.example(API, LIST)
    assert code_of(answer, specs()[API]) == "AuthFailure.SignatureExpire"
    assert code_of(control.cloud.example(API, LIST, SECOND), specs()[API]) == "None"


def test_its_answers_are_dated_by_its_clock(control: Control) -> None:
    move(control, action="advance", seconds=HOUR)
    answer = control.cloud.example(API, LIST)
    moment = datetime.fromtimestamp(START + HOUR, UTC)
    assert answer.headers["date"] == f"{moment:%a, %d %b %Y %H:%M:%S} GMT"


def test_its_rate_limits_go_by_its_clock(cloud: Cloud) -> None:
    operation = cloud.operation(API, LIST)
    most = min(limit.requests for limit in operation.rate_limits)
    for _ in range(most + 1):
        answer = cloud.example(API, LIST)
    assert code_of(answer, specs()[API]) == "RequestLimitExceeded"
    cloud.engine.clocks.move(FIRST.number, lambda clock: clock.advance(10))
    try:
        assert code_of(cloud.example(API, LIST), specs()[API]) == "None"
    finally:
        cloud.engine.clocks.release(FIRST.number)


@pytest.mark.parametrize(("api", "operation"), operations(Action.ISSUE_TOKEN))
def test_a_token_expires_by_the_clock_of_its_account(cloud: Cloud, api: str, operation: str) -> None:
    seconds = cloud.engine.specs[api].authentication.token_seconds
    issued = cloud.example(api, operation)
    token = issued.headers["x-subject-token"]
    assert cloud.engine._services[api].tokens.number(token, lambda _: cloud.clock.now()) == FIRST.number
    cloud.engine.clocks.move(FIRST.number, lambda clock: clock.advance(seconds + 1))
    try:
        request = cloud.make("huawei-iotda", "ListExportTasks", project_id=FIRST.project, resource_type="BatchTask")
        refused = cloud.send(with_headers(request, x_auth_token=token))
        assert (refused.status, cloud.last().reason) == (401, "expired-token")
    finally:
        cloud.engine.clocks.release(FIRST.number)


def test_its_clock_goes_with_the_account(control: Control) -> None:
    number = control.ask("POST", "/accounts", {}).json["number"]
    control.ask("PUT", "/clock", {"action": "freeze", "account": number})
    control.ask("DELETE", f"/accounts?account={number}")
    assert control.ask("GET", "/clock").json["accounts"] == []


def test_an_account_that_there_is_none_of_is_answered_with_those_there_are(control: Control) -> None:
    message, valid = control.refused("PUT", "/clock", {"action": "freeze", "account": "7"})
    assert "'7'" in message
    assert FIRST.number in valid
    assert control.ask("GET", "/clock?account=7").status == 400
