"""The same calls reach a mock in this process, a mock behind a socket, and nothing else by mistake."""

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest
from werkzeug.serving import make_server

from contracts.calls.client import Api
from contracts.profiles import Profile
from contracts.target import Account, Capability, Target, Unavailable, Unreachable
from contracts.targets import Choice, count_tasks, open_target
from contracts.targets.direct import arrived
from contracts.targets.mock import ACCOUNTS
from contracts.targets.wsgi import environ
from mockserver import Server, create_app
from mockserver.gateway import Gateway, read_request
from openapi.messages import Credentials, Request, Response
from tests.contracts.bent import spec

NAME = "tencent-cls"
SPECS = {NAME: spec(NAME)}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = make_server("127.0.0.1", 0, create_app(specs=SPECS), threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture(params=["embedded", "served"])
def target(request: pytest.FixtureRequest) -> Iterator[Target]:
    url = request.getfixturevalue("address") if request.param == "served" else ""
    with closing(open_target(Choice(url), SPECS)) as found:
        found.reset()
        yield found


def test_a_call_is_signed_sent_and_read(target: Target) -> None:
    api = Api(target, spec(NAME))
    reply = api.call(api.operation("CreateExport"))
    assert reply.accepted
    assert reply.values["task.id"]
    assert reply.values["request.id"]


def test_a_refusal_is_read_by_its_code(target: Target) -> None:
    api = Api(target, spec(NAME))
    reply = api.call(api.operation("CreateExport"), {"Count": -1})
    assert (reply.accepted, reply.error_code) == (False, "InvalidParameter")


def test_every_documented_scheme_is_taken(target: Target) -> None:
    api = Api(target, spec(NAME))
    operation = api.operation("DescribeExports")
    assert {name: api.call(operation, scheme=name).accepted for name in operation.schemes} == {
        "tc3-hmac-sha256": True,
        "hmac-v1": True,
    }


def test_time_passes_only_when_a_check_says_so(target: Target) -> None:
    before = target.now()
    target.wait(3.5)
    assert (target.now() - before).total_seconds() == pytest.approx(3.5, abs=1e-3)


def test_a_reset_forgets_tasks(target: Target) -> None:
    api = Api(target, spec(NAME))
    api.call(api.operation("CreateExport"))
    target.reset()
    assert api.call(api.operation("DescribeExports")).values["tasks.count"] == 0


def test_calls_wait_for_the_documented_rate_unless_they_hurry(target: Target) -> None:
    api, operation = Api(target, spec(NAME)), spec(NAME).operations["DescribeExports"]
    rate = operation.rate_limits[0].requests
    assert all(api.call(operation).accepted for _ in range(rate + 1))
    target.reset()
    assert [api.call(operation, hurry=True).accepted for _ in range(rate + 1)] == [True] * rate + [False]


def test_resources_are_provided_in_any_condition(target: Target) -> None:
    api = Api(target, spec(NAME))
    found = {
        condition: api.call(api.operation("CreateExport"), {"TopicId": each}).error_code
        for condition in ("", "closed", "missing")
        for each in target.provide(NAME, "topic", condition, 2)
    }
    assert found == {"": "", "closed": "FailedOperation.TopicClosed", "missing": "ResourceNotFound.TopicNotExist"}


def test_an_account_can_be_put_into_a_condition(target: Target) -> None:
    target.account_in(NAME, "isolated")
    api = Api(target, spec(NAME))
    assert api.call(api.operation("CreateExport")).error_code == "OperationDenied.AccountIsolate"


def test_the_next_call_can_be_made_to_fail(target: Target) -> None:
    api = Api(target, spec(NAME))
    target.fail_next(NAME, "DescribeExports", "InternalError")
    assert api.call(api.operation("DescribeExports")).error_code == "InternalError"
    assert api.call(api.operation("DescribeExports")).accepted


def test_the_second_account_sees_tasks_of_its_own(target: Target) -> None:
    api = Api(target, spec(NAME))
    api.call(api.operation("CreateExport"))
    other = api.as_account("second")
    assert other.call(other.operation("DescribeExports")).values["tasks.count"] == 0


def test_what_a_mock_does_not_have_is_said(target: Target) -> None:
    with pytest.raises(Unavailable, match="no account 'third'"):
        target.account("third")


def test_a_closed_mock_has_its_own_time_again(address: str) -> None:
    open_target(Choice(address), SPECS).close()
    with closing(open_target(Choice(address), SPECS)) as target:
        assert target.is_mock


def test_a_mock_behind_tls_is_trusted_as_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Server(NAME, tls=True, tls_folder=tmp_path) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.authority))
        assert count_tasks(server.url) == 0
        with closing(open_target(Choice(server.url), SPECS)) as target:
            assert target.is_mock


