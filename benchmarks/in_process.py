"""What a mock inside a test process costs: import, entering, a call; beside bare `responses`, and moto if it is there.

The work is each library's own smallest: here a signed list call through `requests`, there one answer that is always the
same, there one `ListBuckets` through boto3. Milliseconds of processor time, medians of paired rounds, in one run.
`make peers`, or `pip install "moto[s3]"`, adds moto.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import requests
import responses
from requests.adapters import HTTPAdapter

import mockserver
from benchmarks import progress
from mockserver.accounts import FIRST
from mockserver.assembly import assemble
from mockserver.settings import clock_of
from openapi.loader import load
from openapi.messages import Request
from openapi.signatures import schemes

if TYPE_CHECKING:
    from collections.abc import Callable

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
IMPORTS = {
    "mockserver": "import mockserver; mockserver.mock",
    "responses": "import responses",
    "moto": "import moto, boto3; moto.mock_aws",
}


def main() -> None:
    """Measure, print, and write the figures."""
    parser = progress.parser(__doc__ or "")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"paired rounds ({ROUNDS})")
    progress.present(parser, measure, lines)


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Milliseconds by what is done; how many times what the engine needs a call takes; versions of what is there."""
    rounds, found = options.rounds, dict[str, list[float]]()
    for name, line in IMPORTS.items():
        if find_spec(name):
            found[f"import {name}"] = [_import(line) for _ in range(rounds)]
    found["entering for the first time, which loads the spec"] = [_time(_enter, 1)]
    works: dict[str, Callable[[], None]] = {"entering and leaving": _enter}
    if find_spec("moto"):
        works["moto: entering and leaving"] = _enter_moto
    found |= _turned([{name: _time(work, ENTRIES) for name, work in works.items()} for _ in range(rounds)])
    found |= _turned([_calls() for _ in range(rounds)])
    ratio = median(ours / engine for ours, engine in zip(found[ADAPTER], found[ENGINE], strict=True))
    names = ("responses", "requests", "moto", "boto3")
    milliseconds = {name: 1000 * median(each) for name, each in found.items()}
    return {"milliseconds": milliseconds, "ratio": ratio, "versions": {name: _version(name) for name in names}}


def _turned(rounds: list[dict[str, float]]) -> dict[str, list[float]]:
    return {name: [each[name] for each in rounds] for name in rounds[0]}


def lines(found: dict[str, Any]) -> list[str]:
    """A table in Markdown."""
    told = [", ".join(f"{name} {each}" for name, each in found["versions"].items()) + ".", ""]
    told += ["| | ms of processor time |", "| --- | ---: |"]
    told += [f"| {name} | {value:.3f} |" for name, value in found["milliseconds"].items()]
    return [
        *told,
        "",
        f"From the adapter of `requests` on, a call takes {found['ratio']:.2f} times what the engine needs.",
    ]


def _calls() -> dict[str, float]:
    """Seconds of one call of each kind."""
    signed = _signed()
    url = f"https://{HOST}/"
    seconds: dict[str, float] = {}
    with mockserver.mock(API, clock="manual") as cloud, requests.Session() as session:

        def call() -> None:
            clock.advance(PACE)
            assert b"TotalCount" in session.post(url, data=BODY, headers=dict(signed.headers)).content

        clock = cloud._newest().controls.clock  # noqa: SLF001 - not to measure the control plane besides
        seconds["a call"] = _time(call, CALLS)
        adapter, prepared = HTTPAdapter(), requests.Request("POST", url, dict(signed.headers), data=BODY).prepare()

        def deliver() -> None:
            clock.advance(PACE)
            assert adapter.send(prepared).status_code == 200  # noqa: PLR2004

        seconds[ADAPTER] = _time(deliver, CALLS)
    with responses.RequestsMock() as fixed, requests.Session() as session:
        fixed.add(responses.POST, url, json={"Response": {"TotalCount": 0}})
        seconds["responses: a call with a fixed answer"] = _time(
            lambda: session.post(url, data=BODY, headers=dict(signed.headers)).close(), CALLS
        )
    controls = assemble((API,), {"clock": clock_of("manual")})

    def handle() -> None:
        controls.clock.advance(PACE)
        assert controls.engine.handle(signed).status == 200  # noqa: PLR2004

    seconds[ENGINE] = _time(handle, CALLS)
    if find_spec("moto"):
        seconds["moto: a call"] = _time_moto()
    return seconds


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


def _import(line: str) -> float:
    """Seconds of processor time that an import takes, above those of the interpreter's own start."""
    timed = f"start = time.process_time(); {line}; print(time.process_time() - start)"
    program = f"import sys, time; sys.path += {BORROWED!r}; {timed}"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return float(done.stdout)


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
