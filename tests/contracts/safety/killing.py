"""Runs that are killed at a chosen moment, by a gateway before an honest server; and what is on the server then.

python -m tests.contracts.safety.killing: the figures of all moments, as a table in Markdown.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

from contracts.calls.client import Api
from contracts.profiles import load_profile
from contracts.safety.record import read_journal
from contracts.situations.tasks import listed, start
from contracts.targets import Choice, open_target
from openapi.members import marked
from openapi.model import Action, Json
from tests.contracts.bent import spec
from tests.contracts.rough.gateway import Rule
from tests.contracts.rough.misdeeds import Ask, Misdeed
from tests.contracts.rough.process import ROOT
from tests.contracts.rough.server import Rough, rough
from tests.contracts.rough.wire import Line, Seen

KILLED = -9  # what a process that was killed ends with
TIMEOUT = 300.0  # seconds


class Point(StrEnum):
    """When, seen from a request, the run is killed."""

    LOST = "before it arrives"
    ARRIVED = "before it is carried out"
    DONE = "before it is answered"
    ANSWERED = "once it is answered"


@dataclass(frozen=True)
class Moment:
    """The moment at which a run is killed."""

    api: str
    action: Action  # of the request
    number: int  # of the requests with this action, from 1
    point: Point

    def __str__(self) -> str:
        return f"{self.api}, {self.action} {self.number}, {self.point}"


@dataclass(frozen=True)
class Figures:
    """What came of a run that was killed."""

    code: int  # of the run
    sent: int  # creations, by the journal
    before: int  # tasks of the run on the server, when it was dead
    after: int  # … and after the cleanup
    foreign: bool  # whether the task of somebody else is still there
    cleanup: tuple[int, str]  # exit code, and what it printed


CREATED = [
    (number, point) for number in (1, 2, 4, 6) for point in (Point.LOST, Point.ARRIVED, Point.DONE, Point.ANSWERED)
]
MOMENTS = [
    *(
        Moment(api, Action.CREATE, number, point)
        for index, (number, point) in enumerate(CREATED)
        for api in (("tencent-cls", "huawei-iotda")[(index + index // 4) % 2],)
    ),
    Moment("tencent-cls", Action.DELETE, 1, Point.LOST),
    Moment("huawei-iotda", Action.DELETE, 2, Point.DONE),
    Moment("tencent-cls", Action.LIST, 9, Point.ANSWERED),
    Moment("huawei-iotda", Action.LIST, 12, Point.LOST),
]


@dataclass(frozen=True)
class Scene:
    """A server, and the task that somebody else has there."""

    server: Rough
    foreign: str

    def kill(self, moment: Moment, folder: Path) -> Figures:
        """What comes of a run that is killed at a moment, and cleaned up after."""
        journal = folder / "journal.jsonl"
        code = self._run(moment, journal)
        before = self.own_tasks()
        cleanup = self.server.call("cleanup", str(journal), "--settle", "0")
        after, sent = self.tasks(), len(read_journal(journal).journal.entries)
        return Figures(code, sent, len(before), len(after - {self.foreign}), self.foreign in after, cleanup)

    def tasks(self) -> set[str]:
        """Every task on the server, of both accounts and all topics, as it tells them behind the gateway."""
        with direct(self.server) as api:
            return {task for which in ("first", "second") for task in _tasks(api.as_account(which))}

    def own_tasks(self) -> set[str]:
        """Those of the run."""
        return self.tasks() - {self.foreign}

    def _run(self, moment: Moment, journal: Path) -> int:
        told = ("--profile", str(self.server.profile()), "--journal", str(journal), "--report-dir", str(journal.parent))
        command = [sys.executable, "-m", "contracts", "run", moment.api, *told, "-k", "progress or total or deletion"]
        over, running = Event(), Future[subprocess.Popen[bytes]]()
        rule = Rule(deadly(running, moment.point, over), lambda number: number == moment.number, _where(moment))
        self.server.gateway.rules = [rule]
        with subprocess.Popen(
            command, cwd=ROOT, env=self.server.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        ) as run:
            running.set_result(run)
            output, _ = run.communicate(timeout=TIMEOUT)
        self.server.gateway.rules = []
        if not over.wait(TIMEOUT):
            raise TimeoutError(f"the run never came to {moment}: {output.decode()}")
        return run.returncode


def deadly(running: Future[subprocess.Popen[bytes]], point: Point, over: Event) -> Misdeed:
    """What a gateway does to a request at which a run dies; the connection is not kept."""

    def strike(_: Seen, ask: Ask, line: Line) -> bool:
        run = running.result(TIMEOUT)
        if point is Point.ANSWERED:
            line.send(ask().whole())
        elif point is Point.DONE:
            ask()
        run.kill()
        run.wait(TIMEOUT)
        if point is Point.ARRIVED:
            ask()
        over.set()
        return False

    return strike


@contextmanager
def scene(api: str, folder: Path) -> Iterator[Scene]:
    """A server with a task of somebody else."""
    with rough(api, folder, certificate="", options=["--seconds", "0.4"]) as server:
        server.profile()
        with direct(server) as client:
            foreign = start(client, arguments=_theirs(client))
        yield Scene(server, foreign)


@contextmanager
def direct(server: Rough) -> Iterator[Api]:
    """A client that goes behind the gateway."""
    assert server.gateway.behind is not None
    specs = {server.api: spec(server.api)}
    profile = load_profile(server.folder / "profile.yaml", server.environment, specs)
    host, port = server.gateway.behind
    with closing(open_target(Choice(f"http://{host}:{port}", profile), specs)) as target:
        yield Api(target, specs[server.api])


def _tasks(api: Api) -> Iterator[str]:
    """The ids of an account's tasks; where a list is of one resource, of each that there is."""
    creator = next(each for each in api.spec.operations.values() if each.action is Action.CREATE)
    kind, member = next((kind, found[0]) for kind, found in marked(creator, "x-resource").items())
    for resource in api.target.provide(api.spec.name, kind, count=12):
        like: dict[str, Json] = {member.name: resource} if len(member.steps) == 1 else {}
        yield from (str(each["task.id"]) for each in listed(api, like))
        if not like:
            return


def _theirs(api: Api) -> dict[str, Json]:
    """What somebody else asks for: nothing that a run would."""
    if api.spec.name == "tencent-cls":
        return {"Count": 7}
    return {"resource_condition": {"task_id": api.target.provide(api.spec.name, "batch-task", count=12)[-1]}}


def _where(moment: Moment) -> str:
    """What the gateway knows the requests of an action by."""
    found = next(each for each in spec(moment.api).operations.values() if each.action is moment.action)
    return found.action_name or found.method


def print_figures() -> None:
    """The table of the page."""
    sys.stdout.write("| killed | creations sent | left before the cleanup | left after it |\n|---|---|---|---|\n")
    for api in dict.fromkeys(each.api for each in MOMENTS):
        with TemporaryDirectory() as folder, scene(api, Path(folder)) as found:
            for index, moment in enumerate(each for each in MOMENTS if each.api == api):
                own = Path(folder, str(index))
                own.mkdir()
                told = found.kill(moment, own)
                sys.stdout.write(f"| {moment} | {told.sent} | {told.before} | {told.after} |\n")


if __name__ == "__main__":
    print_figures()