def test_an_address_with_a_profile_is_a_real_endpoint(address: str) -> None:
    profile = Profile(accounts={"first": ACCOUNTS["first"]}, resources={"topic": {"": ("t1",)}})
    with closing(open_target(Choice(address, profile), SPECS)) as target:
        assert not target.is_mock
        assert target.capabilities == frozenset[Capability]()
        assert target.provide(NAME, "topic") == ["t1"]
        with pytest.raises(Unavailable, match="profile names no account 'second'"):
            target.account("second")


def test_an_address_where_nobody_answers_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(Unreachable, match=f"{url} did not answer"):
            open_target(Choice(url), SPECS)


@pytest.mark.parametrize(
    "url",
    ["localhost:80", "ftp://example.com", "http://", "http://h:99999", "http://[::1", "http://h/path", "http://u@h"],
)
def test_what_is_no_address_is_said(url: str) -> None:
    with pytest.raises(ValueError, match="no address of a server"):
        open_target(Choice(url), SPECS)


def test_blanks_around_a_header_do_not_reach_an_app() -> None:
    assert environ(Request("GET", "/", headers={"x-word": " word\t"}))["HTTP_X_WORD"] == "word"


def test_a_path_that_is_no_text_reaches_an_app_as_its_bytes() -> None:
    found = environ(Request("GET", "/caf\u00e9\udcff", headers={"host": "h:81", "x-a": "b"}))
    assert found["PATH_INFO"].encode("latin-1") == b"/caf\xc3\xa9\xff"
    assert (found["SERVER_PORT"], found["HTTP_X_A"]) == ("81", "b")


@pytest.mark.parametrize(
    "request_",
    [
        Request("GET", "/", "a=b", {"Host": "here", "x-word": " word\t", "x_other": "caf\u00e9"}),
        Request("POST", "/caf\u00e9\udcff", headers={"content-type": "text/plain"}, body=b"body"),
        Request("POST", "/", headers={"content-length": "2"}, body=b"body"),
        Request("POST", "/", headers={"content-length": "two"}, body=b"body"),
    ],
    ids=["headers", "path", "short", "wordy"],
)
def test_in_this_process_a_request_arrives_as_over_wsgi(request_: Request) -> None:
    assert arrived(request_) == read_request(environ(request_), 1000)


def test_a_body_beyond_all_limits_is_read_no_further_in_this_process() -> None:
    seen: list[int] = []

    def handle(request: Request) -> Response:
        seen.append(len(request.body))
        return Response(200, {"Content-Type": "text/plain"}, iter([b"a", b"b"]))

    answer = Gateway(handle, None, largest=10, now=lambda: 0.0).exchange(Request("POST", "/", body=b"x" * 100))
    assert seen == [11]
    assert (answer.body, answer.headers["content-type"]) == (b"ab", "text/plain")


def test_a_wrong_secret_is_refused(target: Target) -> None:
    api = Api(target, spec(NAME))
    stranger = Account(Credentials(ACCOUNTS["first"].key.key_id, "wrong"))
    assert api.call(api.operation("DescribeExports"), sign_as=stranger).error_code == "AuthFailure.SignatureFailure"


def begin(seed: int) -> list[object]:
    """What each of three checks meets at its start: the time, and the ids of the first answer."""
    found: list[object] = []
    with closing(open_target(Choice(seed=seed), SPECS)) as target:
        for _ in range(3):
            target.reset()
            api = Api(target, spec(NAME))
            found.append((target.now(), api.call(api.operation("CreateExport")).raw))
            target.wait(1.5)
    return found


def test_in_this_process_every_check_starts_at_the_same_time_with_the_same_ids() -> None:
    assert begin(1) == begin(1) == begin(1)[:1] * 3
    assert begin(2)[0] != begin(1)[0]


def test_a_profile_is_not_taken_to_mean_the_mock_in_this_process() -> None:
    with pytest.raises(ValueError, match="a profile without an address: give --target URL"):
        open_target(Choice(profile=Profile(accounts={"first": ACCOUNTS["first"]})), SPECS)
