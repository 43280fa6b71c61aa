"""What `contracts run --target` says of the stand-in, seen through HTTP alone, in real time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.contracts.standin.behaviour import Behaviour
from tests.contracts.standin.server import serving

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


@dataclass(frozen=True)
class Outcome:
    """What came of a run."""

    code: int
    output: str
    result: Mapping[str, Any]

    def ids(self, verdict: str) -> set[str]:
        """The clauses that ended so, without the name of the API."""
        found = (each for each in self.result["clauses"] if each["verdict"] == verdict)
        return {str(each["id"]).removeprefix(f"{API}/") for each in found}

    def entry(self, clause: str) -> Mapping[str, Any]:
        """The entry of a clause."""
        return next(each for each in self.result["clauses"] if each["id"] == f"{API}/{clause}")


def judged(behaviour: Behaviour, folder: Path, *options: str) -> Outcome:
    """The outcome of a run against a stand-in that behaves so."""
    with serving(behaviour) as url:
        run = ["contracts", "run", API, "--target", url, "--profile", str(PROFILE)]
        report = ["--report", "json", "--report-dir", str(folder)]
        done = subprocess.run(
            [sys.executable, "-m", *run, *report, *options],
            env={**os.environ, **ENVIRONMENT},
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
    file = folder / "contracts.json"
    found = json.loads(file.read_text()) if file.exists() else {"clauses": []}
    return Outcome(done.returncode, done.stdout + done.stderr, found)
