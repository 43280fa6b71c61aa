"""An Excel 97 workbook, written as its rows come ([MS-XLS], BIFF8): what is long waits on disk, not in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from struct import Struct, pack

from mockserver.files.cells import cells
from mockserver.files.compound import compound
from mockserver.files.row import Row, values
from mockserver.files.spool import Spool
from openapi.model import Json

SHEET_ROWS = 65_536  # of a sheet, its header included
SHEET_COLUMNS = 256
CELL_CHARACTERS = 32_767

_SHORT = 1 << 20  # bytes of a part that are kept in memory
_SLAB = 1 << 16  # bytes that are handed out at a time
_RECORD = 8224  # bytes of a record; what is longer goes on in another
_PAGE = 1 << 7  # rows that are written at a time
_SEEN = 1 << 14  # different texts that are remembered, so that one that comes again is not written again

_SST, _CONTINUE = 0x00FC, 0x003C
_CELL = 15  # the format of every cell
_BEFORE_TEXT = Struct("<HB").pack  # how many characters, and how each is written


def write_xls(rows: Iterable[Row], columns: Sequence[str]) -> Iterator[bytes]:
    """A workbook of as many sheets as the rows need, each with the header; its first byte comes after its last row."""
    texts, sheets, names = _Texts(), list[_Sheet](), columns[:SHEET_COLUMNS]
    rest, page = iter(rows), list[Row]()
    while not sheets or page:
        if not sheets or sheets[-1].count == SHEET_ROWS:
            sheets.append(_Sheet())
            sheets[-1].add([names], texts)
        page = list(islice(rest, min(_PAGE, SHEET_ROWS - sheets[-1].count)))
        sheets[-1].add(values(page, names), texts)
    shared = texts.end()
    start = sum(map(len, _globals([0] * len(sheets)))) + texts.size + len(_EOF)
    places, place = [], start
    for sheet in sheets:
        places.append(place)
        place += sheet.size(len(names))
    parts = chain.from_iterable(sheet.pieces(len(names), first=not number) for number, sheet in enumerate(sheets))
    return compound("Workbook", place, chain(_globals(places), shared, [_EOF], parts))


class _Texts:
    """The texts of all cells, each with its number, as the records that hold them."""

    def __init__(self) -> None:
        self._numbers = _Numbers(self._add)
        self._first = b""
        self._rest = Spool(_SHORT)
        self._open = bytearray()
        self._room = _RECORD - 8
        self._cells = self._count = 0

    def numbers(self, texts: Sequence[str]) -> Iterator[int]:
        """By which cells refer to these texts."""
        self._cells += len(texts)
        return map(self._numbers.__getitem__, texts)

    @property
    def size(self) -> int:
        """Bytes of all records, once it has ended."""
        return 4 + 8 + len(self._first) + self._rest.size

    def end(self) -> Iterator[bytes]:
        """All records."""
        self._close()
        head = pack("<HHII", _SST, 8 + len(self._first), self._cells, self._count)
        return chain([head + self._first], _slabs(self._rest))

    def _add(self, text: str) -> int:
        """Write one more text; its number."""
        try:
            flag, width, data = 0, 1, text.encode("latin-1")
        except UnicodeEncodeError:
            flag, width, data = 1, 2, text.encode("utf-16-le", "surrogatepass")
        if width == 1 and len(data) <= min(self._room - 3, CELL_CHARACTERS):  # as nearly all do, it fits
            self._open += _BEFORE_TEXT(len(data), flag) + data
            self._room -= 3 + len(data)
        else:
            self._split(data, flag, width)
        self._count += 1
        return self._count - 1

    def _split(self, data: bytes, flag: int, width: int) -> None:
        """Write a text over as many records as it needs."""
        data = data[: _whole(data, CELL_CHARACTERS * width, width)]
        if self._room < 3 + 2 * width:  # its head and a character are not parted
            self._close()
        self._open += _BEFORE_TEXT(len(data) // width, flag)
        self._room -= 3
        while len(data) > self._room:
            cut = _whole(data, self._room, width)
            self._open += data[:cut]
            data = data[cut:]
            self._close()
            self._open.append(flag)
            self._room -= 1
        self._open += data
        self._room -= len(data)

    def _close(self) -> None:
        if not self._first:
            self._first = bytes(self._open)
        elif self._open:
            self._rest.write(pack("<HH", _CONTINUE, len(self._open)) + self._open)
        self._open.clear()
        self._room = _RECORD


class _Numbers(dict[str, int]):
    """The numbers of the texts that came last; a text that is not among them is written."""

    def __init__(self, add: Callable[[str], int]) -> None:
        super().__init__()
        self._add = add

    def __missing__(self, text: str) -> int:
        if len(self) >= _SEEN:
            self.clear()
        self[text] = number = self._add(text)
        return number


def _whole(data: bytes, most: int, width: int) -> int:
    """How many bytes, at most so many, end with a whole character."""
    cut = min(len(data), most) // width * width
    parts_pair = width > 1 and cut < len(data) and 0xD8 <= data[cut - 1] <= 0xDB  # noqa: PLR2004 - leading surrogates
    return cut - 2 if parts_pair else cut


class _Sheet:
    """The cells of one sheet."""

    def __init__(self) -> None:
        self.count = 0  # rows
        self._cells = Spool(_SHORT)

    def add(self, rows: Sequence[Iterable[Json]], texts: _Texts) -> None:
        """Write some more rows; null is no cell."""
        self._cells.write(cells(self.count, rows, texts.numbers))
        self.count += len(rows)

    def size(self, columns: int) -> int:
        return len(self._head(columns)) + self._cells.size + len(self._foot(first=False))

    def pieces(self, columns: int, *, first: bool) -> Iterator[bytes]:
        return chain([self._head(columns)], _slabs(self._cells), [self._foot(first=first)])

    def _head(self, columns: int) -> bytes:
        return _record(0x0809, "<HHHHII", 0x0600, 0x0010, *_BUILD) + _record(
            0x0200, "<IIHHH", 0, self.count, 0, columns, 0
        )

    def _foot(self, *, first: bool) -> bytes:
        return _record(0x023E, "<7HI", 0x06B6 if first else 0x00B6, 0, 0, 0x40, 0, 0, 0, 0) + _EOF


def _globals(places: Sequence[int]) -> Iterator[bytes]:
    """What comes before the texts: fonts, formats, and where each sheet starts."""
    yield _record(0x0809, "<HHHHII", 0x0600, 0x0005, *_BUILD)
    yield _record(0x0042, "<H", 0x04B0)
    yield _record(0x003D, "<9H", 0x01E0, 0x005A, 0x3FCF, 0x2A4E, 0x0038, 0, 0, 1, 0x0258)
    yield _record(0x0031, "<HHHHHBBBBBB5s", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0, 5, 0, b"Arial") * 5
    yield _record(0x00E0, "<HHHBBBBIIH", 0, 0, 0xFFF5, 0x20, 0, 0, 0, 0, 0, 0x20C0) * _CELL
    yield _record(0x00E0, "<HHHBBBBIIH", 0, 0, 0x0001, 0x20, 0, 0, 0, 0, 0, 0x20C0)
    yield _record(0x0293, "<HBB", 1 << 15, 0, 0xFF)
    for number, place in enumerate(places, 1):
        name = f"Sheet{number}".encode()
        yield _record(0x0085, f"<IBBBB{len(name)}s", place, 0, 0, len(name), 0, name)


def _record(kind: int, form: str, *values: int | bytes) -> bytes:
    body = pack(form, *values)
    return pack("<HH", kind, len(body)) + body


_BUILD = (0x0DBB, 0x07CC, 0x00C1, 0x0006)  # of the Excel that writes so
_EOF = _record(0x000A, "<")


def _slabs(spool: Spool) -> Iterator[bytes]:
    return (spool.read(start, min(start + _SLAB, spool.size)) for start in range(0, spool.size, _SLAB))
