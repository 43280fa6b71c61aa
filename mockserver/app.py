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
from mockserver.settings import Settings, Unprovidable, check_names, clock_of
from mockserver.store import Store, StoreError
from mockserver.stores.opening import open_store


def create_app(apis: Iterable[str | Path] = (), **keywords: Unpack[AppKeywords]) -> Flask:
    """A Flask app that is the clouds of the chosen APIs (names, or paths of YAML files; all when none is chosen).

    `AppKeywords` lists what may be given by name; `app.extensions["mock"]` holds the engine, the clock and the journal,
    `app.extensions["gateway"]` what stands in front.
    Raises SpecError for a spec, an API or a reading that cannot be used.
    """
    check_names("create_app", keywords, AppKeywords)
    controls = assemble(apis, keywords)
    app = Flask(__name__, static_folder=None)
    app.extensions["mock"] = controls
    access = Access(closed=not keywords.get("control", True), token=keywords.get("control_token", ""))
    register(app, Plane(controls), access)
    gateway = gateway_of(controls, None if keywords.get("bare") else app.wsgi_app)
    app.extensions["gateway"] = gateway
    app.wsgi_app = gateway  # type: ignore[method-assign]  # how Flask documents putting something in front of itself
    return app


def build(settings: Settings) -> Flask:
    """The app that `settings` describe.

    Raises SpecError for a spec, an API or a reading that cannot be used, Unprovidable for what it cannot hold.
    """
    provisions, store = provisions_of(settings.provisions), _store_of(settings)
    try:
        app = create_app(
            settings.apis,
            clock=clock_of(settings.clock),
            ids=RandomIds() if settings.seed is None else SeededIds(settings.seed),
            store=store,
            readings=settings.readings,
            any_resource=settings.any_resource,
            control=settings.control,
            control_token=settings.control_token,
            bare=settings.bare,
            protocol="https" if settings.tls else "http",
        )
        provide(app.extensions["mock"], provisions)
    except StoreError as error:
        raise Unprovidable(("store",), str(error)) from error
    finally:
        store.close()  # whoever serves the app, perhaps in another process, opens it again
    return app


def _store_of(settings: Settings) -> Store:
    try:
        store = open_store(settings.store)
    except StoreError as error:
        raise Unprovidable(("store",), str(error)) from error
    if store.is_shared and settings.seed is not None:
        message = "the same ids cannot be made again for a store that may hold them already: leave out seed, or store"
        raise Unprovidable(("seed",), message)
    return store
