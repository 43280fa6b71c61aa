"""Start the stand-in: `python -m tests.contracts.standin --port 4020 --fault progress-falls`."""

from __future__ import annotations

import argparse
import threading

from tests.contracts.standin.behaviour import Behaviour, Fault
from tests.contracts.standin.server import serving

parser = argparse.ArgumentParser(prog="standin", description="A stand-in for an export API, in real time.")
parser.add_argument("--port", type=int, default=4020)
parser.add_argument("--fault", type=Fault, choices=list(Fault), default=None)
parser.add_argument("--seconds", type=float, default=Behaviour.seconds, help="that a task takes")
parser.add_argument("--pause", type=float, default=Behaviour.pause, help="seconds between two downloads")
parser.add_argument("--first-progress", type=int, choices=(0, 1), default=Behaviour.first_progress)
given = parser.parse_args()
with serving(
    Behaviour(given.fault, given.seconds, given.pause, first_progress=given.first_progress), given.port
) as url:
    print(url, flush=True)  # noqa: T201 - what the caller waits for
    threading.Event().wait()
