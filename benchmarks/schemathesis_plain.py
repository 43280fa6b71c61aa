"""Plain Schemathesis against one server: its own command, all checks and phases; signing is done for it.

Schemathesis can neither sign nor choose an action by a header, and cannot see a refusal that comes with status 200. So
it is shown the projection of the spec that the contract suite uses, on a port where the suite's own transport signs
each request with the first account, puts the wire form back, waits out rate limits on the mock's clock, and turns error
codes into statuses. It is told ids of resources that exist. All this is generous: without it, it would see refusals
alone.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import requests

from contracts.calls.client import Api, Run
from contracts.fuzz.projection import project
from contracts.fuzz.transport import Transport
from contracts.mutation.stand import Stand, serve
from contracts.target import Target
from contracts.targets.wsgi import read_request
from openapi.members import members
from openapi.messages import Request
from openapi.model import Spec

SIGNED = "signed"  # what stands in the Authorization header of a request that is to be signed
PAUSE = 0.5  # seconds of the mock's time between two requests, so that tasks end
EXAMPLES = 100
SEED = 1
Failure = tuple[str, str]  # operation, check or title of the failure


@dataclass
class Counter:
    """A WSGI app that does for Schemathesis what it cannot do for itself."""

    api: Api
    routes: list[tuple[str, re.Pattern[str], Transport]] = field(default_factory=list)
    requests: int = 0

    def __post_init__(self) -> None:
        for label, operation in project(self.api.spec).operations.items():
            method, _, path = label.partition(" ")
            pattern = re.compile(re.sub(r"\\\{[^{}]*\\\}", "[^/]+", re.escape(path)), re.DOTALL)
            self.routes.append((method, pattern, Transport(self.api, operation)))

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """The answer to one request."""
        self.requests += 1
        sent = read_request(environ)
        transport = self._transport(sent)
        self.api.target.wait(PAUSE)
        self.api.exchanges.clear()
        restored = _restored(transport, sent)
        if sent.headers.get("authorization") == SIGNED:
            reply = transport.deliver(restored)
        elif "authorization" in sent.headers:
            reply = self.api.send(transport.operation, transport.forge(restored))
        else:
            reply = self.api.send(transport.operation, restored)
        start_response(f"{transport.status(reply)} Projected", list(reply.headers.items()))
        return [reply.raw]

    def _transport(self, request: Request) -> Transport:
        here = [(method, each) for method, pattern, each in self.routes if pattern.fullmatch(request.path)]
        meant = [each for method, each in here if method == request.method]
        return (meant or [each for _, each in here] or [each for *_, each in self.routes])[0]


def _restored(transport: Transport, sent: Request) -> Request:
    """The request as it goes over the wire, unsigned."""
    headers = {name: value for name, value in sent.headers.items() if name not in {"authorization", "content-length"}}
    url = f"http://projected{quote(sent.path)}{'?' + sent.query if sent.query else ''}"
    prepared = requests.Request(sent.method, url, headers=headers, data=sent.body or None).prepare()
    prepared.url = url
    return transport.restore(prepared)


def document_of(spec: Spec) -> dict[str, Any]:
    """The projection of a spec, with the one credential that Schemathesis is to send."""
    projection = project(spec)
    document = json.loads(json.dumps(projection.document))
    scheme = {"type": "apiKey", "in": "header", "name": "Authorization"}
    document["components"] = {"securitySchemes": {"signature": scheme}}
    for label, operation in projection.operations.items():
        method, _, path = label.partition(" ")
        if operation.schemes:
            document["paths"][path][method.lower()]["security"] = [{"signature": []}]
    return document


def settings_of(api: Api) -> str:
    """A configuration that names what exists: the account's project and usable resources, for nine values in ten."""
    lines, dictionaries = ["[cache]", "enabled = false", "[parameters]"], []
    for name, value in sorted(_known(api).items()):
        key = re.sub(r"\W", "_", name)
        dictionaries += [f"[dictionaries.{key}]", f"values = [{json.dumps(value)}]"]
        lines.append(f'"{name}" = {{dictionary = "{key}", probability = 0.9}}')
    return "\n".join([*lines, *dictionaries]) + "\n"


def _known(api: Api) -> dict[str, str]:
    found = {}
    for operation in api.spec.operations.values():
        for member in members(operation):
            if len(member.steps) != 1:
                continue
            if member.schema.get("x-tenant"):
                found[f"{member.where}.{member.name}"] = api.account.project
            elif "x-resource" in member.schema:
                found[f"{member.where}.{member.name}"] = api.target.provide(api.spec.name, member.schema["x-resource"])[
                    0
                ]
    return found


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run reported."""

    failures: frozenset[Failure]
    requests: int
    seconds: float


def run_plain(spec: Spec, target: Target, folder: Path, *, examples: int = EXAMPLES, seed: int = SEED) -> Outcome:
    """A run of `st run` against a target whose honest spec is `spec`; its files are left in `folder`."""
    api = Api(target, spec, run=Run())
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "openapi.json").write_text(json.dumps(document_of(spec)), encoding="utf-8")
    (folder / "schemathesis.toml").write_text(settings_of(api), encoding="utf-8")
    counter, started = Counter(api), time.perf_counter()
    with serve(Stand(counter)) as url:
        command = [
            sys.executable,
            "-m",
            "schemathesis.cli",
            "--config-file",
            "schemathesis.toml",
            "run",
            "openapi.json",
        ]
        command += ["--url", url, "-H", f"Authorization: {SIGNED}", "--checks", "all", "--continue-on-failure"]
        command += ["--phases", "examples,coverage,fuzzing,stateful", "--max-examples", str(examples)]
        command += ["--seed", str(seed), "--report", "ndjson", "--report-dir", ".", "--no-color", "--warnings", "off"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    (folder / "output.txt").write_text(done.stdout + done.stderr, encoding="utf-8")
    if done.returncode not in {0, 1}:
        raise RuntimeError(f"st run ended with {done.returncode}: {(done.stdout + done.stderr)[-500:]}")
    return Outcome(frozenset(failures_in(folder)), counter.requests, time.perf_counter() - started)


def failures_in(folder: Path) -> Iterable[Failure]:
    """The failures that a run reported, each once: the operation, and what was wrong."""
    text = (folder / "output.txt").read_text(encoding="utf-8")
    operation = ""
    for line in text.splitlines():
        header = re.match(r"_{3,} (.+?) _{3,}$", line)
        if header:
            operation = header[1]
        title = re.match(r"- (.+)$", line)
        if title and operation:
            yield operation, title[1].strip()
