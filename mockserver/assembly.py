"""How is a mock put together?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from mockserver.accounts import FIRST, SECOND, Accounts, in_conditions
from mockserver.clock import MovableClock
from mockserver.compilation import Compilation, compile_api, together
from mockserver.control.stream import Streams
from mockserver.control.view import Controls
from mockserver.engine import Engine, Parts
from mockserver.feed import Feed
from mockserver.gateway import Gateway
from mockserver.gathering import Gathering
from mockserver.ids import Ids, RandomIds
from mockserver.journal import Journal
from mockserver.memory import MemoryStore
from mockserver.noted import Exchanges
from mockserver.sizes import largest_body
from mockserver.start import Start
from mockserver.state.parts import Part
from mockserver.state.sharing import share
from mockserver.state.snapshots import Snapshots
from mockserver.store import Store
from mockserver.tally import Tally
from openapi.loader import load_all
from openapi.model import Spec

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

UNBOUNDED = 1 << 24  # bytes of a body that are read at all, for specs that document no limit

RUN = 8  # characters that tell one run of a mock from another


class AppKeywords(TypedDict, total=False):
    """What `create_app` takes by name: parts of a mock, each with what holds where it is not given."""

    specs: Mapping[str, Spec]  # already loaded, with `readings`; then `apis` is not looked at
    compilation: Compilation  # what specs come to, that other mocks may share; then neither is looked at
    readings: Mapping[str, str]  # API/READING: answer
    clock: MovableClock  # real time
    ids: Ids  # random ones
    store: Store  # in memory
    accounts: Accounts  # the two of the documentation, and one for each condition of an account
    any_resource: bool  # whether every well-formed id of a resource exists; no
    protocol: str  # of the mock's own addresses: http, or https behind TLS
    journal: bool  # whether exchanges are taken down; yes
    control: bool  # whether there is a control plane; yes
    bare: bool  # whether even the control plane's paths are left to the providers, which know none of them; no
    control_token: str  # what the control plane asks for in X-Mock-Token; empty: nothing, but only loopback hosts


def assemble(apis: Iterable[str | Path], given: AppKeywords) -> Controls:
    """The engine of the chosen APIs (all when none is chosen), its clock and its journal. Raises SpecError."""
    compilation = given.get("compilation") or _compiled(given.get("specs") or load_all(apis, given.get("readings")))
    specs = compilation.specs
    clock, store = given.get("clock") or MovableClock(), given.get("store") or MemoryStore()
    accounts = given.get("accounts") or Accounts([FIRST, SECOND, *in_conditions(specs.values())])
    journal, tally = _journal_and_tally(specs, accounts, store.exchanges)
    parts = Parts(
        clock=clock,
        ids=given.get("ids") or RandomIds(),
        store=store,
        accounts=accounts,
        journal=journal if given.get("journal", True) else None,
        any_resource=given.get("any_resource", False),
        protocol=given.get("protocol", "http"),
        readings=given.get("readings") or {},
    )
    feed = Feed(journal, clock, RandomIds().hex(RUN))
    is_bare = given.get("bare", False)
    is_open = given.get("control", True) and not is_bare
    for name, compiled in compilation.apis.items():
        store.list_by(name, {kind for lister in compiled.listers.values() for kind in lister.kinds})
    engine = Engine(compilation, parts)
    start = Start(any_resource=parts.any_resource)
    if store.is_shared:
        events = Part("events", feed.dump, feed.load, feed.share)
        engine.sharing = share(engine, events, Part("start", start.dump, start.load, start.share))
    streams = Streams(feed, look=engine.look)
    return Controls(engine, clock, journal, feed, streams, tally, Snapshots(engine), start, is_open, is_bare)


def _journal_and_tally(
    specs: Mapping[str, Spec], accounts: Accounts, exchanges: Exchanges | None
) -> tuple[Journal, Tally]:
    """Those of this mock alone, or, where others may have its store, of all of them."""
    if exchanges is not None:
        from mockserver.state.journal import SharedJournal, SharedTally

        shared = SharedTally(specs, exchanges)
        return SharedJournal(exchanges, specs, accounts, shared), shared
    journal, tally = Journal(specs=specs), Tally(specs)
    journal.follow(tally.listen)
    return journal, tally


def _compiled(specs: Mapping[str, Spec]) -> Compilation:
    return together({name: compile_api(spec) for name, spec in specs.items()})


def gateway_of(controls: Controls, control: WSGIApplication | None = None) -> Gateway:
    """What stands before the engine, and before its control plane, if that is reached in the same way."""
    specs = controls.engine.specs.values()
    largest = largest_body(tuple(limit for spec in specs for limit in spec.sizes), UNBOUNDED)
    engine = controls.engine

    gathering = Gathering(engine) if engine.store.is_shared else None
    return Gateway(engine.begin, control, largest=largest, now=controls.clock.now, gathering=gathering)
