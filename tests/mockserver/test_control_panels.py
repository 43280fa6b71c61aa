"""What the page in a browser asks the control plane for."""

from datetime import UTC, datetime

import pytest

from mockserver.accounts import FIRST, SECOND
from openapi.messages import Request
from openapi.model import Action
from tests.mockserver.cloud import LONG_ENOUGH, START, Cloud, specs
from tests.mockserver.control_plane import API, Control, start


@pytest.fixture
def control() -> Control:
    return start()


def test_a_page_of_tasks_says_how_many_there_are_in_all(control: Control) -> None:
    made = []
    for _ in range(5):
        made.append(control.create())
        control.cloud.clock.advance(1)
    page = control.ask("GET", "/tasks?limit=2&offset=1&order=newest").json
    assert [task["id"] for task in page["tasks"]] == [made[3], made[2]]
    assert page["total"] == 5
    assert sum(page["phases"].values()) == 5


def test_tasks_are_found_by_phase_and_by_what_they_contain(control: Control) -> None:
    old = control.create()
    control.cloud.clock.advance(LONG_ENOUGH)
    new = control.create()
    assert [task["id"] for task in control.ask("GET", "/tasks?phase=succeeded").json["tasks"]] == [old]
    assert [task["id"] for task in control.ask("GET", f"/tasks?search={new[:13].upper()}").json["tasks"]] == [new]
    page = control.ask("GET", "/tasks?phase=succeeded&limit=1").json
    assert (page["total"], sum(page["phases"].values())) == (1, 2)


@pytest.mark.parametrize("query", ["phase=lost", "order=best", "limit=many", "offset=-1", "account=7"])
def test_a_page_that_cannot_be_is_refused(control: Control, query: str) -> None:
    message, _ = control.refused("GET", f"/tasks?{query}")
    assert query.partition("=")[0] in message


def test_an_exchange_is_shown_by_its_number(control: Control) -> None:
    control.create()
    control.create()
    assert control.ask("GET", "/requests/1").json == control.ask("GET", "/requests").json["requests"][0]
    assert control.ask("GET", "/requests/3").status == 404
    assert control.ask("GET", "/requests/first").status == 404
    assert control.ask("GET", f"/requests/{'9' * 5000}").status == 404


def test_gauges_show_what_is_held_and_spent(control: Control) -> None:
    quota = specs()[API].quotas[0]
    (limit,) = specs()[API].operations["CreateExport"].rate_limits
    control.create()
    gauges = control.ask("GET", f"/quotas?account={FIRST.number}").json
    (held,) = (each for each in gauges["quotas"] if each["id"] == quota.id)
    assert (held["held"], held["limit"], held["api"], held["account"]) == (1, quota.limit, API, FIRST.number)
    (spent,) = (each for each in gauges["limits"] if each["operation"] == "CreateExport")
    assert (spent["spent"], spent["limit"], spent["seconds"]) == (1, limit.requests, limit.seconds)


def test_gauges_fall_as_time_passes_and_are_each_accounts_own(control: Control) -> None:
    control.create()
    control.cloud.clock.advance(LONG_ENOUGH)
    gauges = control.ask("GET", "/quotas").json
    assert {each["held"] for each in gauges["quotas"]} == {0}
    assert {each["spent"] for each in gauges["limits"]} == {0}
    control.create()
    assert {each["held"] for each in control.ask("GET", f"/quotas?account={SECOND.number}").json["quotas"]} == {0}


def test_to_read_a_gauge_spends_nothing(control: Control) -> None:
    control.create()
    first = control.ask("GET", "/quotas").json
    assert control.ask("GET", "/quotas").json == first


def test_the_file_of_a_task_is_what_its_link_leads_to(control: Control) -> None:
    made = control.create()
    assert control.ask("GET", f"/files/{made}").status == 404
    control.cloud.clock.advance(LONG_ENOUGH)
    answer = control.ask("GET", f"/files/{made}")
    assert (answer.status, answer.headers["content-disposition"]) == (200, "attachment")
    (task,) = control.ask("GET", "/tasks").json["tasks"]
    assert task["downloaded"] is None
    listed = control.cloud.example(API, "DescribeExports").json["Response"]["Exports"]
    assert answer.body == control.cloud.follow(listed[0]["CosPath"]).body != b""
    assert control.ask("GET", "/files/nobodys").status == 404


def test_a_spec_is_shown_as_it_is_served_here(control: Control) -> None:
    document = control.ask("GET", f"/specs/{API}").json
    assert document["paths"] == specs()[API].document["paths"]
    assert document["servers"] == [{"url": "/", "description": "this mock"}]
    assert control.refused("GET", "/specs/other")[1] == [API]


