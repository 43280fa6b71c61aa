"""Connexion's own mock of a document, as `connexion run --mock all` makes it, for an ASGI server without a reloader."""

import os
from pathlib import Path

from connexion import AsyncApp
from connexion.mock import MockResolver

document = Path(os.environ["DOCUMENT"])
app = AsyncApp(__name__, specification_dir=str(document.parent))
app.add_api(document.name, resolver=MockResolver(mock_all=True), auth_all_paths=False)
