"""What large files cost: a million rows loaded, and written to json, csv and xls, compressed.

Each format is measured beside the same rows written by its library alone: `orjson`, `csv` and `xlwt`, then `tarfile`
over the same compressor, or `zipfile` with its own at its fastest. The library has its rows in memory already; the mock
reads them from its store. Each part runs in a process of its own, so that its peak of memory is its own. Then a mock is
served, loaded over HTTP, polled and asked for the file.

`python benchmarks/files.py [--rows 1000000] [--rounds 1]` prints a table; seconds are of the processor, medians of
paired rounds, and the wall clock's where it says so.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import platform
import re
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from dataclasses import replace
from datetime import UTC
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import orjson
import requests
from isal import igzip

from mockserver.accounts import FIRST
from mockserver.client.control import Control
from mockserver.client.doors import HttpDoor
from openapi.loader import load
from openapi.messages import Request
from openapi.signatures import schemes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[1]
API, TOPIC = "tencent-cls", "ee20bb16-3025-4048-b81a-dd436373062e"
DAY = 86_400_000  # milliseconds
FIRST_MOMENT = 1_767_225_600_000  # 2026-01-01T00:00:00Z
ROWS = 1_000_000
SHEET = 65_535  # rows of a sheet, without its header
MOST_OF_XLWT = 200_000  # rows; more of them take minutes and gigabytes
FASTEST = 1  # level of compression
ARCHIVES = {"json": "tar.gz", "csv": "tar.gz", "xls": "zip"}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--part", nargs=3, metavar=("WHO", "FORMAT", "FILE"))
    given = parser.parse_args()
    if given.part:
        who, word, file = given.part
        print(json.dumps((_ours if who == "mock" else _library)(word, Path(file))))
        return
    names = ("orjson", "isal", "xlwt", "granian")
    print(f"{platform.machine()}, {os.cpu_count()} CPUs, Python {platform.python_version()}; ", end="")
    print(", ".join(f"{name} {version(name)}" for name in names), f"; {given.rows} rows, {given.rounds} rounds")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.ndjson"
        _make(file, given.rows)
        print(f"{file.stat().st_size / 1e6:.0f} MB of JSON lines; load average {os.getloadavg()[0]:.1f}")
        _compare(file, given.rounds)
        _serve(file, given.rows)


def _make(file: Path, count: int) -> None:
    from mockserver.files.rows import made_up

    with file.open("wb") as out:
        for row in made_up(_file_spec(), "7/logs", count, (FIRST_MOMENT, FIRST_MOMENT + DAY)):
            out.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))


def _file_spec() -> Any:
    return next(each.file for each in load(API).operations.values() if each.file)


def _compare(file: Path, rounds: int) -> None:
    print(f"{'':14}{'mock':>24}{'library alone':>24}{'ratio':>8}{'peak MB':>16}")
    for word, archive in ARCHIVES.items():
        pairs = [{who: _part(who, word, file) for who in ("mock", "library")} for _ in range(rounds)]
        found = [{who: each["rows"] / each["seconds"] for who, each in pair.items()} for pair in pairs]
        rates = {who: median(each[who] for each in found) for who in pairs[0]}
        ratio = median(each["mock"] / each["library"] for each in found)
        peaks = {who: max(pair[who]["peak"] for pair in pairs) for who in pairs[0]}
        told = [f"{rates[who]:,.0f} rows/s" for who in ("mock", "library")]
        memory = f"{peaks['mock']:.0f} / {peaks['library']:.0f}"
        print(f"{f'{word}, {archive}':14}{told[0]:>24}{told[1]:>24}{ratio:>8.2f}{memory:>16}")


def _part(who: str, word: str, file: Path) -> dict[str, float]:
    command = [sys.executable, __file__, "--part", who, word, str(file)]
    found: dict[str, float] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return found


def _ours(word: str, file: Path) -> dict[str, float]:
    """From the loaded records to the last byte of the file."""
    from mockserver.files import Export, measure, stream
    from mockserver.records.batch import load as load_batch
    from mockserver.records.lines import read_rows
    from mockserver.records.records import Found

    with file.open("rb") as opened:
        batch = load_batch(read_rows(iter(lambda: opened.read(1 << 18), b"")), "__TIMESTAMP__")
    found = Found("benchmark", (batch,), batch.columns)
    spec = replace(_file_spec(), formats={"json": "json-lines", "csv": "csv", "xls": "xls"}, archive=ARCHIVES[word])
    asked = {"From": FIRST_MOMENT, "To": FIRST_MOMENT + DAY, "Format": word, "Count": batch.count}
    export = Export(spec, "t-1", asked, "benchmark", 0, lambda _: "x", found)
    start = time.process_time()
    measured = measure(export)
    size = sum(map(len, stream(export)))
    seconds = time.process_time() - start
    assert (measured.rows, measured.size) == (batch.count, size)
    return {"rows": batch.count, "seconds": seconds, "peak": _peak("self")}


def _library(word: str, file: Path) -> dict[str, float]:
    """From the rows in memory to the last byte of the file."""
    with file.open("rb") as opened:
        rows = [orjson.loads(line) for line in islice(opened, MOST_OF_XLWT if word == "xls" else None)]
    with tempfile.TemporaryDirectory() as folder:
        plain, packed = Path(folder) / f"file.{word}", Path(folder) / "packed"
        start = time.process_time()
        {"json": _write_json, "csv": _write_csv, "xls": _write_xls}[word](rows, plain)
        if ARCHIVES[word] == "zip":
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=FASTEST) as archive:
                archive.write(plain, plain.name)
        else:
            with igzip.open(packed, "wb") as out, tarfile.open(fileobj=out, mode="w") as archive_file:
                archive_file.add(plain, plain.name)
        seconds = time.process_time() - start
        return {"rows": len(rows), "seconds": seconds, "peak": _peak("self")}


def _write_json(rows: list[Any], path: Path) -> None:
    with path.open("wb") as out:
        out.writelines(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows)


def _write_csv(rows: list[Any], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(rows[0])
        writer.writerows(row.values() for row in rows)


def _write_xls(rows: list[Any], path: Path) -> None:
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    for first in range(0, len(rows), SHEET):
        sheet = book.add_sheet(f"Sheet{first // SHEET + 1}")
        for line, values in enumerate([[*rows[0]], *(row.values() for row in rows[first : first + SHEET])]):
            for place, value in enumerate(values):
                sheet.write(line, place, value)
            if line % 1000 == 0:
                sheet.flush_row_data()
    out = io.BytesIO()
    book.save(out)
    path.write_bytes(out.getbuffer())


def _serve(file: Path, count: int) -> None:
    """A mock over HTTP: loaded, polled, and asked for its file."""
    command = [sys.executable, "-m", "mockserver", "serve", API, "--port", "0", "--clock", "manual"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            found = re.search(r"http://\S+", process.stdout.readline() if process.stdout else "")
            assert found
            _measure_served(found[0], file, count, process.pid)
        finally:
            process.terminate()


def _measure_served(url: str, file: Path, count: int, pid: int) -> None:
    control = Control(HttpDoor(url))
    worker = subprocess.check_output(["ps", "-o", "pid=", "--ppid", str(pid)], text=True).split()[0]
    before = _peak(worker)
    wall, used = _timed(lambda: control.records.load(file), worker)
    print(
        f"loaded over HTTP in {wall:.1f} s by the wall clock, {used:.1f} s of the server's; peak {_peak(worker):.0f} MB"
    )
    for word in ("json", "csv"):
        asked = {"TopicId": TOPIC, "Query": "", "Count": count, "Format": word}
        _call(url, control, "CreateExport", {**asked, "From": FIRST_MOMENT, "To": FIRST_MOMENT + DAY})
        control.clock.advance(60)
        wall, used = _timed(lambda: _call(url, control, "DescribeExports", {"TopicId": TOPIC}), worker)
        print(
            f"{word}: the first look, which makes the file: {wall:.1f} s by the wall clock, {used:.1f} s of the server"
        )
        (shown,) = _call(url, control, "DescribeExports", {"TopicId": TOPIC})["Exports"]
        start = time.perf_counter()
        with requests.get(shown["CosPath"], stream=True, timeout=600) as answer:
            pieces: Iterator[bytes] = answer.iter_content(1 << 16)
            size = len(next(pieces))
            first = time.perf_counter() - start
            size += sum(map(len, pieces))
        whole = time.perf_counter() - start
        assert size == shown["FileSize"]
        told = f"{size / 1e6:.0f} MB in {whole:.1f} s; peak of the server {_peak(worker):.0f} MB"
        print(f"{word}: first byte after {1000 * first:.0f} ms, {told}")
        _call(url, control, "DeleteExport", {"ExportId": shown["ExportId"]})
    print(f"the server had {before:.0f} MB when it started")


def _call(url: str, control: Control, action: str, body: dict[str, Any]) -> dict[str, Any]:
    headers = {
        "host": url.removeprefix("http://"),
        "content-type": "application/json",
        "x-tc-action": action,
        "x-tc-version": "2020-10-16",
        "x-tc-region": "ap-guangzhou",
    }
    content = json.dumps(body).encode()
    now = control.clock.now().astimezone(UTC)
    signed = schemes()["tc3-hmac-sha256"].sign(Request("POST", "/", "", headers, content), FIRST.key, now)
    answer = requests.post(url, data=content, headers=dict(signed.headers), timeout=600).json()["Response"]
    assert "Error" not in answer, answer
    control.clock.advance(1)
    found: dict[str, Any] = answer
    return found


def _timed(work: Callable[[], object], pid: str) -> tuple[float, float]:
    """Seconds by the wall clock, and of the processor in another process."""
    start, used = time.perf_counter(), _used(pid)
    work()
    return time.perf_counter() - start, _used(pid) - used


def _used(pid: str) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _peak(pid: str) -> float:
    """The most memory that a process has held, in MB."""
    found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


if __name__ == "__main__":
    main()
