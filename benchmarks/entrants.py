"""Who takes part in the comparison, and what each is asked."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import generous, messages, servers
from benchmarks.peers import aws, catalogue, document
from mockserver.assembly import assemble
from openapi.loader import load

API = "huawei-iotda"
APART = "tencent-cls"  # its operations share one path, which few of the peers can tell apart
CREATE, LIST = "CreateExportTask", "ListExportTasks"
BY_ALL = ("create", "list")  # what the peers are asked
DIFFERENT = 64  # requests of each kind
LISTED = 5  # tasks that lists of the peers have; those of the mock have one to ten
MOCK = "the mock"
BARE = "the mock on the settings of the Flask view"
FLASK = "empty Flask view"
FRONT = "the mock's front, nothing behind it"
BY_HAND = "the same two operations by hand, on the mock's front"
LOOP = "a fixed text on a loop of asyncio"
OWN = (MOCK, BARE, FLASK, BY_HAND, FRONT, LOOP)  # those that are no peers

LACKING = "all other operations, most limits and refusals, states, faults, clocks, files, the control plane"
WRONG = re.compile(rb"(Signature=[0-9a-f]{60})[0-9a-f]{4}\r")

Prepare = Callable[[int], list[bytes]]  # the requests for a server on a port, freshly signed


@dataclass(frozen=True, slots=True)
class Entrant:
    """A server that takes part."""

    name: str
    version: str
    leaves_out: str
    works: Mapping[str, Prepare]
    launch: Callable[[int], servers.Launch]
    prepare: Callable[[int], None] = lambda _: None  # what it has to hold
    first: Callable[[int], bytes] | None = None  # the request that it answers once it is up; None: any of its works
    wrong: Mapping[str, Callable[[int], bytes]] = field(default_factory=dict)  # what a real server would refuse
    warmth: float = 1.0  # how many times as long as others it is asked before it is measured

    def probe(self, port: int) -> bytes:
        """A request that it answers once it is up."""
        return self.first(port) if self.first else next(iter(self.works.values()))(port)[0]


def works() -> dict[str, Prepare]:
    """What is asked."""
    return {
        "create": _work(API, CREATE, lambda number: {"app_id": f"space{number}"}),
        "list": _work(API, LIST, lambda number: {"limit": 1 + number % 10}),
        "create, one path": _work(APART, "CreateExport", lambda number: {"Count": 1 + number}),
        "list, one path": _work(APART, "DescribeExports", lambda number: {"Limit": 1 + number % 10}),
    }


def wrong() -> dict[str, Callable[[int], bytes]]:
    """What the mock refuses, and whoever leaves out to look at it does not."""
    return {
        "a wrong value": lambda port: _create(port, {"export_format": "none"}),
        "a wrong signature": lambda port: WRONG.sub(rb"\g<1>0000\r", _create(port, {})),
    }


def _create(port: int, changes: messages.Arguments) -> bytes:
    return messages.prepared(load(API), CREATE, port, lambda _: changes, 1)[0]


def entrants(folder: Path, peers: Iterable[catalogue.Peer]) -> tuple[list[Entrant], dict[str, str]]:
    """The mock, an empty Flask view and those of the peers that are installed; and why others are not, by name."""
    given = _material(folder)
    asked, refused = works(), wrong()
    alone = {name: asked[name] for name in BY_ALL}
    specs = [generous.write(api, folder) for api in (API, APART)]
    found = [
        Entrant(MOCK, "", "nothing", asked, partial(mock, specs), wrong=refused),
        Entrant(BARE, "", "nothing", asked, partial(catalogue.granian, "benchmarks.generous:app"), wrong=refused),
        Entrant(FLASK, "", "everything", asked, lambda port: catalogue.flask(port, given), wrong=refused),
        Entrant(BY_HAND, "", LACKING, alone, catalogue.by_hand, wrong=refused),
        Entrant(FRONT, "", "everything but HTTP", alone, lambda port: catalogue.floor("front", port), wrong=refused),
        Entrant(LOOP, "", "everything, and HTTP", alone, lambda port: catalogue.floor("loop", port), wrong=refused),
    ]
    absent: dict[str, str] = {}
    for peer in peers:
        try:
            found.append(_entrant(peer, given, alone))
        except servers.Unavailable as error:
            absent[peer.name] = str(error)
    return found, absent


def mock(specs: Sequence[Path], port: int, *besides: str) -> servers.Launch:
    """The mock as users start it, with everything on, and with further options."""
    told = [part for each in specs for part in ("--spec", str(each))]
    command = [sys.executable, "-m", "mockserver", "serve", *told, "--resources", "any", "--port", str(port)]
    return servers.Launch([*command, *besides], port, {})


def _entrant(peer: catalogue.Peer, given: catalogue.Material, asked: Mapping[str, Prepare]) -> Entrant:
    def launch(port: int) -> servers.Launch:
        return peer.start(port, given)

    if peer.start is not catalogue.moto:
        return Entrant(peer.name, peer.version(), peer.leaves_out, asked, launch, wrong=wrong(), warmth=peer.warmth)
    moto = {"create": partial(aws.create, count=DIFFERENT), "list": partial(aws.show, count=DIFFERENT)}
    return Entrant(peer.name, peer.version(), peer.leaves_out, moto, launch, aws.prepare, aws.first)


def _work(api: str, operation: str, vary: messages.Vary) -> Prepare:
    return lambda port: messages.prepared(load(api), operation, port, vary, DIFFERENT)


def _material(folder: Path) -> catalogue.Material:
    """What the mock answers to the spec's examples is what the peers have as examples."""
    spec = load(API)
    engine = assemble((), {"specs": {API: spec}, "any_resource": True}).engine
    plain, answers = document.plain(API, (CREATE, LIST)), dict[str, tuple[str, str, int, Any]]()
    asked: list[tuple[str, messages.Arguments]] = [(CREATE, {"app_id": f"space{number}"}) for number in range(LISTED)]
    for name, changes in (*asked, (LIST, {"limit": LISTED})):
        operation = spec.operations[name]
        response = engine.handle(messages.signed(spec, name, "127.0.0.1", changes))
        assert isinstance(response.body, bytes)
        assert response.status == operation.success.status, response.body
        answer = json.loads(response.body)
        answers[name] = (operation.method, operation.path, response.status, answer)
        stated = plain["paths"][operation.path][operation.method.lower()]["responses"][str(response.status)]
        stated["content"]["application/json"]["example"] = answer
    path = folder / "document.json"
    path.write_text(json.dumps(plain), encoding="utf-8")
    return catalogue.Material(folder, path, answers)
