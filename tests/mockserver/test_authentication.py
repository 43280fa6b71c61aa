"""Is a caller known by what it carries, and by nothing else?"""

from dataclasses import replace
from urllib.parse import urlencode

import pytest

from mockserver.accounts import FIRST, SECOND, Account
from openapi.messages import Credentials, Request
from tests.mockserver.cloud import Cloud, assert_refused, code_of, operations, specs, with_headers

PROJECT = FIRST.project
LIST = ("huawei-workspace", "ListExportTasks")
LOCKING = [name for name, spec in specs().items() if spec.authentication.lock_failures]
SCHEMES = [
    pytest.param(o.api, o.id, scheme, id=f"{o.api}/{o.id}/{scheme}")
    for spec in specs().values()
    for o in spec.operations.values()
    for scheme in o.schemes
]


def temporary() -> Credentials:
    assert FIRST.temporary is not None
    return FIRST.temporary


@pytest.mark.parametrize(("api", "operation", "scheme"), SCHEMES)
def test_every_scheme_that_an_operation_takes_proves_the_caller(
    cloud: Cloud, api: str, operation: str, scheme: str
) -> None:
    arguments = cloud.ready(api, operation)
    request = cloud.make(api, operation, **arguments)
    if scheme == "hmac-v1":
        request = _as_get(cloud, api, operation)
    answer = cloud.ask(cloud.sign(request, api, operation, scheme=scheme))
    assert answer.status == cloud.operation(api, operation).success.status
    assert (cloud.last().reason, cloud.last().account) == ("", FIRST.number)


def _as_get(cloud: Cloud, api: str, operation: str) -> Request:
    arguments = {**cloud.ready(api, operation), "Action": operation, "Version": "2020-10-16"}
    return Request("GET", "/", urlencode(arguments), {"host": "cls.tencentcloudapi.com"})


@pytest.mark.parametrize(
    ("api", "operation"),
    [
        each
        for each in operations()
        if each.values[1]
        in {"CreateExport", "CreateDownloadTask", "ExportServerLogs", "CreateExportTask", "ExportUsersNew"}
    ],
)
def test_temporary_credentials_act_for_their_account(cloud: Cloud, api: str, operation: str) -> None:
    request = cloud.make(api, operation, **cloud.operation(api, operation).example)
    answer = cloud.ask(cloud.sign(request, api, operation, temporary()))
    assert answer.status == cloud.operation(api, operation).success.status
    assert cloud.engine.inspection.tasks(account=FIRST.number)


@pytest.mark.parametrize("token", ["", "ANOTHERTOKEN"])
def test_temporary_credentials_are_nothing_without_their_token(cloud: Cloud, token: str) -> None:
    request = cloud.make(*LIST, project_id=PROJECT)
    answer = cloud.ask(cloud.sign(request, *LIST, replace(temporary(), token=token)))
    assert_refused(answer, *LIST, "bad-token")


@pytest.mark.parametrize("account", [FIRST, SECOND])
def test_a_permanent_token_is_that_of_its_account(cloud: Cloud, account: Account) -> None:
    request = cloud.make(*LIST, project_id=account.project)
    assert cloud.ask(with_headers(request, x_auth_token=account.token)).status == 200
    assert cloud.last().account == account.number


@pytest.mark.parametrize("token", ["NOTATOKEN", "é", "MTAwMDA=", "TOKENEXAMPLE "])
def test_an_unknown_token_is_refused(cloud: Cloud, token: str) -> None:
    answer = cloud.send(with_headers(cloud.make(*LIST, project_id=PROJECT), x_auth_token=token))
    if token.strip() == FIRST.token:
        assert answer.status == 200
    else:
        assert_refused(answer, *LIST, "bad-token")


@pytest.mark.parametrize("api", ["huawei-clouddc", "huawei-iotda", "huawei-workspace"])
def test_an_issued_token_is_good_at_every_api_of_the_cloud(cloud: Cloud, api: str) -> None:
    token = cloud.example("huawei-iam", "KeystoneCreateUserTokenByPassword").headers["x-subject-token"]
    create = next(iter(o for o in specs()[api].operations.values() if o.action == "create"))
    request = cloud.make(api, create.id, **create.example)
    assert cloud.ask(with_headers(request, x_auth_token=token)).status == create.success.status
    assert cloud.last().account == FIRST.number


def test_an_issued_token_is_good_for_a_day(cloud: Cloud) -> None:
    token = cloud.example("huawei-iam", "KeystoneCreateUserTokenByPassword").headers["x-subject-token"]
    request = with_headers(cloud.make(*LIST, project_id=PROJECT), x_auth_token=token)
    cloud.wait(86_399)
    assert cloud.ask(request).status == 200
    cloud.wait(1)
    assert_refused(cloud.ask(request), *LIST, "expired-token")


