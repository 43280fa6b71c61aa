"""A client of an official SDK, made as the spec of its API says."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import packages_distributions
from typing import Any

from mockserver.hints import fill, is_needed
from openapi.model import PythonClient, Spec

REQUESTS = "requests"  # what sends in a way that a mock in this process can answer


class NoClient(LookupError):
    """There is no client to be had; the message says what to install, or what there is instead."""

    def __str__(self) -> str:
        return str(self.args[0])


def client_of(spec: Spec, names: Mapping[str, str]) -> Any:
    """A client of the official SDK for Python; `names` is what placeholders stand for. Raises NoClient."""
    kind = python_client(spec)
    try:
        return _Maker(spec.name, kind.packages, names).make(kind.client)
    except ImportError as error:
        packages = " ".join(kind.packages)
        message = f"the official client of {spec.name} cannot be imported ({error}): pip install {packages}"
        raise NoClient(message) from error


def python_client(spec: Spec) -> PythonClient:
    """How the client of an API is made. Raises NoClient."""
    found = next((hint.python for hint in spec.clients if hint.python is not None), None)
    if found is None:
        raise NoClient(f"the spec of {spec.name} names no official client for Python (x-clients, python)")
    return found


class _Maker:
    """Makes what a spec describes, out of the packages that it names and of nothing else."""

    def __init__(self, api: str, packages: tuple[str, ...], names: Mapping[str, str]) -> None:
        self._api, self._packages, self._names = api, packages, names

    def make(self, described: Any) -> Any:
        """A value as it is, a text filled, or an object."""
        if isinstance(described, str):
            return fill(described, self._names)
        if not isinstance(described, Mapping):
            return described
        made = self._class(described["new"])
        if "with" in described:
            made = self._call(made, described["with"])
        for step in described.get("then", ()):
            for method, arguments in step.items():
                made = self._call(getattr(made, method), arguments)
        return made

    def _call(self, called: Any, arguments: Any) -> Any:
        """What comes of a call; what would hold the authority is left out where there is none."""
        if isinstance(arguments, Mapping):
            return called(**{name: self.make(each) for name, each in arguments.items() if self._needs(each)})
        return called(*(self.make(each) for each in arguments if self._needs(each)))

    def _needs(self, described: Any) -> bool:
        return not isinstance(described, str) or is_needed(described, self._names)

    def _class(self, path: str) -> type:
        module, _, name = path.partition(":")
        if not set(_distributions().get(module.partition(".")[0], ())) & set(self._packages):
            raise ImportError(f"{module} belongs to none of {', '.join(self._packages)}")
        found = getattr(import_module(module), name, None)
        if isinstance(found, type):
            return found
        raise ImportError(f"{module} has no class {name}")


@cache
def _distributions() -> Mapping[str, list[str]]:
    """The installed distributions of each package that can be imported."""
    return packages_distributions()


def own_url(spec: Spec) -> str:
    """The first of the provider's own addresses, its variables as the spec fills them."""
    server = spec.document["servers"][0]
    url = str(server["url"])
    for name, variable in server.get("variables", {}).items():
        url = url.replace(f"{{{name}}}", str(variable["default"]))
    return url


def in_process_client(spec: Spec, names: Mapping[str, str]) -> Any:
    """A client that comes to a mock in this process. Raises NoClient, also for one that has HTTP of its own."""
    if python_client(spec).http != REQUESTS:
        message = f"the official client of {spec.name} does not send with `requests`, which this mock answers"
        raise NoClient(f"{message}: use mockserver.Server or the fixture cloud_server")
    return client_of(spec, names)
