"""What a served mock needs for large files: loaded over HTTP, created, polled as clients do, downloaded."""

from __future__ import annotations

import http.client
import re
import socket
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import nan
from pathlib import Path
from statistics import quantiles
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from benchmarks.messages import signed
from benchmarks.progress import tell
from benchmarks.servers import Launch, Server, running
from mockserver.accounts import SECOND
from mockserver.client.control import Control
from mockserver.client.doors import HttpDoor
from openapi.loader import load
from openapi.messages import Request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi.model import Spec

LOGS, DEVICES = "tencent-cls", "huawei-iotda"
TOPIC = "ee20bb16-3025-4048-b81a-dd436373062e"
DAY = 86_400_000  # milliseconds
FIRST_MOMENT = 1_767_225_600_000  # 2026-01-01T00:00:00Z
POLL, PING = 1.0, 0.1  # seconds
LONGEST = 300  # polls


@dataclass(frozen=True, slots=True)
class Site:
    """A mock that answers, and who asks it."""

    server: Server
    specs: Mapping[str, Spec]
    control: Control

    def send(self, api: str, name: str, arguments: Mapping[str, Any]) -> http.client.HTTPResponse:
        return self.get(signed(self.specs[api], name, self.host, arguments))

    def ask(self, api: str, name: str, arguments: Mapping[str, Any]) -> str:
        """The body of the answer, which is not refused."""
        answer = self.send(api, name, arguments)
        body = answer.read().decode()
        if not 200 <= answer.status < 300 or '"Error"' in body:  # noqa: PLR2004
            raise RuntimeError(f"{api} {name}: {answer.status} {body[:500]}")
        return body

    def get(self, request: Request) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=600)
        target = f"{request.path}?{request.query}" if request.query else request.path
        connection.request(request.method, target, request.body or None, dict(request.headers))
        return connection.getresponse()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server.port}"

    def peak(self) -> float:
        """The most memory that its processes have held, in MB."""
        found = [Path(f"/proc/{pid}/status").read_text() for pid in self.server.processes()]
        return sum(int(each[1]) / 1024 for text in found if (each := re.search(r"VmHWM:\s+(\d+)", text)))


@dataclass(frozen=True, slots=True)
class Export:
    """A file that is asked for: its task is created, then looked at until it has ended."""

    word: str
    api: str
    create: str
    asked: Mapping[str, Any]
    look: str
    looked: Mapping[str, Any]
    done: str  # what the look says then
    fetch: Callable[[Site, str, str], http.client.HTTPResponse]  # by what the creation and the look answered


@dataclass(slots=True)
class Pings:
    """How long answers take that need no file, in milliseconds."""

    found: list[float] = field(default_factory=list)

    def told(self) -> dict[str, float]:
        known = self.found if len(self.found) > 1 else self.found * 2 or [nan, nan]  # what takes no time is not watched
        cuts = quantiles(known, n=100)
        return {"median": round(cuts[49], 1), "p99": round(cuts[98], 1), "count": len(self.found)}


