"""The ways to a control plane: in this process, or over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

from openapi.addresses import shown
from openapi.headers import obstacle
from openapi.streams import visible_line

if TYPE_CHECKING:
    from requests import Response, Session

    from mockserver.control.plane import Plane

TIMEOUT = 30  # seconds
PATIENCE = 600  # seconds, for what takes as long as it is large
LARGE = frozenset({"/state"})  # paths of which that is true
PREFIX = "/_mock"
NAMELESS = frozenset({"", ".", ".."})  # what is left out of an address on its way
_UNKNOWN_ISSUER = frozenset({2, 18, 19, 20, 21})  # as OpenSSL numbers what keeps a certificate from being trusted
_NO_TLS = frozenset({"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE"})  # as its versions call an answer in plain HTTP


class Refused(ValueError):
    """What the control plane does not take; the message says why, `valid` what it does, where that can be listed."""

    def __init__(self, message: str, valid: list[Any] | None = None, status: int = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(f"{message}; valid: {', '.join(map(str, valid))}" if valid else message)
        self.valid = valid or []
        self.status = status  # HTTP's


class Door(Protocol):
    """A way to a control plane."""

    def ask(self, method: str, path: str, query: Mapping[str, str] | None = None, body: Any = None) -> Any:
        """The JSON that it answers; `path` without its prefix: `/clock`. Raises Refused, ConnectionError."""
        ...

    def send(self, path: str, query: Mapping[str, str], pieces: Iterable[bytes]) -> Any:
        """The JSON that it answers to a body that comes piece by piece. Raises Refused, ConnectionError."""
        ...

    def read(self, path: str, query: Mapping[str, str] | None = None) -> Iterator[bytes]:
        """What it answers where that is no JSON, piece by piece. Raises Refused, ConnectionError."""
        ...


@dataclass(frozen=True, slots=True)
class PlaneDoor:
    """To the control plane of a mock in this process, whichever it is when somebody asks."""

    plane: Callable[[], Plane]

    def ask(self, method: str, path: str, query: Mapping[str, str] | None = None, body: Any = None) -> Any:
        """The JSON that it answers."""
        from mockserver.control.view import Content  # here, as whoever asks over HTTP has no use for it

        said = self.plane().answer(method, path, query, b"" if body is None else _written(body))
        is_sent = isinstance(said.value, Content)  # piece by piece, as it is
        return _value(said.status, json.loads(b"".join(said.value.pieces)) if is_sent else said.value)

    def send(self, path: str, query: Mapping[str, str], pieces: Iterable[bytes]) -> Any:
        """The JSON that it answers."""
        said = self.plane().answer("POST", path, query, pieces)
        return _value(said.status, said.value)

    def read(self, path: str, query: Mapping[str, str] | None = None) -> Iterator[bytes]:
        """What it answers, piece by piece."""
        said = self.plane().answer("GET", path, query)
        yield from _value(said.status, said.value).pieces


def item(folder: str, name: str) -> str:
    """The path of one thing among its like: `/tasks/{name}`. Raises Refused for what no path can name."""
    if name in NAMELESS or "\n" in name:
        raise Refused(f"{name!r} names nothing; in {folder}/ everything has a name")
    return f"{folder}/{name}"


def _session() -> Session:
    import requests

    session = requests.Session()
    session.trust_env = False  # neither a proxy nor a .netrc has anything to do with a mock
    return session


def trusting(authority: str | Path) -> Session:
    """A session for a mock behind TLS, whose certificate the authority in this file issued."""
    session = _session()
    session.verify = str(authority)
    return session


@dataclass(frozen=True, slots=True)
class HttpDoor:
    """To the control plane of a mock at an address."""

    url: str  # scheme, host and port
    token: str = field(default="", repr=False)  # where it asks for one
    session: Session = field(default_factory=_session, repr=False)
    authority: Path | None = None  # of a mock behind TLS, which may make it only when it starts

    def __post_init__(self) -> None:
        """Raises ValueError for a token that no header can carry."""
        if wrong := obstacle(self.token):
            raise ValueError(f"the control token {wrong}")

    def __str__(self) -> str:
        return shown(self.url)

    def ask(self, method: str, path: str, query: Mapping[str, str] | None = None, body: Any = None) -> Any:
        """The JSON that it answers."""
        timeout = PATIENCE if path in LARGE else TIMEOUT
        sent = {} if body is None else {"data": _written(body), "headers": {"Content-Type": "application/json"}}
        return self._request(method, path, params=query, timeout=timeout, **sent)

    def send(self, path: str, query: Mapping[str, str], pieces: Iterable[bytes]) -> Any:
        """The JSON that it answers."""
        return self._request("POST", path, params=query, data=iter(pieces), timeout=PATIENCE)

    def read(self, path: str, query: Mapping[str, str] | None = None) -> Iterator[bytes]:
        """What it answers, piece by piece."""
        with self._told(), self._answer("GET", path, params=query, timeout=TIMEOUT, stream=True) as answer:
            if answer.status_code >= HTTPStatus.BAD_REQUEST:
                self._value(answer)
            yield from answer.iter_content(None)

    def _request(self, method: str, path: str, **sent: Any) -> Any:
        with self._told():
            return self._value(self._answer(method, path, **sent))

    def _answer(self, method: str, path: str, headers: Mapping[str, str] | None = None, **sent: Any) -> Response:
        import requests

        if not {"?", "#"}.isdisjoint(self.url):  # what follows would be no path
            raise requests.exceptions.InvalidURL(self.url)
        if self.authority is not None and self.authority.is_file():
            sent["verify"] = str(self.authority)
        headers = {**(headers or {}), **({"X-Mock-Token": self.token} if self.token else {})}
        folder, slash, name = path[1:].partition("/")
        address = f"{self.url}{PREFIX}/{folder}{slash}{quote(name, safe='')}"  # nothing in a name leads elsewhere
        answer = self.session.request(method, address, headers=headers, allow_redirects=False, **sent)
        if answer.is_redirect:  # to which the token is not given
            answer.close()
            place = visible_line(shown(answer.headers["location"]))
            raise ConnectionError(f"{self} sends its callers to {place}: name the address of the mock itself")
        return answer

    def _value(self, answer: Response) -> Any:
        import requests

        with suppress(requests.JSONDecodeError):
            found = answer.json()
            if answer.ok or (isinstance(found, dict) and isinstance(found.get("error"), dict)):
                return _value(answer.status_code, found)
        raise ConnectionError(f"{self} has no control plane: it answers {answer.status_code}")

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What goes wrong on the way, in one line."""
        import requests

        try:
            yield
        except requests.exceptions.SSLError as error:
            raise ConnectionError(f"{self} {_tls_trouble(error, str(self))}") from error
        except (requests.exceptions.MissingSchema, requests.exceptions.InvalidSchema, requests.exceptions.InvalidURL):
            raise ConnectionError(f"{str(self)!r} is no address of a mock; one reads http://127.0.0.1:4010") from None
        except requests.RequestException as error:
            raise ConnectionError(f"{self} does not answer; `mockserver serve` starts a mock") from error


