"""A target whose exchanges are kept in a cassette while it is judged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from contracts.cassettes.entry import CassetteError, Mark
from contracts.cassettes.file import Writer
from contracts.cassettes.normalising import Normaliser
from contracts.cassettes.transcribing import Sent, Transcriber
from contracts.redaction import redactor_of
from contracts.target import Account, Errand, Target
from openapi.messages import Request, Response


class Recording:
    """Passes everything on to a target, and keeps what is sent to it and answered."""

    def __init__(self, target: Target, writer: Writer, accounts: Mapping[str, Account]) -> None:
        redactor = redactor_of(accounts) if target.is_mock else target.redactor
        self._target = target
        self._writer = writer
        self._transcriber = Transcriber(Normaliser(redactor), accounts)
        self._marks = frozenset({Mark.FRESH})
        self.clause = ""  # that is being judged
        self.left_out = 0  # exchanges for which there was no room
        self.failure = ""  # why nothing is kept any more

    if not TYPE_CHECKING:  # everything else is the target's

        def __getattr__(self, name: str) -> Any:
            return getattr(self._target, name)

    def reset(self) -> None:
        """A mock forgets everything, and what a control plane arranged is over."""
        self._target.reset()
        if self._target.is_mock:
            self._marks = frozenset({Mark.FRESH})

    def account_in(self, api: str, condition: str) -> Account:
        """A mock puts its first account into the condition."""
        self._arrange()
        return self._target.account_in(api, condition)

    def fail_next(self, api: str, operation: str, code: str) -> None:
        """By the control plane."""
        self._arrange()
        self._target.fail_next(api, operation, code)

    def fail_next_task(self, api: str) -> None:
        """By the control plane."""
        self._arrange()
        self._target.fail_next_task(api)

    def provide(self, api: str, kind: str, condition: str = "", count: int = 1) -> list[str]:
        """The resources get names, so that others can take their place."""
        found = self._target.provide(api, kind, condition, count)
        for number, each in enumerate(found, start=1):
            self._transcriber.told.names.bind(f"<{kind} {condition or 'usable'}-{number}>", each)
        return found

    def send(self, request: Request, errand: Errand, origin: str = "") -> Response:
        """The answer, once it is kept. Raises what the target raises."""
        now = self._target.now()
        response = self._target.send(request, errand, origin)
        sent = Sent(request, origin or self._target.base_url, response, errand, now, self.clause)
        if not self.failure:
            self._keep(sent)
        return response

    def close(self) -> None:
        """Let go of the target, then of the cassette."""
        try:
            self._target.close()
        finally:
            self._writer.close()

    @property
    def kept(self) -> int:
        """How many exchanges are in the cassette."""
        return self._writer.entries

    def _keep(self, sent: Sent) -> None:
        """A cassette that cannot be written is no reason to leave a run, and what it made, where it is."""
        entry = self._transcriber.entry(self._writer.entries + 1, sent, self._marks)
        try:
            self.left_out += not self._writer.add(entry)
        except CassetteError as error:
            self.failure = str(error)
        self._marks -= {Mark.FRESH}

    def _arrange(self) -> None:
        self._marks |= {Mark.ARRANGED} if self._target.is_mock else set()
