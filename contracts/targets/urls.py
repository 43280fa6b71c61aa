"""Addresses as they go onto the wire."""

from __future__ import annotations

from urllib.parse import quote

from openapi.messages import Request


def wire_url(request: Request, origin: str) -> str:
    """The address of a request, percent-encoded."""
    path = quote(request.path.encode("utf-8", "surrogateescape"), safe="/-._~!$&'()*+,;=:@")
    return f"{origin}{path}{'?' + request.query if request.query else ''}"