def _tls_trouble(error: BaseException, url: str) -> str:
    """What is wrong with the TLS of an address, in words that follow it."""
    import ssl

    found: BaseException | None = error
    while found is not None and not isinstance(found, ssl.SSLError):
        found = found.__context__
    if found is None:
        return f"cannot be reached by TLS: {error}"
    if found.reason in _NO_TLS:
        return f"speaks no TLS; without it, a mock is at {url.replace('https:', 'http:', 1)}"
    if not isinstance(found, ssl.SSLCertVerificationError):
        return f"cannot be reached by TLS: {found.reason or found}"
    if found.verify_code not in _UNKNOWN_ISSUER:
        return f"has no certificate that is good here: {found.verify_message}"
    told = "`mockserver ctl --tls-folder` and `trusting` name the one of `mockserver serve --tls`"
    return f"has no certificate of an authority that is trusted; {told}"


def _written(body: Any) -> bytes:
    """As JSON. Raises Refused for what it does not have."""
    try:
        return json.dumps(body, allow_nan=False).encode()
    except ValueError as error:
        raise Refused("NaN and infinite numbers are no JSON; give a finite number") from error
    except RecursionError as error:
        raise Refused("the body is nested too deeply") from error


def _value(status: int, value: Any) -> Any:
    if status < HTTPStatus.BAD_REQUEST:
        return value
    error = value["error"]
    raise Refused(str(error.get("message", f"the control plane answers {status}")), error.get("valid"), status)
