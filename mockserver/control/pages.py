"""The page under `/_mock/ui`: its files, as they are, and what a browser may do with them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from importlib.util import find_spec

from mockserver.control.view import Content

PACKAGE = "mockserver"
FOLDER = "ui"
START = "index.html"
VIEWER = "flask_swagger_ui"  # whose distribution of Swagger UI shows the specs; nothing else of it is used
VIEWER_FILES = {f"viewer/{name}": name for name in ("swagger-ui.css", "swagger-ui-bundle.js")}
TYPES: Mapping[str, str] = {
    "css": "text/css; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    " frame-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
KEPT = 100  # names that are remembered, those of no file too: more than there are files
_NAME = re.compile(r"[a-z][a-z0-9-]*\.(?:css|html|js|svg)")


def page(name: str = "") -> Content | None:
    """A file of the page by its name, the first one by none; None where there is no such file."""
    found = _read(name or START)
    return None if found is None else Content(TYPES[name.rpartition(".")[2] or "html"], [found], HEADERS)


@lru_cache(KEPT)
def _read(name: str) -> bytes | None:
    if name in VIEWER_FILES:
        folder = files(VIEWER).joinpath("dist") if find_spec(VIEWER) else None
        return folder.joinpath(VIEWER_FILES[name]).read_bytes() if folder else None
    path = files(PACKAGE).joinpath(FOLDER, name)
    return path.read_bytes() if _NAME.fullmatch(name) and path.is_file() else None
