"""The engine behind Flask: the clouds' requests are answered before Flask routes them, the control plane by Flask."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Unpack

from flask import Flask

from mockserver.assembly import AppKeywords, assemble, gateway_of
from mockserver.control.access import Access
from mockserver.control.door import register
from mockserver.control.plane import Plane
from mockserver.ids import RandomIds, SeededIds
from mockserver.provisions import provide, provisions_of
from mockserver.settings import Settings, check_names, clock_of


def create_app(apis: Iterable[str | Path] = (), **keywords: Unpack[AppKeywords]) -> Flask:
    """A Flask app that is the clouds of the chosen APIs (names, or paths of YAML files; all when none is chosen).

    `AppKeywords` lists what may be given by name; `app.extensions["mock"]` holds the engine, the clock and the journal.
    Raises SpecError for a spec, an API or a reading that cannot be used.
    """
    check_names("create_app", keywords, AppKeywords)
    controls = assemble(apis, keywords)
    app = Flask(__name__, static_folder=None)
    app.extensions["mock"] = controls
    access = Access(closed=not keywords.get("control", True), token=keywords.get("control_token", ""))
    register(app, Plane(controls), access)
    gateway = gateway_of(controls, None if keywords.get("bare") else app.wsgi_app)
    app.wsgi_app = gateway  # type: ignore[method-assign]  # how Flask documents putting something in front of itself
    return app


def build(settings: Settings) -> Flask:
    """The app that `settings` describe.

    Raises SpecError for a spec, an API or a reading that cannot be used, Unprovidable for what it cannot hold.
    """
    provisions = provisions_of(settings.provisions)
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
