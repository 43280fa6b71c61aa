"""Cassettes on disk: written entry by entry, read with bounds and checked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft202012Validator

from contracts.cassettes.entry import CassetteError, Entry
from contracts.cassettes.har import OWN_VERSION, VERSION, entry_of, har_of

LARGEST = 256 * 1024 * 1024  # bytes of a cassette that is read or written
_TAIL = b"\n  ]\n }\n}\n"
_SCHEMA = Path(__file__).with_name("har.schema.json")


class Writer:
    """A cassette that is a whole file after each entry, so that nothing is lost when the run is killed."""

    def __init__(self, path: Path, log: Mapping[str, Any]) -> None:
        """Begin it, in place of any that was there. Raises CassetteError where it cannot be written."""
        head = json.dumps({"log": {**log, "entries": []}}, indent=1, ensure_ascii=False)
        self._path, self._end, self.entries = path, 0, 0
        try:
            self._file = path.open("wb", buffering=0)
        except OSError as error:
            raise CassetteError(f"{path}: cannot be written: {error.strerror}") from error
        self._append(head[: head.rindex("[") + 1].encode())

    def add(self, entry: Entry) -> bool:
        """Whether there was room for it. Raises CassetteError."""
        text = json.dumps(har_of(entry), ensure_ascii=False, separators=(",", ":"))
        raw = f"{',' if self.entries else ''}\n   {text}".encode("utf-8", "backslashreplace")
        if self._end + len(raw) > LARGEST:
            return False
        self._append(raw)
        self.entries += 1
        return True

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _append(self, raw: bytes) -> None:
        """Write in place of the closing brackets, which come after it."""
        try:
            self._file.seek(self._end)
            self._write(raw + _TAIL)
        except OSError as error:
            self._file.close()
            raise CassetteError(f"{self._path}: cannot be written: {error.strerror}") from error
        self._end += len(raw)

    def _write(self, raw: bytes) -> None:
        """All of it. Raises OSError."""
        while raw:
            raw = raw[self._file.write(raw) or 0 :]


def read_cassette(path: Path) -> list[Entry]:
    """The entries, in their order. Raises CassetteError: no such file, no HAR, another version, a damaged entry."""
    content = _content(path)
    for wrong in _validator("").iter_errors(content):
        where = ".".join(map(str, wrong.instance_path)) or "the file"
        raise CassetteError(f"{path}: no cassette in the form of HAR {VERSION}: {where}: {_short(wrong.message)}")
    log = content["log"]
    if log["version"] not in {"1.1", VERSION}:
        raise CassetteError(f"{path}: HAR {_short(log['version'])} is not read; HAR {VERSION} is")
    own = log.get("_contracts", {}).get("version", OWN_VERSION)
    if own != OWN_VERSION:
        raise CassetteError(f"{path}: a cassette of version {own}; version {OWN_VERSION} is read here: record it anew")
    return list(_entries(path, log["entries"]))


def _content(path: Path) -> Any:
    try:
        if path.stat().st_size > LARGEST:
            raise CassetteError(f"{path}: larger than {LARGEST >> 20} MiB, the largest cassette that is read")
        return json.loads(path.read_bytes())
    except OSError as error:
        raise CassetteError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CassetteError(f"{path}: damaged: no UTF-8 at byte {error.start}") from error
    except json.JSONDecodeError as error:
        raise CassetteError(f"{path}: damaged: no JSON at line {error.lineno}: {error.msg}") from error
    except RecursionError as error:
        raise CassetteError(f"{path}: damaged: nested too deeply") from error


def _entries(path: Path, raw: list[Any]) -> Iterator[Entry]:
    for number, each in enumerate(raw, start=1):
        for wrong in _validator("entry").iter_errors(each):
            where = ".".join(map(str, wrong.instance_path)) or "the whole of it"
            raise CassetteError(f"{path}: entry {number} is damaged: {where}: {_short(wrong.message)}")
        try:
            yield entry_of(number, each)
        except ValueError as error:
            raise CassetteError(f"{path}: entry {number} is damaged: {_short(str(error))}") from error


@cache
def _validator(part: str) -> Draft202012Validator:
    schema = json.loads(_SCHEMA.read_text(encoding="utf-8"))
    return Draft202012Validator({"$defs": schema["$defs"], "$ref": f"#/$defs/{part}"} if part else schema)


def _short(text: str) -> str:
    return text if len(text) <= 200 else f"{text[:200]}…"  # noqa: PLR2004 - of a line
