"""Where is the file of a task? An address that is signed now, at the host that the caller reached us by."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import quote, urlsplit

from mockserver.facts import Call, Facts, is_settled, reader
from mockserver.remembered import Remembered
from mockserver.task import Task
from mockserver.templates import template
from mockserver.writing import parameter_writers
from openapi.messages import Credentials, Request
from openapi.model import Link, Spec
from openapi.signatures import schemes

HOST = re.compile(r"(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?")  # all that a link is made to lead to
KEPT = 1024  # links that are remembered for the second that they are signed in, and hosts
LONGEST = 300  # characters of a host, with its port


Circumstances = tuple[str, str, Credentials, int]  # the Host header, the mock's protocol, the key, the second


def circumstances(call: Call, key: Credentials, protocol: str, late: float = 0) -> Circumstances:
    """What the links that a call tells of depend on, besides the tasks."""
    return call.request.headers.get("host", ""), protocol, key, int(call.now - late)


@dataclass(frozen=True, slots=True)
class Linker:
    """Makes the links of one API."""

    rules: Link
    fill: Callable[[Facts], str]  # the address at the provider's own host
    hosts: tuple[str, ...]  # the provider's own, `*` in them for a label
    is_settled: bool  # whether that address is the same for all of a task's life
    known: Remembered[Task, tuple[Circumstances, str]]

    def address(self, facts: Facts, key: Credentials, protocol: str, late: float = 0) -> str:
        """The address of the file that `facts` are about, signed with `key` so many seconds before now.

        `protocol` is that of the mock's own addresses. A list tells it again and again: it is remembered for a second.
        """
        task, about = facts.task, circumstances(facts.call, key, protocol, late)
        if task is None or not self.is_settled:
            return self._address(facts, about)
        known = self.known.get(task)
        if known is None or known[0] != about:
            known = self.known.put(task, (about, self._address(facts, about)))
        return known[1]

    def _address(self, facts: Facts, about: Circumstances) -> str:
        host, protocol, key, second = about
        own = _own_host(host, self.hosts) if len(host) <= LONGEST else ""
        place = f"{protocol}://{own}" if own else ""
        return _signed(self.fill(facts), place, self.rules.scheme, (key, second, self.rules.seconds))


def linker(spec: Spec) -> Linker | None:
    """What makes the links of an API; None where it has none."""
    rules = spec.link
    if rules is None:
        return None
    operation, address = spec.operations[rules.operation], template(rules.url)
    parameters = parameter_writers(operation)
    bound = {parameter.name: str(parameter.schema.get("x-bind", "")) for parameter in operation.parameters}
    is_the_same = all(is_settled(bound.get(name) or name) for name in address.names)
    fill = address.reading(lambda name: parameters.get(name) or reader(name))
    return Linker(rules, fill, tuple(spec.hosts), is_the_same, Remembered())


@lru_cache(KEPT)
def _own_host(header: str, hosts: tuple[str, ...]) -> str:
    """The mock's own host, as the caller names it; empty where that is the provider's, or none at all."""
    own = header.lower().removeprefix("http://").removeprefix("https://")
    return own if HOST.fullmatch(own) and not _is_provider(own, hosts) else ""


def _is_provider(host: str, hosts: tuple[str, ...]) -> bool:
    bare = host.partition(":")[0]
    return any(bare == each or ("*" in each and bare.endswith(each.rpartition("*")[2])) for each in hosts)


@lru_cache(KEPT)
def _signed(url: str, place: str, scheme: str, signing: tuple[Credentials, int, int]) -> str:
    """The address, at another place, if any is given; signed with a key, at a second since 1970, for so many."""
    key, second, seconds = signing
    split = urlsplit(url)
    protocol, _, host = (place or f"{split.scheme}://{split.netloc}").partition("://")
    request = Request("GET", split.path, split.query, {"host": host})
    now, presigner = datetime.fromtimestamp(second, UTC), schemes()[scheme]
    signed = presigner.presign(request, key, now, seconds)  # type: ignore[attr-defined]
    return f"{protocol}://{host}{quote(signed.path)}?{signed.query}"
