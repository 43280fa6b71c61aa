"""What large files cost: a million rows loaded, and written to json, csv and xls, compressed.

Each format is measured beside the same rows written by its library alone: `orjson`, `csv` and `xlwt`, then `tarfile`
over the same compressor, or `zipfile` with its own at its fastest. The library has its rows in memory already; the mock
reads them from its store. Each part runs in a process of its own, so that its peak of memory is its own. Then a mock is
served, loaded over HTTP, polled as clients do, and asked for the files (`served_files.py`).

Seconds are of the processor, medians of paired rounds, and the wall clock's where it says so.
"""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from dataclasses import replace
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import orjson
from isal import igzip

from benchmarks import progress, served_files
from openapi.loader import load

if TYPE_CHECKING:
    import argparse

DAY, FIRST_MOMENT = served_files.DAY, served_files.FIRST_MOMENT
ROWS = 1_000_000
SHEET = 65_535  # rows of a sheet, without its header
MOST_OF_XLWT = 200_000  # rows; more of them take minutes and gigabytes
FASTEST = 1  # level of compression
ARCHIVES = {"json": "tar.gz", "csv": "tar.gz", "xls": "zip"}
NAMES = ("orjson", "isal", "xlwt")


def main() -> None:
    """Measure and print."""
    given = _given()
    if given.part:
        who, word, file = given.part
        print(json.dumps((_ours if who == "mock" else _library)(word, Path(file))))
        return
    versions = ", ".join(f"{name} {version(name)}" for name in NAMES)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.ndjson"
        _make(file, given.rows)
        size = file.stat().st_size / 1e6
        print(f"{given.rows} rows, {size:.0f} MB of JSON lines; rounds: {given.rounds}; {versions}\n")
        beside = _compare(file, given.rounds)
        served = served_files.measure(file, given.rows)
    _show(served)
    progress.write(given.json, {"machine": progress.machine(), "beside libraries": beside, "served": served})


def _given() -> argparse.Namespace:
    parser = progress.parser(__doc__ or "")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--part", nargs=3, metavar=("WHO", "FORMAT", "FILE"))
    return parser.parse_args()


def _make(file: Path, count: int) -> None:
    from mockserver.files.rows import made_up

    with file.open("wb") as out:
        for row in made_up(_file_spec(), "7/logs", count, (FIRST_MOMENT, FIRST_MOMENT + DAY)):
            out.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))


def _file_spec() -> Any:
    return next(each.file for each in load(served_files.LOGS).operations.values() if each.file)


def _compare(file: Path, rounds: int) -> dict[str, Any]:
    print("| | mock, rows/s | library alone, rows/s | ratio | peak of memory, MB |\n| --- | --- | --- | --- | --- |")
    found: dict[str, Any] = {}
    for word, archive in ARCHIVES.items():
        progress.tell(f"{word}: beside its library")
        pairs = [{who: _part(who, word, file) for who in ("mock", "library")} for _ in range(rounds)]
        rates = [{who: each["rows"] / each["seconds"] for who, each in pair.items()} for pair in pairs]
        told = {who: median(each[who] for each in rates) for who in pairs[0]}
        ratio = median(each["mock"] / each["library"] for each in rates)
        peaks = {who: max(pair[who]["peak"] for pair in pairs) for who in pairs[0]}
        found[word] = {"rows per second": told, "ratio": ratio, "peak": peaks}
        rows = " | ".join(f"{told[who]:,.0f}" for who in ("mock", "library"))
        print(
            f"| {word}, {archive} | {rows} | {ratio:.2f} | {peaks['mock']:.0f} / {peaks['library']:.0f} |", flush=True
        )
    return found


def _show(served: dict[str, Any]) -> None:
    loaded = served["load"]
    print(f"\nLoaded over HTTP in {loaded['seconds']} s; peak of memory {loaded['peak']:.0f} MB", end="")
    others = loaded["others meanwhile"]
    print(f" (at the start {served['start']['memory']:.0f} MB); others meanwhile: ", end="")
    print(f"median {others['median']} ms, p99 {others['p99']} ms.\n")
    names = ["create", "slowest look", "ended after", "first byte", "whole", "processor", "peak"]
    units = ["ms", "ms", "s", "ms", "s", "s", "MB"]
    print(" | ".join(["| served", *(f"{name}, {unit}" for name, unit in zip(names, units, strict=True))]), end="")
    print(" | size, MB | others meanwhile: median, p99, ms |\n" + "| --- " * (len(names) + 3) + "|")
    for word in ARCHIVES:
        each = served[word]
        others = each["others meanwhile"]
        cells = [
            *(str(each[name]) for name in names),
            f"{each['size'] / 1e6:.0f}",
            f"{others['median']}, {others['p99']}",
        ]
        print(f"| {' | '.join([word, *cells])} |")


def _part(who: str, word: str, file: Path) -> dict[str, float]:
    command = [sys.executable, __file__, "--part", who, word, str(file)]
    found: dict[str, float] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return found


def _ours(word: str, file: Path) -> dict[str, float]:
    """From the loaded records to the last byte of the file."""
    from mockserver.files import Export, file_of, measure
    from mockserver.records.batch import load as load_batch
    from mockserver.records.edition import Found
    from mockserver.records.lines import read_rows

    with file.open("rb") as opened:
        batch = load_batch(read_rows(iter(lambda: opened.read(1 << 18), b"")), "__TIMESTAMP__")
    found = Found("benchmark", (batch,), batch.columns)
    spec = replace(_file_spec(), formats={"json": "json-lines", "csv": "csv", "xls": "xls"}, archive=ARCHIVES[word])
    asked: dict[str, Any] = {"From": FIRST_MOMENT, "To": FIRST_MOMENT + DAY, "Format": word, "Count": batch.count}
    export = Export(spec, "t-1", asked, "benchmark", 0, lambda _: "x", found)
    start = time.process_time()
    measured = measure(export)
    file_made = file_of(export)
    size = sum(map(len, file_made.read(0, file_made.size)))
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


def _peak(pid: str) -> float:
    """The most memory that a process has held, in MB."""
    found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


if __name__ == "__main__":
    main()
