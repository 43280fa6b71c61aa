"""May a host be contacted at all? Another machine only where the profile names it, and somebody said so."""

from __future__ import annotations

from urllib.parse import urlsplit

from contracts.profiles import Profile, ProfileError
from contracts.safety.allowance import is_loopback

NEXT = "`contracts init` writes a profile"


class Unconsented(ValueError):
    """Nobody has said for this run that the host may be contacted; the message says how."""


def foreign_host(url: str) -> str:
    """The host of an address; empty where it is this machine, or no address."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return "" if is_loopback(host) else host


def check_address(profile: Profile, profile_path: str, url: str, control_token: str = "") -> None:
    """Raise ValueError unless an address is one that the profile stands for, by TLS where it is another machine's.

    A mock on another machine has no profile; it is known by the token of its control plane.
    """
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
