"""Two machines in a network of their own: each a network namespace of Linux, behind a third that balances the load.

`unshare --net` has to be around the process that makes them; with it, all of it goes.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from urllib.parse import parse_qs, urlsplit

from tests.mockserver.stores.proxy import Place, balanced
from tests.mockserver.stores.running import TOKEN, Kill, running, together

PORT = 4010  # the same at both
DATABASE_PORT = 5432
TOOLS = ("unshare", "nsenter", "ip")
APART = ("unshare", "--net")


class NoNetwork(Exception):
    """Why there can be none on this machine."""


def require() -> None:
    """Raise NoNetwork where namespaces cannot be had."""
    missing = [each for each in TOOLS if shutil.which(each) is None]
    if missing:
        raise NoNetwork(f"network namespaces need {', '.join(missing)}")
    tried = subprocess.run([*APART, "ip", "link", "set", "lo", "up"], check=False, capture_output=True, text=True)
    if tried.returncode:
        raise NoNetwork(f"network namespaces are not permitted here: {tried.stderr.strip()}")


@contextmanager
def machines(apis: Sequence[str], *words: str) -> Iterator[tuple[int, Kill]]:
    """Two machines with one server each; the database is reached through the network, too."""
    _run("ip", "link", "set", "lo", "up")
    with ExitStack() as leaving:
        places, kills = list[Place](), list[Kill]()
        for number in (1, 2):
            enter = leaving.enter_context(_machine(number))
            here, there = f"10.77.{number}.1", f"10.77.{number}.2"
            leaving.enter_context(balanced([_socket_of(words)], (here, DATABASE_PORT)))
            told = (*_over_tcp(words, here), "--host", there, "--port", str(PORT), "--control-token", TOKEN)
            _, kill = leaving.enter_context(running(apis, *told, enter=enter))
            places.append((there, PORT))
            kills.append(kill)
        yield leaving.enter_context(balanced(places)), together(kills)


@contextmanager
def _machine(number: int) -> Iterator[tuple[str, ...]]:
    """The words that run a command on a new machine, which has a cable to this one."""
    holding = [*APART, "sh", "-c", "echo apart; exec sleep infinity"]
    with subprocess.Popen(holding, stdout=subprocess.PIPE, text=True) as holder:
        try:
            assert holder.stdout
            holder.stdout.readline()
            pid, cable, place = str(holder.pid), f"machine{number}", f"10.77.{number}"
            enter = ("nsenter", "--net", "--target", pid)
            _run("ip", "link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", pid)
            _run("ip", "addr", "add", f"{place}.1/24", "dev", cable)
            _run("ip", "link", "set", cable, "up")
            _run(*enter, "ip", "addr", "add", f"{place}.2/24", "dev", "eth0")
            for device in ("lo", "eth0"):
                _run(*enter, "ip", "link", "set", device, "up")
            yield enter
        finally:
            holder.kill()


def _run(*words: str) -> None:
    subprocess.run(words, check=True)


def _socket_of(words: Sequence[str]) -> str:
    """The socket of the database server, for which there is a place in the file system of all."""
    folder = parse_qs(urlsplit(_store(words)).query)["host"][0]
    return f"{folder}/.s.PGSQL.{DATABASE_PORT}"


def _over_tcp(words: Sequence[str], host: str) -> list[str]:
    url = urlsplit(_store(words))
    return [
        url._replace(netloc=f"{url.username}@{host}", query="").geturl() if _store([each]) else each for each in words
    ]


def _store(words: Sequence[str]) -> str:
    return next((each for each in words if each.startswith("postgresql://")), "")
