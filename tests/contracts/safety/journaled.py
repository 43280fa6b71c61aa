"""A server of which nothing is known, whose creations are journaled; answers may get lost on the way back."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from contracts.calls.client import Api
from contracts.safety.creation import witnessed
from contracts.safety.journal import Head, Journal
from contracts.safety.removal import Remover
from contracts.target import Errand, Unreachable
from contracts.targets.embedded import open_embedded
from openapi.messages import Request, Response
from openapi.model import Action, Spec
from tests.contracts.checks.foreign import Foreign


class Journaled(Foreign):
    """An honest server; `loses` says whether the answers to creations get lost, `arrives` whether those get there."""

    def __init__(self, spec: Spec, journal: Journal) -> None:
        super().__init__(open_embedded({spec.name: spec}))
        self.spec, self.journal, self.kept = spec, journal, journal
        self.loses, self.arrives = False, True
        self.calls: list[str] = []
        self.waits_up_to = 3600.0

    @property
    def patience(self) -> float:
        return self.waits_up_to

    def send(self, request: Request, errand: Errand, origin: str = "") -> Response:
        self.calls.append(errand.operation.id)
        if errand.operation.action is not Action.CREATE:
            return super().send(request, errand, origin)
        return witnessed(self.kept, errand, request, lambda: self._carry(request, errand), self.now)

    def _carry(self, request: Request, errand: Errand) -> Response:
        answer = self._mock.send(request, errand) if self.arrives else None
        if answer is None or self.loses:
            raise Unreachable("the network is gone")
        return answer

    def tidying(self) -> AbstractContextManager[None]:
        return nullcontext()

    @contextmanager
    def losing(self, *, arrives: bool = True) -> Iterator[None]:
        self.loses, self.arrives = True, arrives
        yield
        self.loses, self.arrives = False, True


def served(spec: Spec, folder: Path) -> Journaled:
    return Journaled(spec, Journal.open(folder / "j", Head("https://here", apis=(spec.name,))))


def remover(target: Journaled) -> Remover:
    return Remover(target, {target.spec.name: target.spec}, target.kept)


def stranger(target: Journaled) -> Api:
    """The same account, used by somebody else: no journal knows of it."""
    other = Foreign(target._mock)
    return Api(other, target.spec)
