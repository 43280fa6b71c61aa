"""What a signed request costs: the mock with everything on, beside an empty Flask view, both through WSGI alone.

Instructions of the processor, which are the same on a busy machine (Linux), and microseconds of processor time, medians
of paired rounds. Requests per second, latencies, memory and start-up, on the same server for both, over 32 keep-alive
connections: `python benchmarks/comparison.py --only`.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import generous, messages, progress
from benchmarks.entrants import FLASK
from benchmarks.instructions import Counter, Uncounted
from benchmarks.peers import flask_app
from openapi.loader import load
from openapi.messages import Request

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

WORKS = (
    ("tencent-cls", "CreateExport"),
    ("tencent-cls", "DescribeExports"),
    ("huawei-iotda", "CreateExportTask"),
    ("huawei-iotda", "ListExportTasks"),
)
DIFFERENT: Mapping[str, messages.Vary] = {  # so that no task takes the place of another
    "tencent-cls": lambda number: {"Count": 1 + number},
    "huawei-iotda": lambda number: {"app_id": f"space{number}"},
}
HELD = 20  # tasks of each API, so that lists have pages
LONG_ENOUGH = 60  # seconds: then these have ended, and nothing has expired
WARM_UP = 100  # requests
ROUNDS = 5
REQUESTS = 400  # a round

Figures = Mapping[str, Any]


def main() -> None:
    """Measure, print, and write the figures."""
    parser = progress.parser(__doc__ or "")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"paired rounds ({ROUNDS})")
    progress.present(parser, measure_all, lines)


def measure_all(options: argparse.Namespace) -> Figures:
    """What a request costs the mock and the empty view, by operation and unit."""
    found = {}
    for api, name in WORKS:
        progress.tell(f"{api} {name}")
        found[f"{api} {name}"] = measure(api, name, options.rounds)
    return found


def lines(found: Figures) -> list[str]:
    """A table in Markdown."""
    told = [f"| operation | unit | the mock | {FLASK} | ratio |", "| --- | --- | ---: | ---: | ---: |"]
    for work, figures in found.items():
        for unit, (ours, theirs) in figures.items():
            told.append(f"| {work} | {unit} | {ours:.1f} | {theirs:.1f} | {ours / theirs:.2f} |")
    return told


def measure(api: str, name: str, rounds: int) -> Figures:
    """What a request costs the mock and the empty view, by unit."""
    app, empty = generous.app(), flask_app.create().wsgi_app
    mock = app.wsgi_app
    creates = next(each for other, each in WORKS if other == api)
    for number in range(HELD):
        ask(mock, messages.signed(load(api), creates, "127.0.0.1", DIFFERENT[api](number)))
    app.extensions["mock"].clock.advance(LONG_ENOUGH)
    request = messages.signed(load(api), name, "127.0.0.1", {})
    works = [repeat(mock, request), repeat(empty, request)]
    for work in works * WARM_UP:
        work()
    timed = [[seconds(work) for work in works] for _ in range(rounds)]
    figures = {"microseconds": [1e6 * median(each[index] for each in timed) for index in range(len(works))]}
    try:
        counter = Counter()
    except Uncounted as error:
        progress.tell(str(error))
        return figures
    return {"thousand instructions": [counter.of(work, REQUESTS) / 1000 for work in works], **figures}


def repeat(app: WSGIApplication, request: Request) -> Callable[[], object]:
    """What asks an app again and again."""
    environ = environ_of(request)

    def work() -> None:
        environ["wsgi.input"].seek(0)
        b"".join(app(environ, lambda *_: lambda _: None))

    return work


def ask(app: WSGIApplication, request: Request) -> None:
    """Ask once; an answer that refuses is a mistake."""
    body = b"".join(app(environ_of(request), lambda *_: lambda _: None))
    assert b'"Error"' not in body, body
    assert b"error_code" not in body, body


def seconds(work: Callable[[], object]) -> float:
    """Of processor time, each."""
    began = time.process_time()
    for _ in range(REQUESTS):
        work()
    return (time.process_time() - began) / REQUESTS


def environ_of(request: Request) -> dict[str, Any]:
    """As a WSGI server has it."""
    headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in request.headers.items()}
    return headers | {
        "REQUEST_METHOD": request.method,
        "PATH_INFO": request.path,
        "SCRIPT_NAME": "",
        "QUERY_STRING": request.query,
        "CONTENT_TYPE": request.headers.get("content-type", ""),
        "CONTENT_LENGTH": str(len(request.body)) if request.body else "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.version": (1, 0),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


if __name__ == "__main__":
    main()
