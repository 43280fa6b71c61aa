"""A mock inside this process."""

from __future__ import annotations

from collections.abc import Mapping

from contracts.targets.mock import Mock
from contracts.targets.wsgi import Wsgi
from openapi.model import Spec

BASE_URL = "http://127.0.0.1"


def open_embedded(specs: Mapping[str, Spec], seed: int = 0) -> Mock:
    """A mock of `specs` whose ids are the same for the same seed; nothing listens anywhere."""
    from mockserver.app import create_app
    from mockserver.ids import SeededIds

    app = create_app(specs=specs, ids=SeededIds(seed))
    return Mock(BASE_URL, Wsgi(app.wsgi_app), specs)
