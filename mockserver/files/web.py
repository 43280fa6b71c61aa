"""Columns of an access log: who asked a web server for what, and what it answered."""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.files.draws import Draw, Maker, Trait, between, one_of, spread

_STATUSES = (
    *(200,) * 70,
    *(201,) * 6,
    *(204,) * 4,
    *(304,) * 6,
    *(400,) * 3,
    *(404,) * 6,
    *(500,) * 3,
    *(503,) * 2,
)
_WITHOUT_BODY = frozenset({204, 304})
_CLIENT_ERROR, _SERVER_ERROR = 400, 500  # the first status of either class
_NETWORKS = ("192.0.2", "198.51.100", "203.0.113")  # RFC 5737: addresses of documentation
_HOSTS = 254  # of such a network

_method = one_of(Trait.METHOD, *("GET",) * 7, *("POST",) * 2, "PUT", "DELETE")
_path = one_of(
    Trait.PLACE,
    "/",
    "/login",
    "/cart",
    "/checkout",
    "/health",
    "/api/v1/orders",
    "/api/v1/orders/1042",
    "/api/v1/search?q=lamp",
    "/api/v1/users/me",
    "/reports/daily.csv",
    "/static/app.js",
    "/static/logo.png",
    '/files/annual "report", final.csv',  # what a writer has to quote
    "/suche/käse/导出",
)
_agent = one_of(
    Trait.AGENT,
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
    "curl/8.5.0",
    "python-requests/2.32.3",
)
_duration = between(Trait.DURATION, 1, 900)  # milliseconds


def status(draw: Draw) -> int:
    """An HTTP status, nine times out of ten a success."""
    return _STATUSES[draw.numbers[Trait.OUTCOME] % len(_STATUSES)]


def _level(draw: Draw) -> str:
    """As bad as the status of the same row."""
    code = status(draw)
    if code < _CLIENT_ERROR:
        return "INFO"
    return "WARN" if code < _SERVER_ERROR else "ERROR"


def _size(draw: Draw) -> int:
    return 0 if status(draw) in _WITHOUT_BODY else 120 + draw.numbers[Trait.SIZE] % 48_000


def _seconds(draw: Draw) -> float:
    return (1 + draw.numbers[Trait.DURATION] % 900) / 1000


def _address(draw: Draw) -> str:
    number = draw.numbers[Trait.ADDRESS] % (len(_NETWORKS) * _HOSTS)
    return f"{_NETWORKS[number // _HOSTS]}.{number % _HOSTS + 1}"


def _request(draw: Draw) -> str:
    return f"{_method(draw)} {_path(draw)} HTTP/1.1"


def _message(draw: Draw) -> str:
    return f"{_method(draw)} {_path(draw)} answered {status(draw)} in {_duration(draw)} ms"


MAKERS: Mapping[str, Maker] = {
    **spread(("status_code", "http_status"), status),
    **spread(("method", "request_method", "http_method"), _method),
    **spread(("path", "uri", "url", "request_uri"), _path),
    **spread(("remote_addr", "client_ip", "source_ip", "public_ip", "terminal_ip"), _address),
    **spread(("user_agent", "http_user_agent"), _agent),
    **spread(("bytes", "size", "body_bytes_sent", "bytes_sent"), _size),
    **spread(("level", "severity"), _level),
    **spread(("message", "msg", "content"), _message),
    **spread(("duration", "latency"), _duration),
    "request": _request,
    "request_time": _seconds,
    "protocol": one_of(Trait.AGENT, "HTTP/1.1", "HTTP/1.1", "HTTP/2.0"),
    "http_referer": one_of(Trait.SIZE, "-", "-", "https://www.example.com/", "https://www.example.com/cart"),
    "__filename__": one_of(Trait.HOST, "/var/log/nginx/access.log"),
    "stream": one_of(Trait.HOST, "access-1", "access-2"),
}
