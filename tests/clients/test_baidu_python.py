"""bce-python-sdk through whole lives of download tasks."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest
from baidubce.auth import bce_v1_signer
from baidubce.exception import BceHttpClientError
from baidubce.http import bce_http_client, handler
from baidubce.services.bls.bls_client import BlsClient

from tests.clients.baidu import CREATION, END, START, ask_link, connect, create, delete, list_tasks, send, show
from tests.clients.control import SECOND, TEMPORARY, Mock
from tests.clients.exported import read_csv, read_json_lines

API = "baidu-bls"


def finish(mock: Mock, client: BlsClient, **arguments: Any) -> tuple[Any, bytes]:
    """A new task when it is done, and its file."""
    uuid = create(client, **arguments)
    mock.advance(10)
    return show(client, uuid), mock.download(ask_link(client, uuid).link).content


def test_a_task_lives_its_whole_life(mock: Mock) -> None:
    client = connect(mock)
    uuid = create(client)
    assert mock.watch(lambda: str(show(client, uuid).state), "SUCCESS") == ["WAITING", "RUNNING", "SUCCESS"]

    place = ask_link(client, uuid)
    assert place.file_name == show(client, uuid).file_name
    file = mock.download(place.link)
    assert (file.status_code, len(read_json_lines(file.content))) == (200, show(client, uuid).written_rows)

    gone = delete(client, uuid)
    assert (gone.success, gone.code) == (True, "OK")
    assert list_tasks(client).total == 0
    with pytest.raises(BceHttpClientError) as raised:
        delete(client, uuid)
    assert (raised.value.status_code, raised.value.code) == (404, "DownloadTaskNotFound")


def test_a_creation_answers_201_and_every_answer_carries_an_id_of_its_own(mock: Mock) -> None:
    client = connect(mock)
    ids = {send(client, "POST", "", CREATION).metadata.bce_request_id for _ in range(2)}
    exchanges = mock.exchanges(api=API)
    assert [exchange["response"]["status"] for exchange in exchanges] == [201, 201]
    assert len(ids | {exchange["request"]["headers"]["x-bce-request-id"] for exchange in exchanges}) == 4


def test_a_description_repeats_what_the_task_was_created_with(mock: Mock) -> None:
    asked = CREATION | {
        "name": "errors",
        "project": "default",
        "logStreamName": "web-1",
        "query": "match status:500",
        "format": "csv",
        "limit": 7,
        "order": "asc",
    }
    client = connect(mock)
    uuid = str(send(client, "POST", "", asked).result.uuid)
    task = json.loads(send(client, "GET", f"/{uuid}").raw_data)["result"]["task"]
    assert {name: task[name] for name in asked} == asked
    assert (task["uuid"], task["fileName"], task["writtenRows"]) == (uuid, "", 0)


def test_members_that_are_empty_or_zero_count_as_not_given(mock: Mock) -> None:
    unset = {"name": "", "project": "", "logStreamName": "", "query": "", "format": "", "limit": 0, "order": ""}
    client = connect(mock)
    task = show(client, create(client, **unset, fileDir=""))
    assert (task.project, task.format, task.limit, task.order) == ("default", "json", 1_000_000, "desc")
    listed = list_tasks(client, project="", logStoreName="", order="", orderBy="", pageNo=0, pageSize=0)
    assert (listed.order, listed.order_by, listed.page_no, listed.page_size) == ("desc", "createdTime", 1, 10)
    assert listed.total == 1


def test_json_comes_newest_first_out_of_the_window_and_the_query_alone(mock: Mock) -> None:
    task, content = finish(mock, connect(mock), query="status:200")
    rows = read_json_lines(content)
    moments = [row["timestamp"] for row in rows]
    assert len(rows) == task.written_rows > 1
    assert moments == sorted(moments, reverse=True)
    assert {row["status"] for row in rows} == {200}
    assert START[:-1] <= min(moments) <= max(moments) <= END[:-1] + "~"


def test_csv_comes_oldest_first_and_ends_at_the_limit(mock: Mock) -> None:
    task, content = finish(mock, connect(mock), format="csv", order="asc", limit=5)
    rows = read_csv(content)
    moments = [row["timestamp"] for row in rows]
    assert (len(rows), task.written_rows) == (5, 5)
    assert moments == sorted(moments)


def test_the_file_is_named_after_the_task_and_lies_in_the_directory_asked_for(mock: Mock) -> None:
    client = connect(mock)
    task, _ = finish(mock, client, name="errors", format="csv", fileDir="bls-test/test")
    assert task.file_name.startswith("errors_csv_")
    assert (task.file_dir, ask_link(client, task.uuid).file_dir) == ("bls-test/test/", "bls-test/test/")


def test_a_task_that_is_not_done_has_an_empty_link(mock: Mock) -> None:
    client = connect(mock)
    uuid = create(client)
    place = ask_link(client, uuid)
    assert (place.file_name, place.link) == ("", "")


def test_a_task_that_fails_says_why_and_has_no_link(mock: Mock) -> None:
    mock.inject(API, "task-fails", "CreateDownloadTask")
    client = connect(mock)
    uuid = create(client)
    mock.advance(10)
    task = show(client, uuid)
    assert task.state == "FAILED"
    assert task.failed_code
    assert task.failed_message
    assert ask_link(client, uuid).link == ""


def test_an_expired_task_loses_its_file(mock: Mock) -> None:
    client = connect(mock)
    task, _ = finish(mock, client)
    link = ask_link(client, task.uuid).link
    mock.change_task(task.uuid, expired=True)
    assert show(client, task.uuid).state == "EXPIRED"
    assert ask_link(client, task.uuid).link == ""
    gone = mock.download(link)
    assert (gone.status_code, gone.json()["code"]) == (404, "NoSuchKey")


def test_a_link_expires_after_half_an_hour(mock: Mock) -> None:
    client = connect(mock)
    task, content = finish(mock, client)
    link = ask_link(client, task.uuid).link
    mock.advance(1800 - 1)  # links are signed at whole seconds
    assert mock.download(link).content == content
    mock.advance(2)
    late = mock.download(link)
    assert (late.status_code, late.json()["code"]) == (400, "RequestExpired")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        (lambda link: link[:-8] + "0" * 8, 400, "SignatureDoesNotMatch"),
        (lambda link: link.replace("AKIDEXAMPLE", "AKIDNOBODY"), 403, "InvalidAccessKeyId"),
        (lambda link: link.partition("?")[0], 403, "AccessDenied"),
        (lambda link: link[:-8], 400, "InvalidHTTPAuthHeader"),
    ],
    ids=["forged", "of an unknown key", "unsigned", "cut off"],
)
def test_a_link_that_was_tampered_with_leads_nowhere(mock: Mock, change: Any, status: int, code: str) -> None:
    client = connect(mock)
    task, _ = finish(mock, client)
    refused = mock.download(change(ask_link(client, task.uuid).link))
    assert (refused.status_code, refused.json()["code"]) == (status, code)


def test_tasks_are_listed_newest_first_a_page_at_a_time(mock: Mock) -> None:
    client = connect(mock)
    created = []
    for _ in range(5):
        created.append(create(client))
        mock.advance(1)
    page = list_tasks(client, pageNo=2, pageSize=2)
    assert (page.total, page.page_no, page.page_size) == (5, 2, 2)
    assert [task.uuid for task in page.tasks] == created[::-1][2:4]


def test_tasks_are_listed_by_name_and_of_the_log_stores_that_are_looked_for(mock: Mock) -> None:
    mock.exist(API, "log-store", "testing-2")
    mock.exist(API, "log-store", "audit")
    client = connect(mock)
    for store, name in (("testing-2", "b"), ("audit", "c"), ("test", "a")):
        create(client, logStoreName=store, name=name)
    found = list_tasks(client, logStoreName="est", orderBy="name", order="asc")
    assert [(task.name, task.log_store_name) for task in found.tasks] == [("a", "test"), ("b", "testing-2")]
    assert list_tasks(client, project="elsewhere").total == 0


def test_an_account_neither_sees_nor_deletes_the_task_of_another(mock: Mock) -> None:
    uuid = create(connect(mock))
    stranger = connect(mock, SECOND)
    assert list_tasks(stranger).total == 0
    for call in (show, ask_link, delete):
        with pytest.raises(BceHttpClientError) as raised:
            call(stranger, uuid)
        assert raised.value.code == "DownloadTaskNotFound"
    assert list_tasks(connect(mock)).total == 1


def test_temporary_credentials_are_those_of_their_account(mock: Mock) -> None:
    token = {b"x-bce-security-token": TEMPORARY.token.encode()}
    answer = send(connect(mock, TEMPORARY), "POST", "", CREATION, headers=token)
    assert show(connect(mock), answer.result.uuid).state == "WAITING"


def test_a_signature_that_lists_its_headers_is_accepted(mock: Mock) -> None:
    client = connect(mock)
    sign = partial(bce_v1_signer.sign, headers_to_sign=[b"host", b"x-bce-date"])
    answer = bce_http_client.send_request(
        client.config,
        sign,
        [handler.parse_error, handler.parse_json],
        b"POST",
        b"/v2/logstore/download",
        json.dumps(CREATION),
        {b"Content-Type": b"application/json"},
        None,
    )
    assert show(client, answer.result.uuid).state == "WAITING"
