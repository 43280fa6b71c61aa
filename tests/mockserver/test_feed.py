"""Is everything told that happened, once, to whoever comes back for it?"""

import json
from collections.abc import Iterator

import pytest

from mockserver.clock import MovableClock
from mockserver.control.stream import BEAT, HELD, LATER, ROUNDS, SOON, Streams
from mockserver.feed import KEPT, Event, Feed, Position
from mockserver.journal import Journal
from openapi.messages import Request, Response
from tests.mockserver.exchanged import facts_of

RUN = "abc"


class Mock:
    """A journal and its feed, on a clock that stands still."""

    def __init__(self, capacity: int = 100) -> None:
        clock = MovableClock(lambda: 0.0)
        clock.freeze()
        self.journal = Journal(capacity)
        self.feed = Feed(self.journal, clock, RUN)

    def exchange(self, path: str = "/", status: int = 200) -> None:
        self.journal.add(facts_of(Request("GET", path), Response(status, {}, b""), at=0.0, operation="Show"))


@pytest.fixture
def mock() -> Mock:
    return Mock()


def kinds(events: list[Event]) -> list[str]:
    return [event.kind for event in events]


def test_exchanges_and_changes_are_told_once(mock: Mock) -> None:
    at = mock.feed.start()
    mock.exchange("/a")
    mock.feed.change("clock")
    events = mock.feed.since(at)
    assert kinds(events) == ["request", "change"]
    assert (events[0].data["path"], events[0].data["number"], events[0].data["operation"]) == ("/a", 1, "Show")
    assert events[1].data == {"what": "clock"}
    assert mock.feed.since(events[-1].position) == []


def test_whoever_was_told_half_is_told_the_rest(mock: Mock) -> None:
    at = mock.feed.start()
    mock.exchange("/a")
    mock.exchange("/b")
    mock.feed.change("faults")
    first, *rest = mock.feed.since(at)
    assert mock.feed.since(Position.read(str(first.position))) == rest


def test_the_last_exchanges_are_still_ahead_of_whoever_asks_for_them(mock: Mock) -> None:
    for name in "abc":
        mock.exchange(f"/{name}")
    assert [event.data["path"] for event in mock.feed.since(mock.feed.start(backlog=2))] == ["/b", "/c"]
    assert [event.data["path"] for event in mock.feed.since(mock.feed.start(backlog=50))] == ["/a", "/b", "/c"]
    assert mock.feed.since(mock.feed.start()) == []


def test_exchanges_that_are_not_kept_leave_a_gap() -> None:
    mock = Mock(capacity=2)
    at = mock.feed.start()
    for name in "abc":
        mock.exchange(f"/{name}")
    events = mock.feed.since(at)
    assert kinds(events) == ["gap", "request", "request"]
    assert [event.data["path"] for event in events[1:]] == ["/b", "/c"]


def test_exchanges_that_were_forgotten_leave_a_gap_and_no_second_one(mock: Mock) -> None:
    at = mock.feed.start()
    mock.exchange()
    mock.journal.clear()
    (gap,) = mock.feed.since(at)
    assert gap.kind == "gap"
    assert mock.feed.since(gap.position) == []


def test_changes_that_are_not_kept_leave_a_gap(mock: Mock) -> None:
    at = mock.feed.start()
    for _ in range(KEPT + 1):
        mock.feed.change("clock")
    events = mock.feed.since(at)
    assert kinds(events) == ["gap", *["change"] * KEPT]
    assert mock.feed.since(events[-1].position) == []


@pytest.mark.parametrize("text", [f"{RUN}-9-0", f"{RUN}-0-9"])
def test_a_position_that_nobody_was_ever_told_leaves_a_gap(mock: Mock, text: str) -> None:
    (gap,) = mock.feed.since(Position.read(text))
    assert (gap.kind, gap.position) == ("gap", mock.feed.start())


@pytest.mark.parametrize("text", ["def-7-7", "", "abc", "abc-1-2-3", "abc-x-1", "\ud800", f"{RUN}-{'9' * 40}-1"])
def test_a_position_of_another_run_leaves_a_gap(mock: Mock, text: str) -> None:
    mock.exchange()
    (gap,) = mock.feed.since(Position.read(text))
    assert (gap.kind, gap.position) == ("gap", mock.feed.start())


def test_an_event_is_written_in_lines_that_nothing_in_it_can_break(mock: Mock) -> None:
    at = mock.feed.start()
    mock.exchange("/a\n\nevent: forged\udcff")
    (event,) = mock.feed.since(at)
    kind, number, data, *end = str(event).split("\n")
    assert (kind, number, end) == ("event: request", f"id: {RUN}-1-0", ["", ""])
    assert json.loads(data.removeprefix("data: "))["path"] == "/a\n\nevent: forged�"


def follow(mock: Mock, waits: list[float]) -> tuple[Streams, Iterator[bytes]]:
    streams = Streams(mock.feed, pause=waits.append)
    return streams, streams.follow(mock.feed.start())


def test_a_stream_begins_with_the_run_and_the_time(mock: Mock) -> None:
    _, stream = follow(mock, [])
    head = next(stream).decode()
    assert head.startswith(f"retry: {SOON}\n\nevent: hello\nid: {RUN}-0-0\n")
    assert json.loads(head.rpartition("data: ")[2])["clock"]["frozen"] is True


def test_a_stream_tells_what_happens_while_it_is_held(mock: Mock) -> None:
    _, stream = follow(mock, [])
    next(stream)
    mock.exchange("/a")
    assert b'"path": "/a"' in next(stream)
    mock.feed.change("clock")
    assert b'"what": "clock"' in next(stream)


def test_a_stream_of_a_quiet_mock_shows_now_and_then_that_it_lives_and_ends(mock: Mock) -> None:
    waits: list[float] = []
    _, stream = follow(mock, waits)
    _, *beats = stream
    assert beats == [b":\n\n"] * (ROUNDS // BEAT)
    assert len(waits) == ROUNDS - 1


def test_who_comes_when_all_streams_are_taken_is_told_what_happened_and_when_to_come_back(mock: Mock) -> None:
    waits: list[float] = []
    streams = Streams(mock.feed, pause=waits.append)
    held = [streams.follow(mock.feed.start()) for _ in range(HELD)]
    for stream in held:
        next(stream)
    at = mock.feed.start()
    mock.exchange("/a")
    head, told = streams.follow(at)
    assert head.startswith(f"retry: {LATER}\n".encode())
    assert b'"path": "/a"' in told
    assert waits == []


def test_a_stream_that_nobody_reads_any_more_makes_room(mock: Mock) -> None:
    streams = Streams(mock.feed, pause=lambda _: None)
    held = [streams.follow(mock.feed.start()) for _ in range(HELD)]
    for stream in held:
        next(stream)
    held[0].close()  # type: ignore[attr-defined]  # as a server does whose client has gone
    assert next(streams.follow(mock.feed.start())).startswith(f"retry: {SOON}\n".encode())
