"""The documented links to files: where they lead, that they are signed, and for how long they are good."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from contracts.calls.client import Api, Reply
from contracts.check import Broken, NotObserved, check
from contracts.expect import expect_accepted, expect_refused
from contracts.files.downloads import finished_link, link_of, linked
from contracts.situations.sights import require_patience, wait_long
from contracts.situations.tasks import start, wait_for
from contracts.target import Capability
from openapi.clauses import Clause, ClauseKind
from openapi.model import Phase
from openapi.reasons import Reason

BESIDE = 0.5  # seconds from the end of a link's life, on either side
UNHURRIED = 5.0  # the same where requests take their time
FORGED = (Reason.LINK_FORGED, Reason.WRONG_SIGNATURE, Reason.UNKNOWN_KEY, Reason.LINK_EXPIRED, Reason.STALE_SIGNATURE)
UNSIGNED = (Reason.UNSIGNED, Reason.UNAUTHENTICATED, Reason.MALFORMED_SIGNATURE)


@check(ClauseKind.LINK, when=lambda clause: not clause.subject)
def leads_to_the_file(api: Api, clause: Clause) -> None:  # noqa: ARG001 - as all checks
    """The link of a finished task leads, without credentials, to its file, in the documented type."""
    operation = linked(api)
    _, link = finished_link(api)
    if not urlsplit(link).scheme.startswith("http") or not urlsplit(link).netloc:
        raise Broken("a link with a scheme and a host", received=link)
    found = expect_accepted(api.follow(operation, link), "following the link")
    if not found.file:
        raise Broken("a file behind the link", found)
    documented = operation.success.content_type
    if found.headers.get("content-type") != documented:
        raise Broken(f"a file of the type {documented}", found, str(found.headers.get("content-type")))


@check(ClauseKind.LINK, when=lambda clause: not clause.subject)
def hands_out_no_link_before_there_is_a_file(api: Api, clause: Clause) -> None:  # noqa: ARG001 - as all checks
    """A link that is handed out for a task with no file yet does not lead to one; a later one does."""
    operation, task = linked(api), start(api)
    early = link_of(api, task)
    if early and (found := api.follow(operation, early)).accepted:
        raise Broken("no file before the task has ended", found)
    wait_for(api, task, Phase.SUCCEEDED)
    late = link_of(api, task)
    if not late:
        raise Broken("a link once the task has ended well", received="none")
    expect_accepted(api.follow(operation, late), "following the link")


@check(ClauseKind.LINK, when=lambda clause: bool(clause.subject))
def signs_links_anew(api: Api, clause: Clause) -> None:  # noqa: ARG001 - as all checks
    """A link that is asked for later is another one, and both lead to the same file."""
    operation = linked(api)
    task, first = finished_link(api)
    api.target.wait(2)
    second = link_of(api, task)
    if second == first:
        raise Broken("a link that is signed anew each time it is asked for", received=second)
    files = [expect_accepted(api.follow(operation, link), "following the link") for link in (first, second)]
    if files[0].raw != files[1].raw:
        raise Broken("the same file behind both links", files[1])


@check(ClauseKind.LINK, when=lambda clause: bool(clause.subject))
def refuses_a_forged_link(api: Api, clause: Clause) -> None:  # noqa: ARG001 - as all checks
    """The link without its signature, or with any part of it altered, does not lead to the file."""
    operation = linked(api)
    _, link = finished_link(api)
    expect_accepted(api.follow(operation, link), "following the link as it was handed out")
    bare = link.partition("?")[0]
    expect_refused(api, operation, api.follow(operation, bare), *UNSIGNED, situation="the link without its query")
    for name, forged in _forgeries(link):
        reply: Reply = api.follow(operation, forged)
        if reply.accepted or not reply.error_code:
            raise Broken(f"refused: {name} of the link is altered", reply)
    name, forged = list(_forgeries(link))[-1]
    expect_refused(api, operation, api.follow(operation, forged), *FORGED, situation=f"{name} of the link is altered")


@check(ClauseKind.LINK_EXPIRY)
def keeps_a_link_good_for_as_long_as_documented(api: Api, clause: Clause) -> None:
    """Shortly before the documented time is over the link leads to the file, shortly after it is refused."""
    operation, seconds = linked(api), clause.detail.seconds
    beside = BESIDE if Capability.CLOCK in api.target.capabilities else min(seconds / 4, UNHURRIED)
    require_patience(api, seconds)
    task, _ = finished_link(api)
    api.target.wait(1 - api.target.now().timestamp() % 1)  # links are signed in whole seconds
    link, signed = link_of(api, task), api.target.now()
    if not link:
        raise NotObserved("no link is handed out for a task that has ended well")
    wait_long(api, seconds - beside)
    expect_accepted(api.follow(operation, link), f"the link is {seconds - beside} s old")
    api.target.wait(seconds + beside - (api.target.now() - signed).total_seconds(), "the link to expire")
    late = api.follow(operation, link)
    expect_refused(api, operation, late, Reason.LINK_EXPIRED, situation=f"the link is {seconds + beside} s old")
    anew = link_of(api, task)
    if anew:
        expect_accepted(api.follow(operation, anew), "following a link that was signed anew")


def _forgeries(link: str) -> Iterator[tuple[str, str]]:
    """The link with the last character of its path, then of each value of its query, changed."""
    address, _, query = link.partition("?")
    pairs = [pair.partition("=") for pair in query.split("&")]
    for index, (name, _, value) in enumerate(pairs):
        if value:
            altered = [f"{n}={_other(v) if place == index else v}" for place, (n, _, v) in enumerate(pairs)]
            yield name, f"{address}?{'&'.join(altered)}"


def _other(text: str) -> str:
    """The text with another last character of the same kind."""
    last = text[-1]
    swapped = {"0": "1", "a": "b", "A": "B"}.get(last, "0" if last.isdigit() else "a" if last.islower() else "A")
    return text[:-1] + swapped