def measure(file: Path, count: int) -> dict[str, Any]:
    """Load so many rows and fetch them in each format; figures by what they are."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
    command = [sys.executable, "-m", "mockserver", "serve", LOGS, DEVICES, "--port", str(port)]
    probe = f"GET /_mock/health HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\n\r\n".encode()
    specs = {name: load(name) for name in (LOGS, DEVICES)}
    with running(Launch(command, port, {}), probe) as server:
        site = Site(server, specs, Control(HttpDoor(f"http://127.0.0.1:{port}")))
        found: dict[str, Any] = {"start": {"memory": round(site.peak())}, "load": _load(site, LOGS, file)}
        for export in _logs(count):
            found[export.word] = _follow(site, export)
        tell("the same rows as results of devices")
        found["load again"] = _load(site, DEVICES, file)
        found["xls"] = _follow(site, _DEVICES)
    return found


def _load(site: Site, api: str, file: Path) -> dict[str, Any]:
    with _pings(site) as pings:
        began, used = time.perf_counter(), site.server.used()
        site.control.records.load(file, api=api)
        wall, processor = time.perf_counter() - began, site.server.used() - used
    told = {"seconds": round(wall, 1), "processor": round(processor, 1), "peak": round(site.peak())}
    return {**told, "others meanwhile": pings.told()}


def _follow(site: Site, export: Export) -> dict[str, Any]:
    """As a client does: create, look once a second until it has ended, download."""
    tell(f"{export.word}: created, looked at, downloaded")
    used, looks, body = site.server.used(), list[float](), ""
    with _pings(site) as pings:
        began = time.perf_counter()
        created = site.ask(export.api, export.create, export.asked)
        taken = time.perf_counter() - began
        while f'"{export.done}"' not in body and len(looks) < LONGEST:
            time.sleep(POLL)
            look = time.perf_counter()
            body = site.ask(export.api, export.look, export.looked)
            looks.append(time.perf_counter() - look)
        ended = time.perf_counter() - began
        first, whole, size = _download(lambda: export.fetch(site, created, body))
    return {
        "create": round(1e3 * taken, 1),
        "slowest look": round(1e3 * max(looks), 1),
        "ended after": round(ended, 1),
        "first byte": round(1e3 * first, 1),
        "whole": round(whole, 1),
        "size": size,
        "processor": round(site.server.used() - used, 1),
        "peak": round(site.peak()),
        "others meanwhile": pings.told(),
    }


def _download(fetch: Callable[[], http.client.HTTPResponse]) -> tuple[float, float, int]:
    """Seconds until the first byte and the last, and how many came; all that were announced."""
    began = time.perf_counter()
    answer = fetch()
    size = len(answer.read(1))
    first = time.perf_counter() - began
    while piece := answer.read(1 << 16):
        size += len(piece)
    whole = time.perf_counter() - began
    if (answer.status, answer.headers["content-length"]) != (200, str(size)):
        raise RuntimeError(f"the file came with status {answer.status}, {size} of {answer.headers['content-length']}")
    return first, whole, size


@contextmanager
def _pings(site: Site) -> Iterator[Pings]:
    """Another account asks meanwhile, about ten times a second."""
    pings, over = Pings(), Event()

    def ping() -> None:
        while not over.wait(PING):
            request = signed(site.specs[LOGS], "DescribeExports", site.host, {"TopicId": TOPIC}, SECOND)
            began = time.perf_counter()
            site.get(request).read()
            pings.found.append(1e3 * (time.perf_counter() - began))

    thread = Thread(target=ping)
    thread.start()
    try:
        yield pings
    finally:
        over.set()
        thread.join()


def _logs(count: int) -> list[Export]:
    asked = {"TopicId": TOPIC, "Query": "", "Count": count, "From": FIRST_MOMENT, "To": FIRST_MOMENT + DAY}
    look = {"TopicId": TOPIC, "Filters": None, "Offset": 0, "Limit": 1}
    return [
        Export(word, LOGS, "CreateExport", {**asked, "Format": word}, "DescribeExports", look, "Completed", _by_link)
        for word in ("json", "csv")
    ]


def _by_link(site: Site, _created: str, looked: str) -> http.client.HTTPResponse:
    found = re.search(r'"CosPath":"http://[^/]+([^"?]+)\?([^"]*)"', looked)
    if found is None:
        raise RuntimeError(f"no link: {looked[:500]}")
    return site.get(Request("GET", found[1], found[2], {"host": site.host}))


def _by_call(site: Site, created: str, _looked: str) -> http.client.HTTPResponse:
    found = re.search(r'"export_task_id":"?(\w+)', created)
    if found is None:
        raise RuntimeError(f"no id: {created[:500]}")
    return site.send(DEVICES, "ShowExportTask", {"export_task_id": found[1]})


_DEVICES = Export("xls", DEVICES, "CreateExportTask", {}, "ListExportTasks", {}, "Success", _by_call)
