"""Is a client told which part of its signature differs, and never a secret?"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mockserver.accounts import FIRST, SECOND
from openapi.messages import Credentials, Request
from openapi.signatures import schemes
from openapi.signatures.tencent import Tc3HmacSha256
from tests.mockserver.cloud import Cloud, start

ACTION, PATHS = ("tencent-cls", "DescribeExports"), ("huawei-clouddc", "ExportServerLogs")
SECRETS = (FIRST.key.secret, SECOND.key.secret, "SECURITYTOKENEXAMPLE", "SECRETTEMPORARY")


@pytest.fixture
def cloud() -> Cloud:
    return start()


def told(cloud: Cloud, request: Request) -> dict[str, Any]:
    """The diagnosis of the exchange that a request leads to."""
    cloud.send(request)
    found = cloud.last().as_json()["diagnosis"]
    assert found is not None
    assert not any(secret in json.dumps(found) for secret in SECRETS)
    return dict(found)


def signed(cloud: Cloud, where: tuple[str, str], key: Credentials = FIRST.key) -> Request:
    spec = cloud.engine.specs[where[0]]
    arguments = {"project_id": FIRST.project, "id": "srv-1"} if where is PATHS else spec.operations[where[1]].example
    return cloud.sign(cloud.make(*where, **arguments), *where, key)


def changed(request: Request, **headers: str) -> Request:
    return replace(request, headers={**request.headers, **headers})


@pytest.mark.parametrize("where", [ACTION, PATHS], ids=lambda where: where[0])
@pytest.mark.parametrize(
    ("secret", "cause"),
    [
        (SECOND.key.secret, "it was signed with the secret key of AKIDOTHER, not with the secret key of AKIDEXAMPLE"),
        (FIRST.key.secret + "\n", "it was signed with the secret key and a line break after it"),
        (FIRST.key.secret + " ", "it was signed with the secret key and a space after it"),
        (FIRST.key.secret.lower(), "it was signed with the secret key in lower case"),
        (FIRST.key.key_id, "it was signed with the access key in place of its secret"),
        ("", "it was signed with an empty secret key"),
    ],
    ids=["another", "line break", "space", "case", "access key", "empty"],
)
def test_a_wrong_secret_is_recognized_by_what_clients_take_for_it(
    cloud: Cloud, where: tuple[str, str], secret: str, cause: str
) -> None:
    found = told(cloud, signed(cloud, where, Credentials(FIRST.key.key_id, secret)))
    assert (found["part"], found["cause"].partition(", not with")[0]) == ("key", cause.partition(", not with")[0])


def test_a_secret_that_nobody_knows_stays_unknown(cloud: Cloud) -> None:
    found = told(cloud, signed(cloud, ACTION, Credentials(FIRST.key.key_id, "SOMETHINGELSE")))
    assert (found["part"], found["ours"], found["theirs"]) == ("unknown", None, None)


def test_an_access_key_that_is_not_there_is_told_with_the_one_that_is(cloud: Cloud) -> None:
    found = told(cloud, signed(cloud, ACTION, Credentials("AKIDEXAMPEL", "SECRET")))
    assert (found["part"], found["cause"]) == ("key", "there is no access key 'AKIDEXAMPEL'; AKIDEXAMPLE is one")


def test_of_a_canonical_request_the_line_is_told_that_differs(cloud: Cloud) -> None:
    request = signed(cloud, PATHS)
    found = told(cloud, changed(replace(request, query="a=1"), host=request.headers["host"]))
    assert (found["part"], found["variant"], found["ours"], found["theirs"]) == (
        *("canonical-request", "query-empty"),
        *("a=1", ""),
    )


def test_a_key_that_was_made_for_another_day_is_told(cloud: Cloud) -> None:
    scheme, now = Tc3HmacSha256(service="cls"), datetime.fromtimestamp(cloud.clock.now(), UTC)
    request = scheme.sign(cloud.make(*ACTION, TopicId="t"), FIRST.key, now)
    claim = scheme.read(request)
    tomorrow = f"{now + timedelta(days=1):%Y-%m-%d}"
    other = scheme.expected(request, replace(claim, scope={**claim.scope, "date": tomorrow}), FIRST.key.secret)
    spoiled = request.headers["authorization"].replace(claim.signature, other.signature)
    found = told(cloud, changed(request, authorization=spoiled))
    assert found["part"] == "scope"
    assert found["cause"] == f"the key was made for {tomorrow}, where the scope says {claim.scope['date']}"


def test_the_last_of_all_days_is_diagnosed_like_any(cloud: Cloud) -> None:
    day = datetime(9999, 12, 31, tzinfo=UTC)
    request = Tc3HmacSha256(service="cls").sign(cloud.make(*ACTION, TopicId="t"), Credentials("AKIDEXAMPLE", "x"), day)
    assert told(cloud, request)["part"] == "time"


def test_a_time_that_is_off_is_told(cloud: Cloud) -> None:
    request = signed(cloud, ACTION)
    cloud.clock.set(cloud.clock.now() + 3600)
    found = told(cloud, request)
    assert found["part"] == "time"
    assert "3600 s off" in found["cause"]


def test_time_that_passed_for_tasks_is_no_cause(cloud: Cloud) -> None:
    request = signed(cloud, ACTION, Credentials(FIRST.key.key_id, "SOMETHINGELSE"))
    cloud.wait(3600)
    assert told(cloud, request)["part"] == "unknown"


def test_a_time_that_is_off_by_the_clock_of_its_account_is_told(cloud: Cloud) -> None:
    request, later = signed(cloud, ACTION), cloud.clock.now() + 3600
    cloud.engine.clocks.move(FIRST.number, lambda clock: clock.set(later))
    assert "3600 s off" in told(cloud, request)["cause"]


def test_a_token_that_was_signed_is_not_shown(cloud: Cloud) -> None:
    assert FIRST.temporary is not None
    where = "sdk-hmac-sha256"
    now = datetime.fromtimestamp(cloud.clock.now(), UTC)
    request = schemes()[where].sign(cloud.make(*PATHS, project_id=FIRST.project, id="srv-1"), FIRST.temporary, now)
    found = told(cloud, replace(request, body=b"changed"))
    assert "x-security-token:…" in found["canonical_request"]
