"""Is what happens at a mock followed without losing or repeating anything, wherever a stream ends?"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from click.testing import CliRunner

from mockserver import Server
from mockserver.cli import commands
from mockserver.client.events import follow


@dataclass
class Streams:
    """A door to streams that end, one after another."""

    pieces: list[list[bytes]]
    asked: list[Mapping[str, str]] = field(default_factory=list)

    def read(self, path: str, query: Mapping[str, str] | None = None) -> Iterator[bytes]:
        assert path == "/events"
        self.asked.append(query or {})
        return iter(self.pieces.pop(0))

    def ask(self, *_: Any, **__: Any) -> Any:
        raise NotImplementedError

    send = ask


def test_a_stream_that_ends_is_taken_up_where_it_ended() -> None:
    hello = b'retry: 0\n\nevent: hello\nid: r-%d-0\ndata: {"run": "r"}\n\n'
    seen = b'event: request\nid: r-%d-0\ndata: {"number": %d}\n\n'
    whole = hello % 0 + seen % (1, 1) + b":\n\n" + seen % (2, 2)
    cut = [whole[:50], whole[50:51], whole[51:]]
    streams = Streams([cut, [hello % 2 + seen % (3, 3)]])
    found = [*islice(follow(streams, backlog=2), 4)]
    assert [each["event"] for each in found] == ["hello", "request", "request", "request"]
    assert [each["data"].get("number") for each in found] == [None, 1, 2, 3]
    assert streams.asked == [{"backlog": "2"}, {"after": "r-2-0"}]


def test_events_of_a_mock_on_a_port_are_printed_a_line_each() -> None:
    with Server("huawei-iotda") as server:
        server.faults.add(effect="reset")
        first = CliRunner().invoke(commands, ["ctl", "--json", "--url", server.url, "events", "--limit", "1"])
        position = json.loads(first.output)["id"]
        server.faults.clear()
        arguments = ["ctl", "--url", server.url, "events", "--after", position, "--limit", "2"]
        assert CliRunner().invoke(commands, arguments).output == "hello\nchange faults\n"
