"""Is no more kept of a body that arrives than it is worth, however it is cut?"""

from __future__ import annotations

import tracemalloc

from mockserver.front.arrival import Arrival
from mockserver.front.heads import read_head

HEAD = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked"
SIZE = 1 << 18  # bytes


def test_a_body_in_the_smallest_chunks_takes_no_more_memory_than_it_has_bytes() -> None:
    """As an object each, pieces of two bytes would take twenty times as much."""
    arrival = Arrival(read_head(HEAD), SIZE)
    tracemalloc.start()
    try:
        for number in range(SIZE // 2):
            arrival.add(b"%02d" % (number % 100))
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    arrival.finish()
    assert len(arrival.request().body) == SIZE
    assert kept < 2 * SIZE


def test_of_a_body_that_is_too_large_one_byte_more_is_kept_which_tells_that() -> None:
    arrival = Arrival(read_head(HEAD), 4)
    for piece in (b"ab", b"cd", b"ef", b"gh"):
        arrival.add(piece)
    arrival.finish()
    assert arrival.request().body == b"abcde"
