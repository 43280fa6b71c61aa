"""What stands in a column, by its name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from functools import lru_cache
from hashlib import blake2b
from uuid import UUID

from openapi.model import Json


class Trait(IntEnum):
    """What varies from row to row; the value is the place of its number in `Draw.numbers`."""

    MOMENT = 0
    PERSON = 1
    OUTCOME = 2
    METHOD = 3
    PLACE = 4
    ADDRESS = 5
    AGENT = 6
    SIZE = 7
    DURATION = 8
    HOST = 9
    STATE = 10
    EVENT = 11
    COUNT = 12
    IDENTITY = 13  # and the two after it


@dataclass(frozen=True, slots=True)
class Draw:
    """What a row is made from. Columns that speak of the same thing read the same trait, so they agree."""

    moment: int  # epoch milliseconds
    serial: int  # different for each row of a table
    numbers: tuple[int, ...]  # sixteen, of 32 bits, different for each row

    def below(self, trait: Trait, bound: int) -> int:
        return self.numbers[trait] % bound

    def pick(self, trait: Trait, options: Sequence[str]) -> str:
        return options[self.numbers[trait] % len(options)]


Maker = Callable[[Draw], Json]

DEFAULT_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "logs": ("timestamp", "level", "remote_addr", "method", "path", "status", "bytes", "user_agent", "message"),
    "server-logs": ("timestamp", "host", "process", "level", "message"),
}

_STATUSES = (200,) * 70 + (201,) * 6 + (204,) * 4 + (304,) * 6 + (400,) * 3 + (404,) * 6 + (500,) * 3 + (503,) * 2
_METHODS = ("GET",) * 7 + ("POST",) * 2 + ("PUT", "DELETE")
_PATHS = ("/", "/login", "/api/v1/orders", "/api/v1/orders/1042", "/api/v1/users/me", "/api/v1/search",
          "/static/app.js", "/static/logo.png", "/health", "/checkout", "/cart", "/reports/daily.csv")  # fmt: skip
_AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
    "curl/8.5.0",
    "python-requests/2.32.3",
)
_EVENTS = (
    "CPU 1 temperature 68 degrees C, back below the upper threshold",
    "Fan module 3 speed changed to 7200 RPM",
    "PSU 2 input voltage is 228 V",
    "DIMM 042 correctable ECC error count is 1",
    "Drive bay 5: S.M.A.R.T. self-test completed without error",
    "Login of Administrator over HTTPS succeeded",
    "Watchdog timer was reset by the operating system",
    "System event log is 12 percent full",
    "Network port 1 link is up, 25 Gbit/s",
)
_FIRST_NAMES = ("alice", "bob", "carol", "dan", "erin", "frank", "grace", "heidi", "ivan", "judy",
                "ken", "laura", "mallory", "nina", "oscar", "peggy", "quentin", "ruth", "sybil", "trent")  # fmt: skip
_LAST_NAMES = ("adams", "baker", "chen", "diaz", "evans", "fischer", "garcia", "huang", "ito", "jones",
               "kim", "li", "martin", "novak", "ortiz", "patel", "quinn", "rossi", "singh", "wang")  # fmt: skip
_PEOPLE = len(_FIRST_NAMES) * len(_LAST_NAMES)
_STRIDE = 147  # coprime with the number of people: neighbours have different names, and nobody comes twice in a table
_NETWORKS = ("192.0.2", "198.51.100", "203.0.113")  # RFC 5737: addresses of documentation
_SYSTEMS = ("Windows 11", "Windows Server 2022", "Ubuntu 22.04", "Ubuntu 24.04")
_ALL_BITS = 2**128 - 1
_WORDS = ("amber", "basalt", "cedar", "delta", "ember", "fjord", "glade", "harbor", "indigo", "juniper",
          "kelp", "lagoon", "meadow", "nectar", "onyx", "prairie", "quartz", "raven", "summit", "tundra")  # fmt: skip


def _iso(milliseconds: int) -> str:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _status(draw: Draw) -> int:
    return _STATUSES[draw.below(Trait.OUTCOME, len(_STATUSES))]


def _level(draw: Draw) -> str:
    """As bad as the status of the same row."""
    status = _status(draw)
    return "ERROR" if status >= 500 else "WARN" if status >= 400 else "INFO"  # noqa: PLR2004  # the classes of status of HTTP


def _size(draw: Draw) -> int:
    return 0 if _status(draw) in {204, 304} else 120 + draw.below(Trait.SIZE, 48_000)


def _duration(draw: Draw) -> int:
    return 1 + draw.below(Trait.DURATION, 900)


def _method(draw: Draw) -> str:
    return draw.pick(Trait.METHOD, _METHODS)


def _path(draw: Draw) -> str:
    return draw.pick(Trait.PLACE, _PATHS)


def _request_line(draw: Draw) -> str:
    return f"{_method(draw)} {_path(draw)} HTTP/1.1"


def _message(draw: Draw) -> str:
    return f"{_method(draw)} {_path(draw)} answered {_status(draw)} in {_duration(draw)} ms"


def _remote_address(draw: Draw) -> str:
    number = draw.below(Trait.ADDRESS, len(_NETWORKS) * 254)
    return f"{_NETWORKS[number // 254]}.{number % 254 + 1}"


def _own_address(draw: Draw) -> str:
    return f"10.0.{draw.serial // 250 % 250}.{draw.serial % 250 + 2}"


def _mac(draw: Draw) -> str:
    return "02:00:" + draw.numbers[Trait.IDENTITY].to_bytes(4, "big").hex(":")  # locally administered


def _user(draw: Draw) -> str:
    person = draw.serial * _STRIDE % _PEOPLE
    return f"{_FIRST_NAMES[person % len(_FIRST_NAMES)]}.{_LAST_NAMES[person // len(_FIRST_NAMES)]}"


def _full_name(draw: Draw) -> str:
    return _user(draw).replace(".", " ").title()


def _phone(draw: Draw) -> str:
    return f"+1-202-555-{100 + draw.serial % 100:04d}"  # numbers kept for fiction


def _uuid(draw: Draw) -> str:
    low, middle, high = draw.numbers[Trait.IDENTITY :]
    return str(UUID(int=draw.serial << 96 & _ALL_BITS | high << 64 | middle << 32 | low, version=4))


def _hours(draw: Draw) -> float:
    return draw.below(Trait.DURATION, 2400) / 10


def _count(draw: Draw) -> int:
    return draw.below(Trait.COUNT, 100)


def _host(draw: Draw) -> str:
    return f"node-{draw.below(Trait.HOST, 8) + 1:02d}.example.com"


def _process(draw: Draw) -> str:
    name = draw.pick(Trait.EVENT, ("ipmid", "sensord", "kernel", "redfishd", "logd"))
    return f"{name}[{400 + draw.below(Trait.COUNT, 9000)}]:"


def _computer(draw: Draw) -> str:
    return f"DESK-{draw.serial % 10_000:04d}"


def _group(draw: Draw) -> str:
    return draw.pick(Trait.STATE, ("engineering", "finance", "operations", "sales", "support"))


def _state(draw: Draw) -> str:
    return draw.pick(Trait.STATE, ("ACTIVE", "ACTIVE", "ACTIVE", "SHUTOFF", "ERROR"))


def _moment(draw: Draw) -> str:
    return _iso(draw.moment)


def _epoch(draw: Draw) -> int:
    return draw.moment


_MAKERS: dict[str, Maker] = {
    **dict.fromkeys(("timestamp", "time", "date", "created", "updated"), _moment),
    **dict.fromkeys(("__timestamp__", "timestamp_ms", "epoch"), _epoch),
    **dict.fromkeys(("status_code", "http_status"), _status),
    **dict.fromkeys(("method", "request_method", "http_method"), _method),
    **dict.fromkeys(("path", "uri", "url", "request_uri"), _path),
    **dict.fromkeys(("remote_addr", "client_ip", "source_ip", "public_ip"), _remote_address),
    **dict.fromkeys(("ip", "private_ip", "ip_address", "desktop_ip", "__source__"), _own_address),
    **dict.fromkeys(("user_agent", "http_user_agent"), lambda draw: draw.pick(Trait.AGENT, _AGENTS)),
    **dict.fromkeys(("bytes", "size", "body_bytes_sent", "bytes_sent"), _size),
    **dict.fromkeys(("host", "hostname", "host_name", "__hostname__"), _host),
    **dict.fromkeys(("level", "severity"), _level),
    **dict.fromkeys(("message", "content", "msg", "@raw"), _message),
    **dict.fromkeys(("user", "user_name", "username", "owner", "creator"), _user),
    **dict.fromkeys(("full_name", "alias", "real_name"), _full_name),
    **dict.fromkeys(("phone", "phone_number", "mobile"), _phone),
    **dict.fromkeys(("computer_name", "desktop_name"), _computer),
    **dict.fromkeys(("id", "uuid"), _uuid),
    **dict.fromkeys(("mac", "mac_address"), _mac),
    **dict.fromkeys(("os", "os_type", "os_version", "system"), lambda draw: draw.pick(Trait.HOST, _SYSTEMS)),
    **dict.fromkeys(("hours", "usage_hours"), _hours),
    **dict.fromkeys(("duration", "latency", "request_time", "cost"), _duration),
    **dict.fromkeys(("group", "user_group", "group_name"), _group),
    **dict.fromkeys(("state", "result"), _state),
    "__filename__": lambda _: "/var/log/nginx/access.log",
    "request": _request_line,
    "process": _process,
    "email": lambda draw: f"{_user(draw)}@example.com",
    "device_name": lambda draw: f"device-{draw.serial % 10_000:04d}",
    "active_type": lambda draw: draw.pick(Trait.STATE, ("USER_ACTIVATE", "ADMIN_ACTIVATE")),
    "account_expires": lambda _: "0",
    "enterprise_project_id": lambda _: "0",
    "region": lambda draw: draw.pick(Trait.HOST, ("region-1", "region-2")),
}
_SUFFIXES: tuple[tuple[str, Maker], ...] = (
    ("_id", _uuid),
    ("_time", _moment),
    ("_at", _moment),
    ("_date", _moment),
    ("_ip", _own_address),
    ("_status", _state),
    ("_state", _state),
    ("_hours", _hours),
    ("_count", _count),
    ("_num", _count),
    ("_size", _size),
)
_OF_KIND: Mapping[str, Mapping[str, Maker]] = {
    "logs": {"status": _status},
    "server-logs": {"message": lambda draw: draw.pick(Trait.EVENT, _EVENTS)},
}


@lru_cache(maxsize=1024)
def maker(kind: str, column: str) -> Maker:
    """What makes the values of a column in rows of this kind; words when its name tells nothing."""
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[ -]", "_", column).lower()
    known = _OF_KIND.get(kind, {}).get(name) or _MAKERS.get(name)
    if known:
        return known
    return next((make for suffix, make in _SUFFIXES if f"_{name}".endswith(suffix)), _word(column))


def _word(column: str) -> Maker:
    """Different columns of a row have different words."""

    def make(draw: Draw) -> str:
        text = f"{draw.numbers[Trait.IDENTITY]}/{column}".encode("utf-8", "surrogatepass")
        return _WORDS[blake2b(text, digest_size=1).digest()[0] % len(_WORDS)]

    return make
