"""An empty Flask view: it reads JSON, if there is any, and answers JSON."""

from __future__ import annotations

from typing import Any

import flask


def create() -> flask.Flask:
    """The app, which answers so at every path."""
    app = flask.Flask(__name__)

    @app.route("/", methods=["GET", "POST"], defaults={"path": ""})
    @app.route("/<path:path>", methods=["GET", "POST"])
    def view(path: str) -> dict[str, Any]:
        flask.request.get_json(silent=flask.request.method == "GET")
        return {"path": path}

    return app
