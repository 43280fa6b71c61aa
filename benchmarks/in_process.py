"""What a mock in a test's process costs: import, making, entering, a call; beside bare `responses`, and moto if there.

The work is each library's own smallest: here a signed list call through `requests`, there one answer that is always the
same, there one `ListBuckets` through boto3. Milliseconds of processor time, medians of paired rounds, in one run. What
happens once in a process is measured in processes of its own, with modules compiled before, as they are when installed.
`make peers`, or `pip install "moto[s3]"`, adds moto.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import requests
import responses
from requests.adapters import HTTPAdapter

import mockserver
from benchmarks import progress
from benchmarks.instructions import Counter, Uncounted
from mockserver.accounts import FIRST
from mockserver.journal import CAPACITY
from openapi.loader import load
from openapi.messages import Request
from openapi.signatures import schemes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PEERS = Path(__file__).parent / "peers" / ".venv" / "lib"
PACKAGES = PEERS / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
BORROWED = [] if find_spec("moto") else [str(PACKAGES)]  # last: what is installed here comes first
sys.path += BORROWED

API = "tencent-cls"
HOST = "cls.tencentcloudapi.com"
BODY = b'{"TopicId": "ee20bb16-3025-4048-b81a-dd436373062e"}'
ROUNDS = 7
CALLS = 300  # a round
PACE = 1.0  # seconds of the mock between two calls, so that none is refused for its rate
ENTRIES = 20
ADAPTER, ENGINE = "of it, from the adapter of `requests` on", "of that, the engine alone"
BARE = "responses: from the adapter of `requests` on, the same request and a fixed answer"
STEPS = {
    "mockserver": {
        "import mockserver": "import mockserver; mockserver.mock",
        "making the first mock of a process": f"cloud = mockserver.mock({API!r})",
        "entering the first mock of a process": "cloud.start()",
        "leaving it, making another and entering that": f"cloud.stop(); mockserver.mock({API!r}).start()",
    },
    "responses": {"import responses": "import responses"},
    "moto": {
        "import moto": "import moto, boto3; moto.mock_aws",
        "moto: entering the first time": "moto.mock_aws().start()",
    },
}  # what is done once in a process: statements, one after the other


def main() -> None:
    """Measure, print, and write the figures."""
    parser = progress.parser(__doc__ or "")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"paired rounds ({ROUNDS})")
    progress.present(parser, measure, lines)


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Milliseconds by what is done; how many times what the engine needs a call takes; versions of what is there."""
    rounds, found = options.rounds, dict[str, list[float]]()
    with TemporaryDirectory() as folder:
        for name, steps in STEPS.items():
            if find_spec(name):
                _once(steps, folder)  # which compiles the modules
                found |= _turned([_once(steps, folder) for _ in range(rounds)])
    works: dict[str, Callable[[], None]] = {"entering and leaving": _enter}
    if find_spec("moto"):
        works["moto: entering and leaving"] = _enter_moto
    found |= _turned([{name: _time(work, ENTRIES) for name, work in works.items()} for _ in range(rounds)])
    found |= _turned([_calls() for _ in range(rounds)])
    ratio = median(ours / engine for ours, engine in zip(found[ADAPTER], found[ENGINE], strict=True))
    names = ("responses", "requests", "moto", "boto3")
    milliseconds = {name: 1000 * median(each) for name, each in found.items()}
    milliseconds["beyond the engine, from the adapter on"] = 1000 * _beyond(found)
    return {
        "milliseconds": milliseconds,
        "ratio": ratio,
        "within": median(_within() for _ in range(rounds)),
        "instructions": _instructions(),
        "versions": {name: _version(name) for name in names},
    }


def _beyond(found: dict[str, list[float]]) -> float:
    """Seconds that a call takes from the adapter on, less those of the engine."""
    return median(ours - engine for ours, engine in zip(found[ADAPTER], found[ENGINE], strict=True))


def _turned(rounds: list[dict[str, float]]) -> dict[str, list[float]]:
    return {name: [each[name] for each in rounds] for name in rounds[0]}


def lines(found: dict[str, Any]) -> list[str]:
    """A table in Markdown."""
    told = [", ".join(f"{name} {each}" for name, each in found["versions"].items()) + ".", ""]
    told += ["| | ms of processor time |", "| --- | ---: |"]
    told += [f"| {name} | {value:.3f} |" for name, value in found["milliseconds"].items()]
    told += ["", f"From the adapter of `requests` on, a call takes {found['ratio']:.2f} times what the engine needs."]
    within = f"{found['within']:.2f} times what the engine takes within it, by the journal"
    told.append(f"It takes {within}: alone in a loop, the engine is quicker than between other work.")
    if found["instructions"]:
        call, engine, bare = found["instructions"]
        told.append(f"In instructions, which a busy machine does not change: {call:,.0f} and {engine:,.0f},")
        told.append(f"{call / engine:.2f} times. Beyond the engine that is {call - engine:,.0f};")
        told.append(f"`responses` alone takes {bare:,.0f} for a fixed answer to the same request.")
    return told


