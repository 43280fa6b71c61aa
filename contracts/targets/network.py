"""How the network is reached: the proxy and the authorities that the environment names, and nothing else of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from requests.utils import select_proxy, should_bypass_proxies

from contracts.hosts import is_loopback
from openapi.addresses import shown

AUTHORITIES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_DIR")  # the first that is set counts
SCHEMES = ("http", "https", "all")
PROXY = "http://HOST:PORT"
SOCKS = "socks"  # how the schemes of such proxies begin


@dataclass(frozen=True, slots=True)
class Network:
    """What lies between this machine and others."""

    proxies: Mapping[str, str]  # by the scheme of the address: http, https, all
    no_proxy: str = ""  # hosts that are reached without one, as NO_PROXY lists them
    authorities: str = ""  # a file or folder of certificates; empty: those that come with `requests`

    def proxies_for(self, url: str) -> dict[str, str]:
        """The proxy by which an address is reached, as `requests` wants it; none for this machine."""
        if is_loopback(urlsplit(url).hostname or "") or should_bypass_proxies(url, no_proxy=self.no_proxy):
            return {}
        proxy = select_proxy(url, dict(self.proxies))
        return {urlsplit(url).scheme: proxy} if proxy else {}

    def require(self, url: str) -> None:
        """Raise ValueError where an address is reached by a proxy that nothing here can speak to."""
        for proxy in self.proxies_for(url).values():
            if urlsplit(proxy).scheme.startswith(SOCKS) and find_spec("socks") is None:
                told = "is reached through a SOCKS proxy, as the environment says, and PySocks is not installed"
                raise ValueError(f"{url} {told}: `pip install PySocks`, or name another proxy (NO_PROXY: none)")

    @property
    def verify(self) -> str | bool:
        """By which authorities certificates are verified, as `requests` wants it."""
        return self.authorities or True

    @property
    def trusted(self) -> str:
        """Whose word counts for certificates, and how that is changed."""
        if self.authorities:
            return (
                f"the authorities in {self.authorities} count alone ({', '.join(AUTHORITIES)}: the first that is set)"
            )
        return f"{AUTHORITIES[0]} may name a file of authorities"


DIRECT = Network({})


def network_of(environment: Mapping[str, str]) -> Network:
    """The proxies and authorities that an environment names.

    Raises ValueError for authorities that are not there, and for what is no address of a proxy.
    """
    found = {scheme: _variable(environment, f"{scheme}_proxy") for scheme in SCHEMES}
    proxies = {scheme: value for scheme, value in found.items() if value}
    for scheme, proxy in proxies.items():
        if not _is_proxy(proxy):
            names = f"{scheme}_proxy or {scheme.upper()}_PROXY"
            raise ValueError(f"{names} names {shown(proxy)!r}, which is no address of a proxy; one reads {PROXY}")
    return Network(proxies, _variable(environment, "no_proxy"), authorities_of(environment))


def authorities_of(environment: Mapping[str, str]) -> str:
    """The file or folder of certificates that an environment names first; empty where it names none.

    Raises ValueError for one that is not there.
    """
    for name in AUTHORITIES:
        if found := environment.get(name, ""):
            if not Path(found).exists():
                raise ValueError(f"{name} names {found}, which does not exist")
            return found
    return ""


def _is_proxy(proxy: str) -> bool:
    """Whether it is a host, and perhaps a scheme, a user and a port."""
    try:
        parts = urlsplit(proxy if "://" in proxy or "@" in proxy else f"http://{proxy}")
        is_place = bool(parts.hostname) and parts.port != 0 and parts.path in {"", "/"}
    except ValueError:
        return False
    return is_place and (parts.scheme in {"http", "https"} or parts.scheme.startswith(SOCKS))


def _variable(environment: Mapping[str, str], name: str) -> str:
    """A variable whose name may be written in small letters, which go first."""
    return environment.get(name, "") or environment.get(name.upper(), "")
