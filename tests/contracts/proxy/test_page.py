"""The page about the proxy shows what the proxy prints."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import requests

from tests.contracts.proxy.command import proxy
from tests.contracts.standin.behaviour import Behaviour, Fault
from tests.contracts.standin.server import serving

PAGE = Path(__file__).parents[3] / "docs" / "proxy.md"
SESSION = re.compile(r"<!-- session -->\n```console\n(.*?)```", re.DOTALL)


def test_the_session_of_the_page_is_what_happens() -> None:
    lines = SESSION.findall(PAGE.read_text(encoding="utf-8"))[0].splitlines()
    command, *calls = [shlex.split(line[2:]) for line in lines if line.startswith("$ ")]
    with serving(Behaviour(fault=Fault.LIMIT_OF_51)) as url:
        options = [url if each.startswith("http://") else each for each in command[2:]]
        with proxy(*options) as running:
            for _, _, header, address in calls:
                name, _, value = header.partition(": ")
                target = address.replace("http://127.0.0.1:4030", running.url)
                requests.get(target, headers={name: value, "User-Agent": "curl", "Accept-Encoding": None}, timeout=60)
            code, out, told = running.wait()
        said = "".join([*running.greeting, told, out])
        said = said.replace(url, "http://127.0.0.1:4020").replace(running.url, "http://127.0.0.1:4030")
    assert code == 1
    assert steady("\n".join(line for line in lines if not line.startswith("$ "))) == steady(said)


def steady(text: str) -> str:
    """The text without what differs from one time to the next: seconds, ids, and what the client adds."""
    text = re.sub(r" +\d+\.\d{3} s", " 0.000 s", text)
    text = re.sub(r"-H '(accept|user-agent|connection)[^']*' ", "", text)
    return re.sub(r"(?m)\s+$", "", re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT", text)).strip()
