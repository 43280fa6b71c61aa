"""May a host be contacted at all? Another machine only where the profile names it, and somebody said so."""

from __future__ import annotations

from urllib.parse import urlsplit

from contracts.hosts import is_loopback
from contracts.profiles import Profile, ProfileError
from openapi.addresses import shown

NEXT = "`contracts init` writes a profile"


class Unconsented(ValueError):
    """Nobody has said for this run that the host may be contacted; the message says how."""


def require_address(url: str) -> None:
    """Raise ValueError for what is not scheme, host and perhaps port, and nothing else."""
    if not _is_address(url):
        raise ValueError(f"{shown(url)!r} is no address of a server; one reads http://127.0.0.1:4010")


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    plain = f"{parts.scheme}://{host}" + (f":{port}" if port is not None else "")
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and url.lower() == plain and " " not in url


def foreign_host(url: str) -> str:
    """The host of an address; empty where it is this machine, or no address."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return "" if is_loopback(host) else host


def check_address(profile: Profile, profile_path: str, url: str, control_token: str = "") -> None:
    """Raise ValueError unless it is an address, of this machine or of one that the profile stands for, by TLS.

    A mock on another machine has no profile; it is known by the token of its control plane.
    """
    if url:
        require_address(url.rstrip("/"))
    target, host = profile.target.rstrip("/"), foreign_host(url or profile.target)
    if target and url and url.rstrip("/") != target:
        raise ProfileError(f"{profile_path}: target: the profile is of {target}, and not of {url}")
    if not host:
        return
    if not profile.accounts:
        if not control_token:
            raise ValueError(f"{host} is not this machine: only a --profile lets it be contacted; {NEXT}")
        return
    if not target:
        raise ProfileError(f"{profile_path}: {host} is not this machine: the profile has to name it, target: {url}")
    if urlsplit(target).scheme == "http" and not profile.allow.plain_http:
        told = (
            "is not this machine, and would be called without TLS: take https, or allow it (allow: {plain-http: true})"
        )
        raise ProfileError(f"{profile_path}: target: {host} {told}")
