"""Do assertions about what a client sent hold when they should, and say what is wrong when they do not?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from mockserver.client.control import Control as Client
from mockserver.client.doors import PlaneDoor
from mockserver.control.plane import Plane
from mockserver.testing.sent import Sent
from tests.mockserver.cloud import START
from tests.mockserver.control_plane import API, Control, start


@pytest.fixture
def control() -> Control:
    return start()


@pytest.fixture
def sent(control: Control) -> Sent:
    client = Client(PlaneDoor(lambda: Plane(control.app.extensions["mock"])))
    return Sent(client.requests, client.client_report, client.operations)


def wrong(assertion: Callable[[], None]) -> str:
    """What an assertion says that does not hold."""
    with pytest.raises(AssertionError) as failed:
        assertion()
    return str(failed.value)


def test_what_was_sent_is_told_with_how_often(control: Control, sent: Sent) -> None:
    control.create()
    sent.assert_sent("CreateExport", times=1, Count=100)
    sent.assert_not_sent("CreateExport", Count=7)
    sent.assert_not_sent("DeleteExport")
    assert wrong(lambda: sent.assert_not_sent("CreateExport", Count=100)).startswith(
        "CreateExport(Count=100) was sent once, not 0 times\n> 1. CreateExport(TopicId="
    )


def test_an_operation_that_does_not_exist_is_no_operation_that_was_not_called(sent: Sent) -> None:
    for assertion in (sent.assert_sent, sent.assert_not_sent, sent.assert_order):
        with pytest.raises(ValueError, match=r"no operation here is called 'DeleteExports'; there are .*DeleteExport,"):
            assertion("DeleteExports")


def test_a_request_that_reached_nothing_is_told_with_what_it_was_meant_for(control: Control, sent: Sent) -> None:
    control.create()
    sent.assert_nothing_missed()
    request = control.cloud.make(API, "DeleteExport", ExportId="1")
    kept = {name: value for name, value in request.headers.items() if name != "x-tc-version"}
    control.cloud.send(replace(request, headers=kept))
    said = wrong(sent.assert_nothing_missed)
    assert said.startswith("request 2 reached no operation\n")
    assert "\n       this would have matched DeleteExport but for the missing header X-TC-Version" in said


def test_what_was_sent_in_vain_is_told_with_what_was_meant(control: Control, sent: Sent) -> None:
    control.create()
    sent.assert_nothing_unread()
    control.cloud.send(replace(control.cloud.make(API, "DeleteExport", ExportId="1"), query="offset=1"))
    said = wrong(sent.assert_nothing_unread)
    assert said.startswith("request 2 carried what nobody reads: query offset\n")


def test_polling_is_judged_by_the_shortest_pause(control: Control, sent: Sent) -> None:
    poll = "DescribeExports"
    assert "was called 0 times: nothing shows" in wrong(lambda: sent.assert_polled_slower_than(1, poll))
    for pause in (0.0, 5.0, 2.0):
        control.cloud.wait(pause)
        control.cloud.example(API, poll)
    sent.assert_polled_slower_than(2.0, poll)
    assert wrong(lambda: sent.assert_polled_slower_than(3.0, poll)).startswith(
        "DescribeExports was called again after 2 s, not 3\n  1. "
    )


def test_a_habit_for_which_there_was_no_occasion_is_no_success(control: Control, sent: Sent) -> None:
    control.create()
    assert wrong(sent.assert_waited_as_told).startswith(
        "nothing shows whether the client waits as long as Retry-After asks: there was no occasion\n  1. CreateExport("
    )


def test_a_habit_that_is_missing_is_told_with_the_requests_that_show_it(control: Control, sent: Sent) -> None:
    task = control.create()
    said = wrong(sent.assert_deleted_all)
    assert said.startswith(
        f"a good client deletes what it made; this one does not: {task} was left behind\n> 1. Create"
    )
    control.cloud.call(API, "DeleteExport", ExportId=task)
    sent.assert_deleted_all()
    sent.assert_signed_right()
    sent.assert_kept_limits()


def test_looking_on_after_the_end_is_told(control: Control, sent: Sent) -> None:
    control.create()
    control.cloud.wait(60)
    control.cloud.example(API, "DescribeExports")
    sent.assert_stopped_looking()
    control.cloud.wait(60)
    control.cloud.example(API, "DescribeExports")
    assert "> 3. DescribeExports(" in wrong(sent.assert_stopped_looking)


def test_a_signature_that_was_sent_twice_is_told(control: Control, sent: Sent) -> None:
    request = control.cloud.sign(control.cloud.make(API, "DescribeExports"), API, "DescribeExports")
    control.cloud.send(request)
    control.cloud.clock.set(START + 5)  # clients follow a clock that is set
    control.cloud.send(request)
    assert "sent again with the signature of the first time" in wrong(sent.assert_signed_anew)


def test_after_a_failure_of_the_server_patience_is_judged(control: Control, sent: Sent) -> None:
    control.ask("POST", "/faults", {"api": API, "code": "InternalError", "operation": "CreateExport", "times": 2})
    control.cloud.example(API, "CreateExport")
    assert "was given up" in wrong(sent.assert_tried_again)
    for pause in (1, 3):
        control.cloud.wait(pause)
        control.cloud.example(API, "CreateExport")
    sent.assert_tried_again()
    sent.assert_backed_off()


def test_asking_again_what_can_never_be_accepted_is_told(control: Control, sent: Sent) -> None:
    control.cloud.example(API, "CreateExport", Count="many")
    sent.assert_gave_up()
    control.cloud.example(API, "CreateExport", Count="many")
    assert "> 2. CreateExport(" in wrong(sent.assert_gave_up)
