"""Two operations of one API, written by hand behind the mock's front: `by_hand.py PORT`.

How many requests could the mock answer if every line of it were about these alone? They are signed, looked at, counted,
kept and taken down as its own are; nearly all that it does besides is left out.
"""

from __future__ import annotations

import asyncio
import gc
import hmac
import os
import re
import socket
import sys
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from itertools import count, islice
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import orjson

sys.path.insert(0, str(Path(__file__).parents[2]))

from mockserver.accounts import FIRST
from mockserver.front.listening import opened
from mockserver.gateway import Gateway
from openapi.messages import Request, Response

HOST = "127.0.0.1"
PATH = f"/v5/iot/{FIRST.project}/export-tasks"
SIGNED = re.compile(r"SDK-HMAC-SHA256 Access=([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})")
WORDS = {"resource_type": ("BatchTask", "Device"), "export_format": ("xls", "csv"), "app_type": ("APP", "ALL")}
SKEW, LONGEST, CALLS, KEPT = 900, 36, 100_000, 1000  # seconds, characters of an id, calls a second, exchanges
MOST = 50  # tasks of a page
ENDS = 5.0  # seconds after which a task has ended
TASKS: dict[str, dict[str, Any]] = {}  # by id, in the order of creation
SAME: dict[bytes, str] = {}  # ids of the tasks that have these conditions
CALLED: deque[float] = deque()
NUMBERS = count(1)  # of tasks
JOURNAL: deque[tuple[Any, ...]] = deque(maxlen=KEPT)


class Refused(Exception):
    """With the status and the code that are answered."""


def answer(request: Request) -> Response:
    """The answer to any request."""
    began, now, request_id = time.perf_counter(), time.time(), os.urandom(16).hex()
    try:
        status, said = perform(request, now)
    except Refused as refused:
        status, said = refused.args[0], {"error_code": refused.args[1], "error_msg": "refused"}
    headers = {"content-type": "application/json", "x-request-id": request_id}
    response = Response(status, headers, orjson.dumps(said))
    JOURNAL.append((request, response, now, time.perf_counter() - began))
    return response


def perform(request: Request, now: float) -> tuple[int, dict[str, Any]]:
    """The status and the body of an answer."""
    act: Callable[[Request, float], tuple[int, dict[str, Any]]] | None
    act = {"POST": create, "GET": page}.get(request.method) if request.path == PATH else None
    if act is None:
        raise Refused(404, "NOT_FOUND")
    identify(request, now)
    while CALLED and CALLED[0] <= now - 1:
        CALLED.popleft()
    if len(CALLED) >= CALLS:
        raise Refused(429, "TOO_MANY")
    CALLED.append(now)
    return act(request, now)


def identify(request: Request, now: float) -> None:
    """Refuse what the one account has not signed."""
    headers = request.headers
    found = SIGNED.fullmatch(headers.get("authorization", ""))
    if found is None or found[1] != FIRST.key.key_id:
        raise Refused(401, "UNSIGNED")
    date = headers.get("x-sdk-date", "")
    if abs(now - moment(date)) > SKEW:
        raise Refused(401, "STALE")
    named = "".join([f"{name}:{headers.get(name, '').strip()}\n" for name in found[2].split(";")])
    payload = sha256(request.body).hexdigest()
    canonical = f"{request.method}\n{request.path}/\n{ordered(request.query)}\n{named}\n{found[2]}\n{payload}"
    text = f"SDK-HMAC-SHA256\n{date}\n{sha256(canonical.encode()).hexdigest()}"
    if not hmac.compare_digest(hmac.digest(FIRST.key.secret.encode(), text.encode(), "sha256").hex(), found[3]):
        raise Refused(401, "WRONG_SIGNATURE")


def create(request: Request, now: float) -> tuple[int, dict[str, Any]]:
    """A new task, in the place of one with the same conditions."""
    try:
        said = orjson.loads(request.body)
    except ValueError:
        raise Refused(400, "NO_JSON") from None
    if not isinstance(said, dict) or not isinstance(said.get("resource_condition"), dict):
        raise Refused(400, "WRONG_BODY")
    for name, words in WORDS.items():
        if said.get(name, words[0]) not in words:
            raise Refused(400, "WRONG_WORD")
    space = said.get("app_id")
    if "resource_type" not in said or (space is not None and (not isinstance(space, str) or len(space) > LONGEST)):
        raise Refused(400, "WRONG_VALUE")
    task = {"export_task_id": f"{int(now):08x}{next(NUMBERS):016x}", **said, "created": now}
    same = orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
    TASKS.pop(SAME.get(same, ""), None)
    TASKS[task["export_task_id"]] = task
    SAME[same] = task["export_task_id"]
    return 201, shown(task, now)


def page(request: Request, now: float) -> tuple[int, dict[str, Any]]:
    """The newest tasks of a kind."""
    said = asked(request.query)
    kind, limit = said.get("resource_type"), said.get("limit", "10")
    if kind not in WORDS["resource_type"] or not limit.isdecimal() or not 1 <= int(limit) <= MOST:
        raise Refused(400, "WRONG_VALUE")
    tasks = [shown(each, now) for each in islice(reversed(TASKS.values()), int(limit)) if each["resource_type"] == kind]
    last = tasks[-1]["export_task_id"] if tasks else None
    return 200, {"export_tasks": tasks, "page": {"count": len(TASKS), "marker": last}}


def shown(task: dict[str, Any], now: float) -> dict[str, Any]:
    """A task as it is now."""
    has_ended = now - task["created"] >= ENDS
    created = datetime.fromtimestamp(task["created"], UTC).isoformat(timespec="milliseconds")
    state = {"status": "Success" if has_ended else "Processing", "progress": 100 if has_ended else 1}
    return {**task, **state, "created": None, "export_count": 0, "create_time": created}


@lru_cache(256)
def moment(date: str) -> float:
    """Epoch seconds; long ago where it is none."""
    try:
        return datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return 0.0


@lru_cache(256)
def ordered(query: str) -> str:
    """The query as it is signed."""
    return "&".join(sorted(query.split("&")))


@lru_cache(256)
def asked(query: str) -> dict[str, str]:
    """The query by name."""
    return dict(parse_qsl(query))


async def main(port: int) -> None:
    """Answer until the process is ended."""
    gateway = Gateway(answer, None, largest=1 << 20, now=time.time)
    with socket.create_server((HOST, port)) as bound:
        async with opened(bound, gateway, None):
            await asyncio.Event().wait()


if __name__ == "__main__":
    gc.freeze()  # as the mock does
    asyncio.run(main(int(sys.argv[1])))
