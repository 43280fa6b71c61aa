"""Is the app the clouds of its specs, with a control plane beside them?"""

import re

import pytest

import mockserver
from mockserver.accounts import FIRST
from mockserver.app import create_app
from openapi.document import SpecError
from openapi.messages import Request
from tests.mockserver.cloud import Answer, Cloud, specs, start

API = "tencent-cls"


@pytest.fixture(scope="module")
def cloud() -> Cloud:
    """A mock that these tests share: none of them depends on what another left behind."""
    return start()


def call(cloud: Cloud, api: str, operation: str) -> Answer:
    """The answer to the spec's example, sent through WSGI."""
    request = cloud.make(api, operation, **cloud.operation(api, operation).example)
    return cloud.ask(cloud.sign(request, api, operation))


def test_it_is_public() -> None:
    assert mockserver.create_app is create_app


def test_a_request_of_a_cloud_is_answered_by_its_spec(cloud: Cloud) -> None:
    answer = call(cloud, API, "CreateExport")
    assert (answer.status, answer.content_type) == (200, "application/json")
    assert set(answer.json["Response"]) == {"ExportId", "RequestId"}


def test_every_answer_carries_the_date_of_the_clock(cloud: Cloud) -> None:
    assert call(cloud, API, "CreateExport").headers["date"] == "Sat, 31 Jan 2026 08:09:10 GMT"


def test_the_same_seed_gives_the_same_answers() -> None:
    first, second = (call(start({API: specs()[API]}), API, "CreateExport").json for _ in range(2))
    assert first == second


def test_nothing_that_was_loaded_is_loaded_again(cloud: Cloud) -> None:
    assert {name: id(spec) for name, spec in cloud.engine.specs.items()} == {
        name: id(spec) for name, spec in specs().items()
    }


def test_chosen_apis_come_with_their_companions() -> None:
    engine = create_app(["huawei-clouddc"]).extensions["mock"].engine
    assert set(engine.specs) == {"huawei-clouddc", *specs()["huawei-clouddc"].companions}


def test_an_unknown_api_is_refused_with_the_known_ones() -> None:
    with pytest.raises(SpecError, match="tencent-cls"):
        create_app(["tencent-clx"])


def test_an_unknown_option_is_refused_with_the_known_ones() -> None:
    with pytest.raises(TypeError, match=r"clocks.*any_resource"):
        create_app(clocks=None)  # type: ignore[call-arg]


def test_any_resource_can_be_made_to_exist() -> None:
    app = create_app(specs={API: specs()[API]}, any_resource=True)
    assert app.extensions["mock"].engine.resources.condition(API, "topic", "whatever") == ""


PATHS = ["/", "/nothing", "/v1/", "//", "/..", "/\x00", "/\udcff", "/a b", "/v1/" + "x" * 5000]
BODIES = [b"", b"{", b"\xff", b"[" * 3000, b"null", b'{"a": 1e999}', b'{"a": "\\ud800"}', b'{"a": "\\u0000"}']


@pytest.mark.parametrize("path", PATHS, ids=lambda path: repr(path[:9]))
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "PATCH", "HEAD", "get", "BREW"])
def test_no_answer_is_html_and_none_is_a_mistake(cloud: Cloud, path: str, method: str) -> None:
    for body in BODIES:
        answer = cloud.ask(
            Request(method, path, "a=\udcff&a", {"host": "127.0.0.1:1", "content-type": "text/html"}, body)
        )
        assert answer.status < 500
        assert "html" not in answer.content_type
        assert not re.match(rb"\s*<", answer.body)


@pytest.mark.parametrize(
    "header", ["authorization", "x-auth-token", "host", "x-tc-action", "content-type", "x-sdk-date"]
)
@pytest.mark.parametrize("value", ["", "\xff", "a" * 9000, "TC3-HMAC-SHA256 Credential=", "a=b,c=d", "%%%", "\t"])
def test_no_header_makes_it_fail(cloud: Cloud, header: str, value: str) -> None:
    for path in ("/", "/v2/logstore/download"):
        headers = {"host": "127.0.0.1:1", "x-tc-version": "2020-10-16", header: value}
        assert cloud.ask(Request("POST", path, "", headers, b"{}")).status < 500


def test_a_body_of_any_size_is_read_no_further_than_the_largest_limit(cloud: Cloud) -> None:
    largest = max(limit.limit for spec in specs().values() for limit in spec.sizes if limit.of == "body")
    cloud.ask(Request("POST", "/", "", {"host": "127.0.0.1", "x-tc-action": "CreateExport"}, b"x" * (largest + 50)))
    assert f"({largest + 1} bytes in all)" in cloud.journal.find()[-1].request["body"]


def test_the_secrets_of_the_accounts_stay_out_of_the_journal(cloud: Cloud) -> None:
    call(cloud, "huawei-iotda", "ListExportTasks")
    call(cloud, API, "CreateExport")
    shown = str([exchange.as_json() for exchange in cloud.journal.find()])
    assert FIRST.key.secret not in shown
    assert FIRST.token not in shown