def _calls() -> dict[str, float]:
    """Seconds of one call of each kind."""
    url, headers = f"https://{HOST}/", dict(_signed().headers)
    seconds: dict[str, float] = {}
    with mockserver.mock(API, clock="manual") as cloud, requests.Session() as session:
        clock = cloud._newest().controls.clock  # noqa: SLF001 - not to measure the control plane besides

        def call() -> None:
            clock.advance(PACE)
            assert b"TotalCount" in session.post(url, data=BODY, headers=headers).content

        seconds["a call"] = _time(call, CALLS)
    with _fixed(), requests.Session() as session:
        seconds["responses: a call with a fixed answer"] = _time(
            lambda: session.post(url, data=BODY, headers=headers).close(), CALLS
        )
    for name in (ADAPTER, ENGINE):
        with _delivery(name) as work:
            seconds[name] = _time(work, CALLS)
    with _fixed():
        seconds[BARE] = _time(_deliver(), CALLS)
    if find_spec("moto"):
        seconds["moto: a call"] = _time_moto()
    return seconds


def _within() -> float:
    """How many times what the engine takes within a call, as the journal tells it, the call takes from the adapter on.

    Both are of the same calls, so a busy machine changes neither alone. To take the call down is not in what it tells.
    """
    send, taken = _deliver(), list[float]()
    with mockserver.mock(API, clock="manual") as cloud:
        controls = cloud._newest().controls  # noqa: SLF001 - as above
        for _ in range(2 * CAPACITY):  # the first half of which fills the journal
            controls.clock.advance(PACE)
            began = time.perf_counter()
            send()
            taken.append(time.perf_counter() - began)
        told = [exchange["seconds"] for exchange in cloud.requests()]
    return median(call / engine for call, engine in zip(taken[-CAPACITY:], told, strict=True))


def _instructions() -> tuple[float, float, float] | None:
    """Of a call from the adapter on, of the engine alone, of a fixed answer of `responses`; None: not counted here."""
    try:
        counter = Counter()
    except Uncounted:
        return None
    with _delivery(ADAPTER) as work:
        call = counter.of(work, CALLS)
    with _delivery(ENGINE) as work:
        engine = counter.of(work, CALLS)
    with _fixed():
        return call, engine, counter.of(_deliver(), CALLS)


@contextmanager
def _delivery(name: str) -> Iterator[Callable[[], None]]:
    """What a mock does for a call, from the adapter of `requests` on, or its engine alone.

    Its journal is full of such calls: each that comes drops one, which takes its time, too.
    """
    signed, send = _signed(), _deliver()
    with mockserver.mock(API, clock="manual") as cloud:
        controls = cloud._newest().controls  # noqa: SLF001 - as above

        def deliver() -> None:
            controls.clock.advance(PACE)
            assert send().status_code == HTTPStatus.OK

        def handle() -> None:
            controls.clock.advance(PACE)
            assert controls.engine.handle(signed).status == HTTPStatus.OK

        work = {ADAPTER: deliver, ENGINE: handle}[name]
        for _ in range(CAPACITY):
            work()
        yield work


def _deliver() -> Callable[[], requests.Response]:
    """What sends the request from the adapter on."""
    prepared = requests.Request("POST", f"https://{HOST}/", dict(_signed().headers), data=BODY).prepare()
    adapter = HTTPAdapter()
    return lambda: adapter.send(prepared)  # looked up at each call, as it is replaced


@contextmanager
def _fixed() -> Iterator[None]:
    """While `responses` alone answers, always the same."""
    with responses.RequestsMock() as fixed:
        fixed.add(responses.POST, f"https://{HOST}/", json={"Response": {"TotalCount": 0}})
        yield


def _signed() -> Request:
    spec = load(API)
    headers = {
        "host": HOST,
        "content-type": "application/json",
        "x-tc-action": "DescribeExports",
        "x-tc-version": spec.addressing.version if spec.addressing else "",
        "x-tc-region": "ap-guangzhou",
    }
    return schemes()["tc3-hmac-sha256"].sign(Request("POST", "/", "", headers, BODY), FIRST.key, datetime.now(UTC))


def _enter() -> None:
    with mockserver.mock(API):
        pass


def _enter_moto() -> None:
    from moto import mock_aws

    with mock_aws():
        pass


def _time_moto() -> float:
    import boto3
    from moto import mock_aws

    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")  # noqa: S106
        client.list_buckets()
        return _time(lambda: client.list_buckets() and None, CALLS)


def _once(steps: dict[str, str], folder: str) -> dict[str, float]:
    """Seconds of processor time that each step takes in a process that does them all; `folder` has compiled modules."""
    timed = [f"began = clock(); {line}; print(clock() - began)" for line in steps.values()]
    program = "\n".join([f"import sys; sys.path += {BORROWED!r}; from time import process_time as clock", *timed])
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    paths = {"PYTHONPYCACHEPREFIX": folder, "PYTHONPATH": str(progress.ROOT)}
    ran = [sys.executable, "-c", program]
    done = subprocess.run(ran, env=kept | paths, capture_output=True, text=True, check=True)
    return dict(zip(steps, map(float, done.stdout.split()), strict=True))


def _time(work: Callable[[], object], count: int) -> float:
    """Seconds of processor time, each."""
    start = time.process_time()
    for _ in range(count):
        work()
    return (time.process_time() - start) / count


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "(not installed)"


if __name__ == "__main__":
    main()
