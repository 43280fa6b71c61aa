"""Ports that nobody else takes between the moment at which one is looked for and that at which it is used."""

from __future__ import annotations

import os
import socket

FIRST, LAST = 20_000, 32_000  # below those that systems give away by themselves, also to every client
APART = 97  # between the first choices of two processes


def free_port() -> int:
    """A port of this machine on which nobody listens. Raises OSError where there is none."""
    first = os.getpid() * APART
    for number in range(LAST - FIRST):
        port = FIRST + (first + number) % (LAST - FIRST)
        with socket.socket() as found:
            try:
                found.bind(("127.0.0.1", port))
            except OSError:  # somebody has it
                continue
        return port
    raise OSError(f"all ports from {FIRST} to {LAST} are taken")