def drafts() -> list[tuple[str, str]]:
    """An operation of every API that lists tasks."""
    found = {
        name: each.id
        for name, spec in specs().items()
        for each in spec.operations.values()
        if each.action is Action.LIST and each.schemes
    }
    return [*found.items()]


@pytest.mark.parametrize(("api", "operation"), drafts())
def test_what_is_signed_is_accepted(cloud: Cloud, api: str, operation: str) -> None:
    example = dict(cloud.operation(api, operation).example)
    sent = cloud.make(api, operation, **example)
    url = f"http://127.0.0.1:4010{sent.path}" + (f"?{sent.query}" if sent.query else "")
    headers = {name: value for name, value in sent.headers.items() if name != "host"}
    draft = {"api": api, "method": sent.method, "url": url, "headers": headers, "body": sent.body.decode()}
    signed = Control(cloud.app, cloud).ask("POST", "/sign", draft)
    assert (signed.status, signed.json["operation"]) == (200, operation)
    query = signed.json["url"].partition("?")[2]
    request = Request(sent.method, sent.path, query, {**signed.json["headers"], "host": "127.0.0.1:4010"}, sent.body)
    cloud.send(request)
    (exchange,) = cloud.journal.find()
    assert (exchange.reason, exchange.account) == ("", FIRST.number)


def test_an_action_of_a_fragment_is_sent_as_a_header(control: Control) -> None:
    draft = {"api": API, "method": "POST", "url": "http://localhost/#X-TC-Action=DescribeExports", "body": "{}"}
    signed = control.ask("POST", "/sign", draft).json
    assert (signed["url"], signed["operation"]) == ("http://localhost/", "DescribeExports")
    assert signed["headers"]["x-tc-action"] == "DescribeExports"
    assert datetime.fromtimestamp(int(signed["headers"]["x-tc-timestamp"]), UTC).timestamp() == START


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"api": "other"}, "unknown API"),
        ({"account": "7"}, "account"),
        ({"url": "/relative"}, "no address"),
        ({"url": "http://[::1/"}, "url"),
        ({"url": "http://localhost/#X-TC-Action=Nothing"}, "no operation"),
        ({"headers": {"a": 1}}, "headers.a"),
        ({"verbose": True}, "verbose"),
    ],
    ids=str,
)
def test_what_cannot_be_signed_is_refused(control: Control, change: dict[str, object], said: str) -> None:
    draft = {"api": API, "method": "POST", "url": "http://localhost/#X-TC-Action=DescribeExports"} | change
    assert said in control.refused("POST", "/sign", draft)[0]


def test_what_would_be_signed_is_told_with_the_header_that_names_the_operation(control: Control) -> None:
    draft = {"api": API, "method": "POST", "url": "http://localhost/"}
    answer = control.ask("POST", "/sign", draft).json["error"]
    assert "POST / with x-tc-action: DescribeExports" in answer["valid"]
    assert "GET /export-gz/{date}/{file_name}" in answer["valid"]


def test_events_are_resumed_where_a_header_says(control: Control) -> None:
    control.create()
    control.ask("PUT", "/clock", {"action": "advance", "seconds": 1})
    control.ask("POST", "/sign", {"api": API, "method": "GET", "url": "http://localhost/nothing"})
    feed = control.app.extensions["mock"].feed
    kinds = [(event.kind, event.data.get("what")) for event in feed.since(feed.start(backlog=9))]
    assert kinds == [("request", None)]
    run = feed.start().run
    kinds = [(event.kind, event.data.get("what")) for event in feed.since(type(feed.start()).read(f"{run}-1-0"))]
    assert kinds == [("change", "clock")]


@pytest.mark.parametrize("path", ["/ui", "/ui/", "/ui/index.html", "/ui/main.js", "/ui/viewer/swagger-ui.css"])
def test_the_page_is_served_with_a_strict_policy(control: Control, path: str) -> None:
    answer = control.ask("GET", path)
    assert answer.status == 200
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("name", ["nothing.js", "../app.py", "..%2fapp.py", "viewer/index.css", "main.JS", "main"])
def test_no_other_file_is(control: Control, name: str) -> None:
    assert control.ask("GET", f"/ui/{name}").status == 404


def test_the_page_asks_for_the_token_and_needs_none_itself() -> None:
    control = start(control_token="open sesame")
    assert control.ask("GET", "/ui/index.html", headers={"Host": "mock.example"}).status == 200
    assert control.ask("GET", "/tasks", headers={"Host": "mock.example"}).status == 403
    assert control.ask("GET", "/ui", headers={"Origin": "https://evil.example"}).status == 403


def test_without_a_token_the_page_is_for_this_machine_alone(control: Control) -> None:
    assert control.ask("GET", "/ui", headers={"Host": "evil.example"}).status == 403
    assert start(control=False).ask("GET", "/ui").status == 403
