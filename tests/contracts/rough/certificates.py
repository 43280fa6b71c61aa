"""The certificates that a server shows: a good one, and those that no client may accept."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme

HOSTS = ("localhost", "127.0.0.1")


class Authority:
    """Whom the client is told to trust, by a file of its certificate."""

    def __init__(self) -> None:
        self._ca = trustme.CA()

    def write(self, path: Path) -> Path:
        """Put down what SSL_CERT_FILE has to name."""
        self._ca.cert_pem.write_to_path(str(path))
        return path

    def context(self, which: str = "good") -> ssl.SSLContext:
        """What a server needs that shows a certificate: `good`, `other-host`, `expired` or `self-signed`."""
        made: Mapping[str, Callable[[], trustme.LeafCert]] = {
            "good": lambda: self._ca.issue_cert(*HOSTS),
            "other-host": lambda: self._ca.issue_cert("elsewhere.example"),
            "expired": lambda: self._ca.issue_cert(*HOSTS, not_after=datetime.now(UTC) - timedelta(days=1)),
            "self-signed": lambda: trustme.CA().issue_cert(*HOSTS),  # by nobody whom a client knows
        }
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made[which]().configure_cert(context)
        return context
