"""Does memory stay flat at full speed? A mock with everything on, asked without a pause, and how its memory grows.

Tasks are created and listed; from a thousand of them on the earliest leaves, so that what is held stays the same.
The slope is that of the second half of the samples, when the journal is full: megabytes per hour, and bytes per
request. `--seconds 3600` is an hour; the default is three minutes, as the heap grows in steps that
a shorter run would take for a slope.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import linear_regression
from threading import Thread
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import entrants, generous, load, messages, progress, servers
from openapi.loader import load as load_spec
from tests.ports import free_port

PIECE = 30.0  # seconds for which requests are signed in advance
INTERVAL = 1.0  # seconds between two samples
DIFFERENT = 64  # requests of each kind
HELD = 1000  # tasks
Sample = tuple[float, float, int]  # seconds, megabytes, open files


def main() -> None:
    """Measure, print, and write the figures."""
    parser = progress.parser(__doc__ or "")
    parser.add_argument("--seconds", type=float, default=180.0, help="(180)")
    parser.add_argument("--store", default="", metavar="ADDRESS", help="as the mock takes it (its own default)")
    progress.present(parser, measure, lines)


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """The samples, the slope, and what was asked."""
    samples: list[Sample] = []
    with tempfile.TemporaryDirectory() as folder:
        port, told = free_port(), (["--store", options.store] if options.store else [])
        launch = entrants.mock([generous.write(entrants.API, Path(folder), HELD)], port, *told)
        with servers.running(launch, _requests(port)[0]) as server:
            began, requests, failed = time.monotonic(), 0, 0
            sampler = Thread(target=_sample, args=(server, samples, began + options.seconds))
            sampler.start()
            while (left := began + options.seconds - time.monotonic()) > 0:
                progress.tell(f"{left:.0f} s to go")
                seen = load.measure(port, _requests(port), min(PIECE, left))
                requests, failed = requests + seen.requests, failed + seen.refused + seen.failed
            sampler.join()
    return {"samples": samples, "requests": requests, "failed": failed, **slope(samples, requests)}


def _requests(port: int) -> list[bytes]:
    spec = load_spec(entrants.API)
    made = messages.prepared(spec, entrants.CREATE, port, lambda number: {"app_id": f"space{number}"}, DIFFERENT)
    return made + messages.prepared(spec, entrants.LIST, port, lambda number: {"limit": 1 + number % 10}, DIFFERENT)


def _sample(server: servers.Server, samples: list[Sample], until: float) -> None:
    began = time.monotonic()
    while (now := time.monotonic()) < until:
        samples.append((now - began, server.memory(), server.descriptors()))
        time.sleep(min(INTERVAL, max(0.0, until - now)))


def slope(samples: Sequence[Sample], requests: int) -> dict[str, float]:
    """How memory grows in the second half: megabytes per hour, and bytes per request."""
    half = samples[len(samples) // 2 :]
    if len(half) < 2 or not requests:  # noqa: PLR2004 - a line has two points
        return {"megabytes per hour": 0.0, "bytes per request": 0.0}
    per_second = linear_regression([each[0] for each in half], [each[1] for each in half]).slope
    rate = requests / samples[-1][0]
    return {"megabytes per hour": 3600 * per_second, "bytes per request": 1e6 * per_second / rate}


def lines(found: dict[str, Any]) -> list[str]:
    """The figures in Markdown."""
    samples = found["samples"]
    first, half, last = samples[0], samples[len(samples) // 2], samples[-1]
    memory = ", ".join(f"{each[1]:.1f} MB after {each[0]:.0f} s" for each in (first, half, last))
    grows = f"{found['megabytes per hour']:.1f} MB per hour, {found['bytes per request']:.2f} bytes per request"
    return [
        f"{found['requests']:,} requests in {last[0]:.0f} s, {found['failed']} of them failed.",
        "",
        f"Memory: {memory}. Slope of the second half: {grows}.",
        "",
        f"Open files at first and at the end: {first[2]}, {last[2]}.",
    ]


if __name__ == "__main__":
    main()
