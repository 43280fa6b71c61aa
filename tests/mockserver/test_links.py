"""Does a link lead back to the file of its task, for as long as documented, and for nobody who forges it?"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import pytest

from mockserver.accounts import FIRST, SECOND, Account, Accounts
from mockserver.app import create_app
from mockserver.clock import MovableClock
from mockserver.compilation import compile_api, together
from mockserver.ids import SeededIds
from mockserver.memory import MemoryStore
from openapi.document import patch
from openapi.loader import spec_of
from openapi.messages import Request
from tests.mockserver.cloud import START, Cloud, assert_refused, specs, start, with_headers


def started(**given: Any) -> Cloud:
    """A mock that makes the same tasks as any other that is started so."""
    clock = MovableClock(lambda: START)
    clock.freeze()
    app = create_app(clock=clock, ids=SeededIds(7), **given)
    controls = app.extensions["mock"]
    return Cloud(app, controls.engine, clock, controls.journal)


LINKED = [(spec.name, spec.link.operation) for spec in specs().values() if spec.link]
SECONDS = {spec.name: spec.link.seconds for spec in specs().values() if spec.link}


def link_of(cloud: Cloud, api: str, host: str = "") -> str:
    """The link of a new task, as the API shows it to whoever reaches it at `host`."""
    task = cloud.finished(api)
    if api == "tencent-cls":
        operation, arguments = "DescribeExports", dict(cloud.operation(api, "DescribeExports").example)
    else:
        operation, arguments = "GetDownloadTaskLink", {"uuid": task["id"]}
    request = cloud.make(api, operation, **arguments)
    answer = cloud.ask(cloud.sign(with_headers(request, host=host) if host else request, api, operation)).json
    return str(answer["Response"]["Exports"][0]["CosPath"] if api == "tencent-cls" else answer["result"]["link"])


@pytest.mark.parametrize(("api", "operation"), LINKED)
def test_a_link_leads_to_the_file(cloud: Cloud, api: str, operation: str) -> None:
    answer = cloud.follow(link_of(cloud, api))
    assert (answer.status, answer.content_type) == (200, cloud.operation(api, operation).success.content_type)
    assert len(answer.body) > 0


@pytest.mark.parametrize("host", ["127.0.0.1:4010", "localhost", "[::1]:4010", "MOCK.example:80"])
@pytest.mark.parametrize(("api", "operation"), LINKED)
def test_a_link_leads_to_where_the_caller_found_the_mock(cloud: Cloud, api: str, operation: str, host: str) -> None:
    link = link_of(cloud, api, host)
    assert link.startswith(f"http://{host.lower()}/")
    assert cloud.follow(link).status == cloud.operation(api, operation).success.status


@pytest.mark.parametrize(("api", "operation"), LINKED)
def test_at_the_host_of_the_provider_a_link_leads_to_the_storage_of_the_provider(
    cloud: Cloud, api: str, operation: str
) -> None:
    assert operation
    url = specs()[api].link
    assert url is not None
    assert link_of(cloud, api).startswith(url.url.partition("{")[0])


@pytest.mark.parametrize("host", ["[::1", "a b", "host/path?x=", "user@host", "x" * 300 + "!", "é"])
@pytest.mark.parametrize(("api", "operation"), LINKED)
def test_a_link_leads_nowhere_that_is_no_host(cloud: Cloud, api: str, operation: str, host: str) -> None:
    url = specs()[api].link
    assert url is not None
    link = link_of(cloud, api, host)
    assert link.startswith(url.url.partition("{")[0])
    assert cloud.follow(link).status == cloud.operation(api, operation).success.status


@pytest.mark.parametrize(("api", "operation"), LINKED)
def test_a_link_is_good_for_the_documented_time(cloud: Cloud, api: str, operation: str) -> None:
    link = link_of(cloud, api)
    cloud.wait(SECONDS[api])
    assert cloud.follow(link).status == 200
    cloud.wait(1)
    assert_refused(cloud.follow(link), api, operation, "link-expired")


@pytest.mark.parametrize(("api", "operation"), LINKED)
def test_a_link_is_signed_anew_each_time(cloud: Cloud, api: str, operation: str) -> None:
    first = link_of(cloud, api)
    cloud.engine.store.reset()
    second = link_of(cloud, api)
    assert first != second
    assert cloud.follow(second).status == cloud.operation(api, operation).success.status


def test_a_list_tells_the_link_of_its_second_and_its_host(cloud: Cloud) -> None:
    cloud.finished("tencent-cls")

    def told(host: str) -> str:
        example = dict(cloud.operation("tencent-cls", "DescribeExports").example)
        request = with_headers(cloud.make("tencent-cls", "DescribeExports", **example), host=host)
        answer = cloud.ask(cloud.sign(request, "tencent-cls", "DescribeExports")).json
        return str(answer["Response"]["Exports"][0]["CosPath"])

    first, same, other = told("one.example"), told("one.example"), told("other.example")
    cloud.wait(1)
    later = told("other.example")
    assert (first == same, first.startswith("http://one.example/")) == (True, True)
    assert (other.startswith("http://other.example/"), later != other) == (True, True)
    assert {cloud.follow(each).status for each in (first, other, later)} == {200}


def told_to(cloud: Cloud, account: Account) -> str:
    """The link of a new task, as a list tells it."""
    assert "Error" not in cloud.example("tencent-cls", "CreateExport", account).json["Response"]
    cloud.wait(60)
    return listed_to(cloud, account)


def listed_to(cloud: Cloud, account: Account = FIRST) -> str:
    request = cloud.make("tencent-cls", "DescribeExports", **cloud.operation("tencent-cls", "DescribeExports").example)
    request = cloud.sign(with_headers(request, host="mock.example"), "tencent-cls", "DescribeExports", account)
    return str(cloud.ask(request).json["Response"]["Exports"][0]["CosPath"])


def test_mocks_that_share_a_spec_tell_links_of_their_own() -> None:
    shared = together({"tencent-cls": compile_api(specs()["tencent-cls"])})
    keyed = replace(FIRST, key=replace(FIRST.key, secret="ANOTHER"))
    given: list[dict[str, Any]] = [{}, {"accounts": Accounts([keyed])}, {}, {"protocol": "https"}]
    clouds = [started(compilation=shared, **each) for each in given]
    links = [told_to(cloud, account) for cloud, account in zip(clouds, (FIRST, keyed, FIRST, FIRST), strict=True)]
    assert len({repr(cloud.engine.store.all_tasks()) for cloud in clouds}) == 1
    assert [link.partition("mock.example")[0] for link in links] == ["http://", "http://", "http://", "https://"]
    assert [cloud.follow(link).status for cloud, link in zip(clouds, links, strict=True)] == [200] * 4


def test_of_two_mocks_with_the_same_tasks_each_tells_links_by_its_own_protocol() -> None:
    shared, store = together({"tencent-cls": compile_api(specs()["tencent-cls"])}), MemoryStore()
    plain, secure = (started(compilation=shared, store=store, protocol=each) for each in ("http", "https"))
    told_to(plain, FIRST)
    secure.wait(60)
    links = [listed_to(cloud) for cloud in (plain, secure, plain)]
    assert [link.partition("mock.example")[0] for link in links] == ["http://", "https://", "http://"]


def test_a_link_that_depends_on_the_request_is_told_anew() -> None:
    spec = specs()["tencent-cls"]
    assert spec.link is not None
    changes = {"/x-link/url": spec.link.url + "?for={request.id}"}
    cloud = start({spec.name: spec_of(patch(dict(spec.document), changes), Path(spec.path), {})})
    assert told_to(cloud, FIRST) != listed_to(cloud)


def changed(link: str, **changes: str | None) -> str:
    parts = urlsplit(link)
    query = [(name, changes.get(name.replace("-", "_"), value)) for name, value in parse_qsl(parts.query)]
    return urlunsplit(parts._replace(query=urlencode([(name, value) for name, value in query if value is not None])))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"q_signature": "0" * 40}, "link-forged"),
        ({"q_ak": SECOND.key.key_id}, "link-forged"),
        ({"q_ak": "AKIDNOBODY"}, "unknown-key"),
        ({"q_signature": None}, "missing-authentication-parameter"),
        ({"q_sign_time": "1;2"}, "malformed-signature"),
        ({"q_sign_time": "now", "q_key_time": "now"}, "malformed-signature"),
        ({"q_sign_algorithm": "md5"}, "malformed-signature"),
    ],
)
def test_a_forged_link_is_refused(cloud: Cloud, change: dict[str, str | None], reason: str) -> None:
    answer = cloud.follow(changed(link_of(cloud, "tencent-cls"), **change))
    assert cloud.last().reason == reason
    assert_refused(answer, "tencent-cls", "GetExportedFile", reason)


@pytest.mark.parametrize(("api", "operation"), LINKED)
def test_a_link_is_good_for_its_own_file_alone(cloud: Cloud, api: str, operation: str) -> None:
    parts = urlsplit(link_of(cloud, api))
    answer = cloud.follow(urlunsplit(parts._replace(path=parts.path[:-1] + "_")))
    assert_refused(answer, api, operation, "link-forged")


@pytest.mark.parametrize(("api", "operation"), LINKED)
def test_a_forged_link_does_not_count_as_a_failure_of_the_key(cloud: Cloud, api: str, operation: str) -> None:
    assert operation
    parts = urlsplit(link_of(cloud, api))
    cloud.follow(urlunsplit(parts._replace(path=parts.path + "_")))
    assert cloud.engine.store.strikes("AKIDEXAMPLE")[0] == 0


@pytest.mark.parametrize(("api", "operation"), LINKED)
def test_the_link_of_a_task_that_is_gone_leads_nowhere(cloud: Cloud, api: str, operation: str) -> None:
    link = link_of(cloud, api)
    cloud.engine.inspection.delete_task(cloud.engine.inspection.tasks(api)[0]["id"])
    assert_refused(cloud.follow(link), api, operation, "task-missing")


@pytest.mark.parametrize(("api", "operation"), LINKED)
def test_the_link_of_a_task_that_has_expired_leads_nowhere(cloud: Cloud, api: str, operation: str) -> None:
    link = link_of(cloud, api)
    cloud.engine.inspection.put_task(cloud.engine.inspection.tasks(api)[0]["id"], {"phase": "expired"})
    assert_refused(cloud.follow(link), api, operation, "file-gone")


METHODS = ["HEAD", "PUT", "POST", "DELETE", "OPTIONS", "PATCH"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("api", "operation"), LINKED)
def test_the_signature_of_a_link_is_good_for_no_other_method(
    cloud: Cloud, api: str, operation: str, method: str
) -> None:
    parts = urlsplit(link_of(cloud, api))
    answer = cloud.send(Request(method, parts.path, parts.query, {"host": parts.netloc}))
    assert_refused(answer, api, operation, "link-forged")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("api", "operation"), LINKED)
def test_without_a_signature_another_method_is_refused_as_the_storage_does(
    cloud: Cloud, api: str, operation: str, method: str
) -> None:
    parts = urlsplit(link_of(cloud, api))
    answer = cloud.send(Request(method, parts.path, "", {"host": parts.netloc}))
    assert_refused(answer, api, operation, "unsigned")


@pytest.mark.parametrize(("api", "operation"), LINKED)
def test_a_link_that_has_expired_has_done_so_for_every_method(cloud: Cloud, api: str, operation: str) -> None:
    parts = urlsplit(link_of(cloud, api))
    cloud.wait(SECONDS[api] + 1)
    answer = cloud.send(Request("HEAD", parts.path, parts.query, {"host": parts.netloc}))
    assert_refused(answer, api, operation, "link-expired")


@pytest.mark.parametrize(("api", "operation"), LINKED)
def test_a_method_that_is_signed_is_not_taken_all_the_same(cloud: Cloud, api: str, operation: str) -> None:
    parts = urlsplit(link_of(cloud, api))
    request = Request("PUT", parts.path, "", {"host": parts.netloc})
    assert_refused(cloud.send(cloud.sign(request, api, operation)), api, operation, "unknown-method")


def test_who_asks_for_a_disposition_is_given_it(cloud: Cloud) -> None:
    link = link_of(cloud, "tencent-cls")
    assert "content-disposition" not in _lowered(cloud.follow(link).headers)
    named = cloud.follow(f"{link}&response-content-disposition=attachment%3B%20filename%3Dlogs.gz")
    assert _lowered(named.headers)["content-disposition"] == "attachment; filename=logs.gz"


def test_where_the_signature_covers_all_parameters_only_who_signs_asks_for_a_disposition(cloud: Cloud) -> None:
    api, operation, query = "baidu-bls", "GetDownloadedFile", "responseContentDisposition=attachment"
    link = link_of(cloud, api)
    assert_refused(cloud.follow(f"{link}&{query}"), api, operation, "link-forged")
    parts = urlsplit(link)
    request = Request("GET", parts.path, query, {"host": parts.netloc})
    assert _lowered(cloud.send(cloud.sign(request, api, operation)).headers)["content-disposition"] == "attachment"


def _lowered(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


@pytest.mark.parametrize(
    ("headers", "status", "counts"),
    [
        ({}, 200, True),
        ({"range": "bytes=0-9"}, 206, True),
        ({"range": "bytes=999999999-"}, 416, False),
        ({"if-match": '"another"'}, 412, False),
        ({"if-none-match": "*"}, 304, False),
    ],
)
def test_a_task_counts_as_downloaded_when_its_file_is_sent(
    cloud: Cloud, headers: Mapping[str, str], status: int, *, counts: bool
) -> None:
    parts = urlsplit(link_of(cloud, "tencent-cls"))
    answer = cloud.send(Request("GET", parts.path, parts.query, {"host": parts.netloc, **headers}))
    assert answer.status == status
    assert (cloud.engine.inspection.tasks()[-1]["downloaded"] is not None) is counts
