"""Where is a host: on this machine, in a network of one's own, or anywhere?"""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address


def is_loopback(host: str) -> bool:
    """Whether a host is certainly this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost" or host.lower().endswith(".localhost")


def is_inside(host: str) -> bool:
    """Whether a host is this machine, or an address that only means something in a network of one's own.

    Addresses count however they are written: `127.1` and `2130706433` are 127.0.0.1 to whoever connects. Names are not
    looked up.
    """
    bare = host.removesuffix(".")
    address = _address(bare)
    return is_loopback(bare) if address is None else not address.is_global


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host))
    except (OSError, ValueError):  # half a character is a ValueError
        return None
