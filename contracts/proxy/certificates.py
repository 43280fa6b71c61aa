"""Certificates for TLS on the proxy's own side, from an authority that lives as long as the proxy does."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from pathlib import Path

import trustme

from contracts.proxy.trouble import Code, Trouble

MOST = 64  # hosts that are given a certificate


@dataclass
class Certificates:
    """An authority, its key in memory alone, and a context for each host that was asked for."""

    authority: trustme.CA = field(default_factory=lambda: trustme.CA(organization_name="contracts proxy"))
    _contexts: dict[tuple[str, ...], ssl.SSLContext] = field(default_factory=dict[tuple[str, ...], ssl.SSLContext])

    def context(self, *hosts: str) -> ssl.SSLContext:
        """How to be these hosts in TLS. Raises Trouble for too many."""
        if hosts not in self._contexts:
            if len(self._contexts) >= MOST:
                raise Trouble(Code.TUNNEL, f"{MOST} hosts have a certificate already")
            made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            made.set_alpn_protocols(["http/1.1"])
            self.authority.issue_cert(*hosts).configure_cert(made)
            self._contexts[hosts] = made
        return self._contexts[hosts]

    def write(self, path: Path) -> None:
        """Write the authority's certificate, which is no secret, for clients to trust. Raises OSError."""
        path.write_bytes(self.authority.cert_pem.bytes())
