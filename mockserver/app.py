"""The engine behind Flask: the clouds' requests are answered before Flask routes them, the control plane by Flask."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Unpack

from flask import Flask

from mockserver.assembly import Options, assemble, gateway_of
from mockserver.control.access import Access
from mockserver.control.door import register
from mockserver.control.plane import Plane
from mockserver.ids import RandomIds, SeededIds
from mockserver.provisions import provide, provisions_of
from mockserver.settings import Settings, clock_of


def create_app(apis: Iterable[str | Path] = (), **options: Unpack[Options]) -> Flask:
    """A Flask app that is the clouds of the chosen APIs (names, or paths of YAML files; all when none is chosen).

    `Options` lists what may be given by name; `app.extensions["mock"]` holds the engine, the clock and the journal.
    Raises SpecError for a spec, an API or a reading that cannot be used.
    """
    unknown = options.keys() - Options.__annotations__.keys()
    if unknown:
        known = ", ".join(Options.__annotations__)
        raise TypeError(f"create_app() takes no {', '.join(sorted(unknown))}; it takes apis, {known}")
    controls = assemble(apis, options)
    app = Flask(__name__, static_folder=None)
    app.extensions["mock"] = controls
    access = Access(closed=not options.get("control", True), token=options.get("control_token", ""))
    register(app, Plane(controls), access)
    gateway = gateway_of(controls, None if options.get("bare") else app.wsgi_app)
    app.wsgi_app = gateway  # type: ignore[method-assign]  # how Flask documents putting something in front of itself
    return app


def build(settings: Settings) -> Flask:
    """The app that `settings` describe.

    Raises SpecError for a spec, an API or a reading that cannot be used, Unprovidable for what it cannot hold.
    """
    provisions = provisions_of(settings.provided)
    app = create_app(
        settings.apis,
        clock=clock_of(settings.clock),
        ids=RandomIds() if settings.seed is None else SeededIds(settings.seed),
        readings=settings.readings,
        any_resource=settings.any_resource,
        control=settings.control,
        control_token=settings.control_token,
        bare=settings.bare,
        protocol="https" if settings.tls else "http",
    )
    provide(app.extensions["mock"], provisions)
    return app
