"""Looks for values in everything that a run leaves; written without the code that redacts, so both can be wrong."""

from __future__ import annotations

import base64
import html
import json
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, quote_plus

PART = 10  # characters; twice as many of a value give it away


def spellings(value: str) -> dict[str, bytes]:
    """What gives a value away, by the name of the encoding."""
    raw = value.encode()
    found = {
        "plain": value,
        "url": quote(value, safe=""),
        "url, lower case": quote(value, safe="").replace("%2F", "%2f").replace("%2B", "%2b").replace("%3D", "%3d"),
        "form": quote_plus(value),
        "url, every byte": "".join(f"%{byte:02X}" for byte in raw),
        "hex": raw.hex(),
        "HEX": raw.hex().upper(),
        "json": json.dumps(value)[1:-1],
        "json, slashes": json.dumps(value)[1:-1].replace("/", "\\/"),
        "json, every character": "".join(f"\\u{ord(each):04x}" for each in value),
        "html": html.escape(value),
        "html, every character": "".join(f"&#{ord(each)};" for each in value),
        "html, every character in hex": "".join(f"&#x{ord(each):x};" for each in value),
        "its beginning": value[: 2 * PART],
    }
    inside = {  # without the digits that are also made of what stands beside it
        f"{name}, {shift} bytes on": spelled[4 if shift else 0 : (shift + len(raw)) // 3 * 4].encode()
        for (name, shift), spelled in _in_base64(raw).items()
    }
    return {**{name: spelled.encode() for name, spelled in found.items()}, **inside}


def told(value: str) -> list[str]:
    """All the ways in which an indiscreet server may tell a value."""
    whole = [text.decode() for name, text in spellings(value).items() if "base64" not in name]
    return [*whole, *_in_base64(value.encode()).values()]


def _in_base64(raw: bytes) -> dict[tuple[str, int], str]:
    """A value in the middle of others, by the name of the encoding and how many bytes stand before it."""
    encodings = (("base64", base64.b64encode), ("urlsafe base64", base64.urlsafe_b64encode))
    return {
        (name, shift): encode(b"me:"[:shift] + raw + b"\0\0").decode()
        for name, encode in encodings
        for shift in range(3)
    }


def leaks(folder: Path, values: Mapping[str, str], printed: str = "") -> list[str]:
    """Where which value stands in the files below a folder, their names, and what was printed."""
    texts = [("what was printed", printed.encode())]
    for path in sorted(folder.rglob("*")):
        texts.append((f"the name {path.relative_to(folder)}", str(path.relative_to(folder)).encode()))
        if path.is_file():
            texts.append((str(path.relative_to(folder)), path.read_bytes()))
    return [f"{what} ({how}) in {where}" for where, text in texts for what, how in _found(text, values)]


def _found(text: bytes, values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for what, value in values.items():
        yield from ((what, how) for how, spelled in spellings(value).items() if spelled in text)


@contextmanager
def watching_processes(values: Iterable[str]) -> Iterator[list[str]]:
    """While it lasts, the command lines of all processes are looked at; those that show a value, as they are seen."""
    wanted, over = [value.encode() for value in values], threading.Event()
    found: list[str] = []

    def watch() -> None:
        while not over.wait(0.03):
            for line in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    command = line.read_bytes()
                except OSError:  # it has ended
                    continue
                shown = command.decode("utf-8", "replace")
                if any(value in command for value in wanted) and shown not in found:
                    found.append(shown)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        over.set()
        thread.join()