def test_an_issued_token_names_the_project_that_was_asked_for(cloud: Cloud) -> None:
    issued = cloud.example("huawei-iam", "KeystoneCreateUserTokenByPassword").json["token"]
    assert (issued["project"]["id"], issued["project"]["name"]) == (PROJECT, "cn-north-1")


@pytest.mark.parametrize("member", ["name", "password"])
def test_a_wrong_name_or_password_gets_no_token(cloud: Cloud, member: str) -> None:
    user = {"domain": {"name": FIRST.domain}, "name": FIRST.name, "password": FIRST.password} | {member: "wrong"}
    auth = {"identity": {"methods": ["password"], "password": {"user": user}}}
    answer = cloud.example("huawei-iam", "KeystoneCreateUserTokenByPassword", auth=auth)
    assert (answer.status, code_of(answer, specs()["huawei-iam"])) == (401, "401")
    assert "x-subject-token" not in answer.headers


@pytest.mark.parametrize("api", LOCKING)
def test_a_key_is_locked_after_more_than_the_documented_failures(cloud: Cloud, api: str) -> None:
    create = next(iter(o for o in specs()[api].operations.values() if o.action == "create"))
    lock = specs()[api].authentication
    good = cloud.make(api, create.id, **create.example)
    for _ in range(lock.lock_failures):
        cloud.ask(_forged(cloud, api, create.id))
    assert cloud.ask(cloud.sign(good, api, create.id)).status == create.success.status  # and the count starts anew
    for _ in range(lock.lock_failures + 1):
        assert_refused(cloud.ask(_forged(cloud, api, create.id)), api, create.id, "wrong-signature")
    assert_refused(cloud.ask(cloud.sign(good, api, create.id)), api, create.id, "locked-key")
    cloud.wait(lock.lock_seconds - 1)
    assert_refused(cloud.ask(cloud.sign(good, api, create.id)), api, create.id, "locked-key")
    cloud.wait(1)
    assert cloud.ask(cloud.sign(good, api, create.id)).status == create.success.status


def test_a_locked_key_locks_nobody_else_out(cloud: Cloud) -> None:
    for _ in range(6):
        cloud.ask(_forged(cloud, *LIST))
    assert cloud.call(*LIST, project_id=PROJECT).status == 401
    assert cloud.call(*LIST, SECOND, project_id=SECOND.project).status == 200
    request = with_headers(cloud.make(*LIST, project_id=PROJECT), x_auth_token=FIRST.token)
    assert cloud.ask(request).status == 200


def _forged(cloud: Cloud, api: str, operation: str) -> Request:
    request = cloud.make(api, operation, **cloud.operation(api, operation).example)
    return cloud.sign(request, api, operation, Credentials(FIRST.key.key_id, "GUESSED"))


@pytest.mark.parametrize(("seconds", "status"), [(-900, 200), (900, 200), (-901, 401), (901, 401)])
def test_the_clocks_may_differ_by_the_documented_time(cloud: Cloud, seconds: int, status: int) -> None:
    cloud.wait(10_000)
    signed = cloud.sign(cloud.make(*LIST, project_id=PROJECT), *LIST)
    cloud.clock.set(cloud.clock.now() + seconds)
    assert cloud.ask(signed).status == status


def test_a_client_that_lives_in_the_present_is_let_in_after_time_has_passed_for_its_tasks(cloud: Cloud) -> None:
    signed = cloud.sign(cloud.make(*LIST, project_id=PROJECT), *LIST)
    cloud.wait(86_400)
    assert cloud.ask(signed).status == 200
    cloud.clock.set(cloud.clock.now())
    assert cloud.ask(signed).status == 401


def test_the_project_of_somebody_else_is_refused(cloud: Cloud) -> None:
    assert_refused(cloud.call(*LIST, project_id=SECOND.project), *LIST, "foreign-project")
    assert_refused(cloud.call(*LIST, project_id="nobody"), *LIST, cloud.last().reason)


def test_no_secret_is_kept_in_the_journal(cloud: Cloud) -> None:
    cloud.ask(_forged(cloud, *LIST))
    cloud.ask(with_headers(cloud.make(*LIST, project_id=PROJECT), x_auth_token=FIRST.token))
    cloud.example("huawei-iam", "KeystoneCreateUserTokenByPassword")
    kept = str([each.as_json() for each in cloud.journal.find()])
    assert not [secret for secret in (FIRST.key.secret, FIRST.token, FIRST.password) if secret in kept]
