"""Serve one API as a provider would: `python -m tests.contracts.rough tencent-cls --seconds 1 --skew -300`.

No control plane, real time, and the accounts of the environment.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mockserver.accounts import Accounts
from mockserver.app import create_app
from mockserver.clock import MovableClock
from mockserver.serving import Ready, serve
from openapi.document import patch
from openapi.loader import load, spec_of
from openapi.model import Spec
from tests.contracts.rough.accounts import accounts_of
from tests.contracts.rough.resources import USABLE, resources_of

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Given:
    """What the server is started with."""

    api: str
    seconds: float  # that a task takes
    skew: float  # seconds by which its clock is ahead of real time
    rate: int  # calls that are let through where the provider documents more; 0: as documented


def prepare(given: Given) -> Ready:
    """The server, ready to be put on a port."""
    spec = changed(load(given.api), given)
    app = create_app(
        specs={spec.name: spec, **{name: load(name) for name in spec.companions}},
        clock=MovableClock(lambda: time.time() + given.skew),
        accounts=Accounts(accounts_of(os.environ)),
        bare=True,
    )
    known = app.extensions["mock"].engine.resources
    for kind, conditions in resources_of(spec).items():
        for condition, ids in conditions.items():
            for each in ids:
                known.put(spec.name, kind, each, "" if condition == USABLE else condition)
    return Ready(app.extensions["gateway"], lambda url: print(url, flush=True))  # noqa: T201 - what the caller waits for


def changed(spec: Spec, given: Given) -> Spec:
    """The spec with a timetable as short, and rate limits as low, as the server was told to have."""
    changes = dict[str, Any]()
    if spec.lifecycle is not None:
        changes["/x-lifecycle/timetable/queued"] = given.seconds / 4
        changes["/x-lifecycle/timetable/running"] = given.seconds * 3 / 4
    if given.rate:
        changes |= {f"{pointer}/requests": given.rate for pointer in higher_limits(spec, given.rate)}
    return spec_of(patch(dict(spec.document), changes), Path(spec.path), {})


def higher_limits(spec: Spec, rate: int) -> Mapping[str, int]:
    """Where the rate limits stand that let more calls through, with what they let through."""
    limits = (limit for operation in spec.operations.values() for limit in operation.rate_limits)
    return {limit.pointer: limit.requests for limit in limits if limit.requests > rate}


def main() -> int:
    """Serve until the end of the process."""
    parser = argparse.ArgumentParser(prog="rough", description="An export API as its provider serves it, in real time.")
    parser.add_argument("api")
    parser.add_argument("--seconds", type=float, default=1.0, help="that a task takes")
    parser.add_argument("--skew", type=float, default=0.0, help="seconds by which its clock is ahead")
    parser.add_argument("--rate", type=int, default=0, help="calls in a window, where more are documented")
    given = Given(**vars(parser.parse_args()))
    return serve(HOST, 0, prepare(given))


if __name__ == "__main__":
    sys.exit(main())
