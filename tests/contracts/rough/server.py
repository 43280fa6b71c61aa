"""An honest server behind a rough gateway, and what `contracts` says of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from contracts.targets.network import AUTHORITIES
from openapi.document import merge
from openapi.loader import load
from tests.contracts.rough.accounts import Holder, draw, environment_of
from tests.contracts.rough.certificates import Authority
from tests.contracts.rough.gateway import Gateway, Rule, gateway
from tests.contracts.rough.process import ROOT, serving
from tests.contracts.rough.resources import profile_of
from tests.shell import LONGEST

TRUSTED = "SSL_CERT_FILE"  # names the file of the certificates that clients trust


@dataclass(frozen=True)
class Outcome:
    """What came of a command."""

    code: int
    output: str  # on both standard outputs
    result: Mapping[str, Any]  # the result file; without clauses where none was written

    def ids(self, verdict: str) -> list[str]:
        """The clauses that ended so."""
        return [str(each["id"]) for each in self.result["clauses"] if each["verdict"] == verdict]

    @cached_property
    def reasons(self) -> Mapping[str, str]:
        """Why a clause ended as it did, by its id."""
        return {str(each["id"]): str(each["reason"]) for each in self.result["clauses"]}


@dataclass(frozen=True)
class Rough:
    """The server, the gateway before it, and what a client has to know of them."""

    api: str
    gateway: Gateway
    holders: Mapping[str, Holder]
    folder: Path  # for the profile, the certificate and whatever a command writes
    certificate: Path

    @property
    def environment(self) -> dict[str, str]:
        """Of a client: the credentials, and whom it trusts, instead of anybody whom this machine trusts."""
        kept = {name: value for name, value in os.environ.items() if name not in AUTHORITIES}
        return {**kept, **environment_of(self.holders), TRUSTED: str(self.certificate)}

    def profile(self, **changes: Any) -> Path:
        """The file of a profile of the server; what is changed is merged into it: `allow={"create": False}`."""
        projects = {name: holder.project for name, holder in self.holders.items()}
        path = self.folder / "profile.yaml"
        found = profile_of(load(self.api), self.gateway.url, projects)
        path.write_text(yaml.safe_dump(merge(changes, found)))
        return path

    def run(self, *options: str, **changes: Any) -> Outcome:
        """What comes of `contracts run` with the profile, changed or not."""
        told = ("--profile", str(self.profile(**changes)), "--report", "json", "--report-dir", str(self.folder))
        code, output = self.call("run", self.api, *told, *options)
        file = self.folder / "contracts.json"
        result = json.loads(file.read_text()) if file.exists() else {"clauses": []}
        return Outcome(code, output, result)

    def call(self, *arguments: str) -> tuple[int, str]:
        """The exit code of a command of `contracts`, and what it printed."""
        command = [sys.executable, "-m", "contracts", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False, timeout=LONGEST
        )
        return done.returncode, done.stdout + done.stderr


@dataclass(frozen=True, slots=True)
class Provider:
    """A server in its own process, to be reached by whoever asks it directly."""

    api: str
    url: str
    holders: Mapping[str, Holder]


@contextmanager
def provider(api: str, *options: str) -> Iterator[Provider]:
    """A server with accounts of its own; the options are those of `python -m tests.contracts.rough`."""
    holders = draw()
    with serving(api, holders, *options) as url:
        yield Provider(api, url, holders)


@contextmanager
def fronted(
    behind: Provider, folder: Path, rules: Sequence[Rule] = (), *, certificate: str = "good"
) -> Iterator[Rough]:
    """The server behind a gateway with these rules, over TLS with such a certificate; plain HTTP without one."""
    authority = Authority()
    trusted = authority.write(folder / "authority.pem")
    context = authority.context(certificate) if certificate else None
    with gateway(behind.url, context, rules) as opened:
        yield Rough(behind.api, opened, behind.holders, folder, trusted)


@contextmanager
def rough(
    api: str, folder: Path, rules: Sequence[Rule] = (), *, certificate: str = "good", options: Sequence[str] = ()
) -> Iterator[Rough]:
    """A server of its own behind a gateway of its own: `provider` and `fronted` in one."""
    with provider(api, *options) as behind, fronted(behind, folder, rules, certificate=certificate) as server:
        yield server
