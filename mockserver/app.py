"""The engine behind Flask: the clouds' requests are answered before Flask routes them, the control plane by Flask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypedDict, Unpack

from flask import Flask

from mockserver import control
from mockserver.accounts import FIRST, SECOND, Accounts, in_conditions
from mockserver.clock import MovableClock
from mockserver.control import Access, Controls, Plane
from mockserver.engine import Engine, Parts
from mockserver.gateway import Gateway
from mockserver.ids import Ids, RandomIds, SeededIds
from mockserver.journal import Journal
from mockserver.memory import MemoryStore
from mockserver.settings import Settings, clock_of
from mockserver.sizes import largest_body
from mockserver.store import Store
from openapi.loader import load_all
from openapi.model import Spec

UNBOUNDED = 1 << 24  # bytes of a body that are read at all, for specs that document no limit


class Options(TypedDict, total=False):
    """What `create_app` takes by name."""

    specs: Mapping[str, Spec]  # already loaded; then `apis` and `readings` are not looked at
    readings: Mapping[str, str]  # API/READING: answer
    clock: MovableClock  # real time
    ids: Ids  # random ones
    store: Store  # in memory
    accounts: Accounts  # the two of the documentation, and one for each condition of an account
    any_resource: bool  # whether every well-formed id of a resource exists; no
    control: bool  # whether there is a control plane; yes
    bare: bool  # whether even the control plane's paths are left to the providers, which know none of them; no
    control_token: str  # what the control plane asks for in X-Mock-Token; empty: nothing, but only loopback hosts


def create_app(apis: Iterable[str | Path] = (), **options: Unpack[Options]) -> Flask:
    """A Flask app that is the clouds of the chosen APIs (names, or paths of YAML files; all when none is chosen).

    `Options` lists what may be given by name; `app.extensions["mock"]` holds the engine, the clock and the journal.
    Raises SpecError for a spec, an API or a reading that cannot be used.
    """
    unknown = options.keys() - Options.__annotations__.keys()
    if unknown:
        known = ", ".join(Options.__annotations__)
        raise TypeError(f"create_app() takes no {', '.join(sorted(unknown))}; it takes apis, {known}")
    specs = options.get("specs") or load_all(apis, options.get("readings"))
    controls = _controls(specs, options)
    app = Flask(__name__, static_folder=None)
    app.extensions["mock"] = controls
    access = Access(closed=not options.get("control", True), token=options.get("control_token", ""))
    control.register(app, Plane(controls), access)
    largest = largest_body(tuple(limit for spec in specs.values() for limit in spec.sizes), UNBOUNDED)
    entrance = None if options.get("bare") else app.wsgi_app
    gateway = Gateway(controls.engine.handle, entrance, largest=largest, now=controls.clock.now)
    app.wsgi_app = gateway  # type: ignore[method-assign]  # how Flask documents putting something in front of itself
    return app


def build(settings: Settings) -> Flask:
    """The app that `settings` describe. Raises SpecError for a spec, an API or a reading that cannot be used."""
    return create_app(
        settings.apis,
        clock=clock_of(settings.clock),
        ids=RandomIds() if settings.seed is None else SeededIds(settings.seed),
        readings=settings.readings,
        any_resource=settings.any_resource,
        control=settings.control,
        control_token=settings.control_token,
        bare=settings.bare,
    )


def _controls(specs: Mapping[str, Spec], options: Options) -> Controls:
    clock, journal = options.get("clock") or MovableClock(), Journal()
    parts = Parts(
        clock=clock,
        ids=options.get("ids") or RandomIds(),
        store=options.get("store") or MemoryStore(),
        accounts=options.get("accounts") or Accounts([FIRST, SECOND, *in_conditions(specs.values())]),
        journal=journal,
        any_resource=options.get("any_resource", False),
    )
    engine = Engine(specs, parts)
    return Controls(engine, clock, journal)
