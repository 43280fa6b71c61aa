"""Mutants as servers: inside this process, or as a WSGI app."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from contracts.mutation.deriving import mutants
from contracts.mutation.mutant import Forward, Mutant, Stage, Tamper
from contracts.targets.embedded import Embedded, mock_app, open_embedded
from contracts.targets.mock import ACCOUNTS, PREFIX, Wire
from contracts.targets.wsgi import App, Wsgi, read_request
from openapi.document import SpecError, patch
from openapi.loader import spec_of
from openapi.messages import Request, Response
from openapi.model import Spec


class Unservable(ValueError):
    """A change after which the document cannot be served; the message says why."""


class Between:
    """The wire to an honest server, with somebody on it."""

    def __init__(self, wire: Wire, tamper: Tamper) -> None:
        self._wire = wire
        self.tamper = tamper  # may be another one from one mutant to the next

    def send(self, request: Request, origin: str = "") -> Response:
        """The answer; calls of the control plane are left alone."""
        if request.path.startswith(f"{PREFIX}/"):
            return self._wire.send(request, origin)
        return self.tamper(request, self._wire.send)

    def close(self) -> None:
        """Let go of the connection."""
        self._wire.close()


def open_mutant(mutant: Mutant, specs: Mapping[str, Spec], seed: int = 0) -> Embedded:
    """The mutant as a target, in this process; `specs` are honest, and hold its API. Raises Unservable."""
    return open_embedded(served_specs(mutant, specs), seed, lambda wire: _spoiled(mutant, specs, wire))


@dataclass
class Workbench:
    """Opens one mutant after the other; an honest server is kept for those that only differ in behaviour."""

    specs: Mapping[str, Spec]  # honest
    seed: int = 0
    _kept: dict[str, tuple[Embedded, Between]] = field(default_factory=dict[str, tuple[Embedded, Between]])

    def open(self, mutant: Mutant) -> Embedded:
        """The mutant as a target, until the next one is opened. Raises Unservable."""
        if mutant.changes:
            return open_mutant(mutant, self.specs, self.seed)
        api = mutant.clause.api
        if api not in self._kept:
            betweens: list[Between] = []

            def lead(wire: Wire) -> Between:
                betweens.append(Between(wire, _pass_on))
                return betweens[0]

            self._kept[api] = open_embedded(served_specs(mutant, self.specs), self.seed, lead), betweens[0]
        target, between = self._kept[api]
        between.tamper = mutant.defect(Stage(self.specs[api], ACCOUNTS)) if mutant.defect else _pass_on
        return target


def mutant_app(mutant: Mutant | None, specs: Mapping[str, Spec]) -> App:
    """All APIs of `specs` as a WSGI app in real time, one of them mutated; None: none of them. Raises Unservable."""
    if mutant is None:
        return mock_app(specs)
    honest = mock_app({**specs, **served_specs(mutant, specs)})
    if mutant.defect is None:
        return honest
    between = _spoiled(mutant, specs, Wsgi(honest))

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith(f"{PREFIX}/"):
            return honest(environ, start_response)
        response = between.send(read_request(environ))
        start_response(f"{response.status} Unknown", list(response.headers.items()))
        return [response.body] if isinstance(response.body, bytes) else response.body

    return app


def served_specs(mutant: Mutant, specs: Mapping[str, Spec]) -> dict[str, Spec]:
    """The changed spec and its companions. Raises Unservable."""
    own = specs[mutant.clause.api]
    served = {own.name: own} | {name: specs[name] for name in own.companions}
    meant = served[mutant.document or own.name]
    try:
        changed = (
            spec_of(patch(dict(meant.document), mutant.changes), Path(meant.path), {}) if mutant.changes else meant
        )
    except SpecError as error:
        raise Unservable(str(error)) from error
    return {**served, meant.name: changed}


def _spoiled(mutant: Mutant, specs: Mapping[str, Spec], wire: Wire) -> Between:
    if mutant.defect is None:
        return Between(wire, _pass_on)
    return Between(wire, mutant.defect(Stage(specs[mutant.clause.api], ACCOUNTS)))


def _pass_on(request: Request, forward: Forward) -> Response:
    return forward(request)


def find(name: str, specs: Mapping[str, Spec]) -> Mutant:
    """The mutant of that id. Raises ValueError with the names of those near it."""
    spec = specs.get(name.partition("/")[0])
    known = {each.id: each for each in mutants(spec)} if spec else {}
    if name in known:
        return known[name]
    near = get_close_matches(name, known, 3, 0)
    hint = f"near it: {', '.join(near)}" if near else f"its API has to be one of {', '.join(specs)}"
    raise ValueError(f"there is no mutant {name!r}; {hint}")
