"""The two applications that are compared: the mock with everything on, and an empty Flask view."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import flask

from mockserver import create_app
from openapi.document import patch, read
from openapi.loader import load, spec_of

API = "tencent-cls"
PLENTY = 1_000_000_000  # limits and quotas are counted as ever, but never reached


def mock() -> flask.Flask:
    """The mock of one API: signature, validation, limits, quotas, state and journal on."""
    spec = load(API)
    path = Path(spec.path)
    document = read(path)
    limits = {f"{limit.pointer}/requests": PLENTY for each in spec.operations.values() for limit in each.rate_limits}
    quotas = {f"{quota.pointer}/limit": PLENTY for quota in spec.quotas}
    return create_app(specs={API: spec_of(patch(document, {**limits, **quotas}), path, {})})


def empty() -> flask.Flask:
    """A Flask app whose one view reads JSON and answers JSON."""
    app = flask.Flask(__name__)

    @app.post("/")
    def view() -> dict[str, Any]:
        flask.request.get_json()
        return {"Response": {"RequestId": "0"}}

    return app
