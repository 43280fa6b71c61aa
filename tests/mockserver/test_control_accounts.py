"""Can a test have an account of its own?"""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
import requests

from mockserver import Server
from mockserver.accounts import FIRST, SECOND
from mockserver.client import Control, HttpDoor, Refused
from mockserver.control.bodies import Unusable
from mockserver.control.view import Asked
from mockserver.control.views import Views
from mockserver.login import Login

API = "huawei-iotda"
CREATION = {"resource_type": "BatchTask", "resource_condition": {"task_id": "5f433ce0c24389024365fdfa"}}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(API) as server:
        yield server


@pytest.fixture
def control(server: Server) -> Iterator[Control]:
    yield Control(HttpDoor(server.url))
    server.reset()


def create(server: Server, login: Login) -> int:
    url = f"{server.url}/v5/iot/{login.project}/export-tasks"
    return requests.post(url, headers={"X-Auth-Token": login.token}, json=CREATION, timeout=60).status_code


def test_the_accounts_of_the_start_come_first(control: Control) -> None:
    assert [each.key_id for each in control.accounts.all()][:2] == [FIRST.key.key_id, SECOND.key.key_id]


def test_a_new_account_may_call_and_sees_nothing_of_others(control: Control, server: Server) -> None:
    one, other = control.accounts.open(), control.accounts.open()
    assert create(server, one) == 201
    assert len(control.tasks(account=one.number)) == 1
    assert control.tasks(account=other.number) == []


def test_a_closed_account_may_not_call_and_holds_nothing(control: Control, server: Server) -> None:
    login = control.accounts.open()
    create(server, login)
    control.accounts.close(login)
    assert create(server, login) == 401
    assert control.tasks() == []
    assert login.number not in [each.number for each in control.accounts.all()]


def test_an_account_of_the_start_stays(control: Control) -> None:
    with pytest.raises(Refused, match="stays"):
        control.accounts.close(control.accounts.all()[0])


def test_an_account_that_another_closes_at_the_same_moment_is_not_told_as_one_of_the_start() -> None:
    class Raced:
        """An engine of which another takes the account first."""

        specs: ClassVar[dict[str, Any]] = {}

        def __init__(self) -> None:
            self.accounts = [SimpleNamespace(number="7")]

        def close_account(self, number: str) -> None:
            self.accounts.clear()
            raise LookupError(number)

    controls: Any = SimpleNamespace(engine=Raced())
    with pytest.raises(Unusable, match="account: there is no '7'"):
        Views(controls, Asked({"account": "7"})).close_account()


def test_secrets_are_not_in_the_text_of_a_login(control: Control) -> None:
    login = control.accounts.open()
    assert not {login.secret, login.token, login.password} & set(repr(login).replace("'", " ").split())
    assert login.secret not in repr(login)


def test_a_client_that_finds_no_mock_says_how_to_start_one() -> None:
    with pytest.raises(ConnectionError, match="mockserver serve"):
        Control(HttpDoor("http://127.0.0.1:9")).reset()


def test_a_server_that_was_not_started_says_so() -> None:
    with pytest.raises(ConnectionError, match="not running"):
        _ = Server(API).url


def test_the_environment_of_the_clients_leads_to_the_server(server: Server) -> None:
    login = server.accounts.open()
    found = server.env(API, login)
    assert {login.key_id, login.secret, server.url} <= set(found.values())
