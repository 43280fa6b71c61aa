"""One connection: requests are read one after the other, each once the one before it is answered."""

from __future__ import annotations

import asyncio
import socket
import struct
import sys
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from mockserver.front.arrival import Arrival
from mockserver.front.farewell import Farewell
from mockserver.front.framing import GO_ON, refusal
from mockserver.front.heads import Head, Malformed
from mockserver.front.parser import End, Event, Parser
from mockserver.gateway import MISTAKES

if TYPE_CHECKING:
    from mockserver.front.house import House

HELD = 1 << 16  # bytes that wait to be looked at; with more of them, no more are received
LOOK = 15.0  # seconds between two looks for clients that keep silent
SILENT, SILENT_WITHIN = 40, 4  # looks at one that says nothing, and reads nothing; within a request
AT_ONCE = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)  # SO_LINGER: to close is to reset


class Connection(asyncio.Protocol):
    """Of one client."""

    transport: asyncio.Transport

    def __init__(self, house: House) -> None:
        self._house = house
        self._line = house.line
        self.is_in_line = False  # whether it will be asked to read on
        self._parser = Parser()
        self._arrival: Arrival | None = None  # the request whose body is still to come
        self._answering: asyncio.Future[bool] | None = None  # what takes its time
        self._is_last = False  # whether the connection ends after this answer
        self._is_over = False  # whether the client sends no more
        self._is_paused = False
        self._silent = 0  # looks at it since something came, or was read
        self._unread = 0  # bytes that the client could not be sent yet, when it was looked at
        self._writable: asyncio.Future[None] | None = None  # done when the client has read enough
        self._farewell: Farewell | None = None
        self._unsent = b""  # answers that go when the turn of the loop is over

    @property
    def is_idle(self) -> bool:
        """Whether nothing is under way."""
        return not (self._answering or self._arrival or self._parser.is_within or self._writable)

    @property
    def is_owed_nothing(self) -> bool:
        """Whether its client is the one who is waited for."""
        return self._answering is None and self._writable is None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]  # that of a stream, as this is its protocol
        self._house.enter(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio calls it so
        self._house.leave(self)
        if self._arrival is not None:
            self._arrival.break_off()
        if self._answering is not None:
            self._answering.cancel()
        if self._farewell is not None:
            self._farewell.cancel()

    def data_received(self, data: bytes) -> None:
        self._silent = 0
        if self._farewell is not None:
            self._farewell.drop(data)
        elif not self._is_over:
            self._parser.feed(data)
            self._line.join(self)
            if self._parser.held > HELD:
                self._receive_or_wait()

    def eof_received(self) -> bool:
        self._is_over = True
        if self._farewell is not None:
            self.close()
        else:
            self._line.join(self)
        return not self.transport.is_closing()

    def pause_writing(self) -> None:
        self._writable = self._house.loop.create_future()

    def resume_writing(self) -> None:
        self._silent = 0
        writable, self._writable = self._writable, None
        if writable is not None and not writable.done():
            writable.set_result(None)
        self._line.join(self)

    async def drained(self) -> None:
        """Return when the client has read enough of what was written."""
        if self._writable is not None:
            await self._writable

    def read_on(self) -> None:
        """Have what came answered, as far as that can be done now; but a second request waits for its turn."""
        try:
            has_more = self._take_next()
        except Exception:  # noqa: BLE001 - a mistake of ours, which must not cost the answers before it
            MISTAKES.exception("the mock failed to send an answer")
            self.abort()
            return
        if has_more:
            self._line.join(self)
        else:
            self._go_on()

    def answer(self, sent: bytes, *, is_last: bool) -> None:
        """Send a whole answer, together with those of others."""
        if self._unsent:
            self._unsent += sent
        else:
            self._unsent = sent
            self._house.outbox.put(self)
        self._finish(is_last=is_last)

    def write(self, sent: bytes) -> None:
        """Send a piece at once, after what is unsent."""
        unsent, self._unsent = self._unsent, b""
        self.transport.write(unsent + sent)

    def send(self) -> None:
        """Send what is unsent, if anybody is there for it."""
        if self._unsent and not self.transport.is_closing():
            self.write(b"")

    def close(self) -> None:
        """End, once the client has been sent everything."""
        self.send()
        self.transport.close()

    def abort(self) -> None:
        """End at once."""
        self.send()
        self.transport.abort()

    def wait(self) -> None:
        """Look at nothing more until there is an answer to what came."""
        self._answering = self._house.loop.create_future()

    def give(self, sent: bytes, *, is_last: bool) -> None:
        """Send a whole answer that was waited for."""
        self._answering = None
        self.answer(sent, is_last=is_last)
        self._line.join(self)

    def perform(self, answering: Coroutine[Any, Any, bool]) -> None:
        """Let an answer take its time; it says whether it was the last."""
        self._answering = self._house.loop.create_task(answering)
        self._answering.add_done_callback(self._performed)

    def end(self) -> None:
        """End once what is under way is done; at once where that is nothing."""
        self._is_last = True
        if self.is_idle:
            self.close()

    def look(self) -> None:
        """End when the client has neither sent nor read for too many looks, where that is what is waited for."""
        is_sent_to = self._writable is not None
        is_read_from = self._arrival is not None and not self._arrival.is_full  # perhaps by a thread that waits for it
        unread, self._unread = self._unread, self.transport.get_write_buffer_size()
        if unread != self._unread:
            self._silent = 0
        elif self._answering is None or is_sent_to or is_read_from:
            self._silent += 1
            if self._silent > (SILENT if self.is_idle or is_sent_to else SILENT_WITHIN):
                self.abort()

    def reset(self) -> None:
        """End so that the client sees it as an error."""
        self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        self.abort()

    def _may_look(self) -> bool:
        if self._writable is not None or self.transport.is_closing():
            return False
        return not self._arrival.is_full if self._arrival is not None else self._answering is None

    def _take_next(self) -> bool:
        """Take what came, up to the end of a request; whether something is left to be looked at then."""
        try:
            while self._may_look():
                event = self._parser.next()
                if event is None:
                    if self._is_over and self._arrival is not None:
                        self._arrival.break_off()
                    break
                self._take(event)
                if self._arrival is None:
                    return self._parser.held > 0
        except Malformed as error:
            self._spurn(error)
        return False

    def _take(self, event: Event) -> None:
        if isinstance(event, Head):
            arrival = self._house.meet(self, event)
            if arrival is None:
                return
            if not arrival.is_whole:
                self._arrival = arrival
                if event.awaits_a_word:
                    self.write(GO_ON)
        else:
            arrival = self._receive(event)
        if arrival.is_wasted:
            self.abort()
        elif arrival.is_ready and self._answering is None:
            self._house.answer(self, arrival)

    def _receive(self, event: bytes | End) -> Arrival:
        """The request whose body this is a piece or the end of."""
        arrival = self._arrival
        assert arrival is not None  # a body follows its head
        if isinstance(event, bytes):
            arrival.add(event)
        else:
            arrival.finish()
            self._arrival = None
        return arrival

    def _performed(self, answering: asyncio.Task[bool]) -> None:
        self._answering = None
        if answering.cancelled():
            return
        error = answering.exception()
        if error is not None:  # a mistake of ours, which must not take the server down
            MISTAKES.error("the mock failed to send an answer", exc_info=error)
            self.abort()
            return
        self._finish(is_last=answering.result())
        self._line.join(self)

    def _finish(self, *, is_last: bool) -> None:
        if self._arrival is not None:
            self._part()
        elif is_last or self._is_last:
            self.close()

    def _spurn(self, error: Malformed) -> None:
        """What came is no request, and what follows cannot be one."""
        if self._answering is not None:
            self.close()
            return
        self.write(refusal(error.status))
        self._part()

    def _part(self) -> None:
        """Answer nothing any more, and end once the client has had time to see that."""
        if self._arrival is not None:
            self._arrival.break_off()
        self._arrival, self._parser = None, Parser()
        if self._is_over:
            self.close()
        elif not self.transport.is_closing():
            self._is_over, self._farewell = True, Farewell(self.transport, self._house.loop)
            self._receive_or_wait()

    def _go_on(self) -> None:
        """End where nothing is to come, or receive more."""
        if self._farewell is not None:
            return
        if self._is_over:
            if self.is_owed_nothing and not self.is_in_line:
                self.close()
        elif self._is_last and self.is_idle:
            self.close()
        elif self._is_paused or self._parser.held > HELD:
            self._receive_or_wait()

    def _receive_or_wait(self) -> None:
        """Receive no more for now where much has come that cannot be looked at."""
        is_paused = self._parser.held > HELD and (self.is_in_line or not self._may_look())
        if is_paused is not self._is_paused:
            self._is_paused = is_paused
            (self.transport.pause_reading if is_paused else self.transport.resume_reading)()
