"""What the suite says of the stand-in, given its address and a profile: through HTTP alone, in real time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contracts.calls.client import Run
from contracts.judgement import Judgement
from contracts.profiles import load_profile
from contracts.suite import Suite
from openapi.clauses import Clause
from tests.contracts.bent import all_clauses
from tests.contracts.standin.behaviour import Behaviour
from tests.contracts.standin.server import serving
from tests.shell import LONGEST

API = "huawei-iotda"
PROFILE = Path(__file__).with_name("profile.yaml")
ENVIRONMENT = {
    "STANDIN_KEY": "STANDIN1",
    "STANDIN_SECRET": "first-secret",
    "STANDIN_TOKEN": "first-token",
    "STANDIN_OTHER_KEY": "STANDIN2",
    "STANDIN_OTHER_SECRET": "second-secret",
    "STANDIN_OTHER_TOKEN": "second-token",
    "STANDIN_UNSUBSCRIBED_KEY": "STANDIN3",
    "STANDIN_UNSUBSCRIBED_SECRET": "third-secret",
    "STANDIN_BARE_KEY": "STANDIN4",
    "STANDIN_BARE_SECRET": "fourth-secret",
}
Judge = Callable[[str], Judgement]


@contextmanager
def judging(behaviour: Behaviour, patience: float = 10) -> Iterator[Judge]:
    """What judges a clause, by its id without the name of the API, on a stand-in that behaves so."""
    with serving(behaviour) as url:
        suite = Suite((API,), url, str(PROFILE), Run(max_examples=8, patience=patience))
        suite.__dict__["profile"] = load_profile(
            PROFILE, ENVIRONMENT, suite.specs
        )  # with variables that only these tests know
        with closing(suite):
            yield lambda name: suite.judge(clause(name))


def clause(name: str) -> Clause:
    """A clause, by its id without the name of the API."""
    return next(each for each in all_clauses(API) if each.id == f"{API}/{name}")


@dataclass(frozen=True)
class Outcome:
    """What came of a run from the command line."""

    code: int
    output: str
    result: Mapping[str, Any]

    def ids(self, verdict: str) -> set[str]:
        """The clauses that ended so, without the name of the API."""
        found = (each for each in self.result["clauses"] if each["verdict"] == verdict)
        return {str(each["id"]).removeprefix(f"{API}/") for each in found}


def run(url: str, folder: Path, *options: str) -> Outcome:
    """The outcome of `contracts run --target URL`."""
    command = [sys.executable, "-m", "contracts", "run", API, "--target", url, "--profile", str(PROFILE)]
    done = subprocess.run(
        [*command, "--report", "json", "--report-dir", str(folder), *options],
        env={**os.environ, **ENVIRONMENT},
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST,
    )
    file = folder / "contracts.json"
    found = json.loads(file.read_text()) if file.exists() else {"clauses": []}
    return Outcome(done.returncode, done.stdout + done.stderr, found)
