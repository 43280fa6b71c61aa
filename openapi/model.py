"""The nouns of the project. Everything here is a frozen value; nothing here does anything but look itself up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from openapi.reasons import widening

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
Schema = Mapping[str, Any]
Standing = Literal["documented", "sdk", "assumed"]


class Phase(StrEnum):
    """Where a task is in its life; the word on the wire is the spec's."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    EXPIRED = "expired"


UNFINISHED = frozenset({Phase.QUEUED, Phase.RUNNING})


class Action(StrEnum):
    """What an operation does."""

    CREATE = "create"
    LIST = "list"
    SHOW = "show"
    LINK = "link"  # answers where the file is
    DOWNLOAD = "download"  # answers the file itself
    DELETE = "delete"
    ISSUE_TOKEN = "issue-token"  # noqa: S105
    LIST_PROJECTS = "list-projects"


@dataclass(frozen=True, slots=True)
class Page:
    """Where a statement comes from."""

    title: str
    url: str
    date: str  # as the page gives it, ISO 8601; empty when it gives none
    source: Literal["page", "sdk", "field"]  # a vendor's page, an official SDK, an answer seen in the field


@dataclass(frozen=True, slots=True)
class Citation:
    """Why a statement stands in the spec: who says it, in which words."""

    page: Page | None
    quote: str  # the sentence, word for word; empty when there is none
    note: str  # the statement in our words, where no sentence can be quoted; or why it was assumed

    @property
    def standing(self) -> Standing:
        if self.page is None or self.page.source == "field":
            return "assumed"
        return "documented" if self.page.source == "page" else "sdk"


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """One error code: how it is spelled, and the situations that it answers."""

    code: str
    status: int
    message: str  # with {placeholders} filled from the refusal
    when: tuple[str, ...]  # reasons; empty: nothing a client does provokes it
    operations: frozenset[str]  # empty: every operation
    citation: Citation
    pointer: str

    def answers(self, operation: str, reason: str) -> bool:
        return reason in self.when and self.belongs_to(operation)

    def belongs_to(self, operation: str) -> bool:
        return not self.operations or operation in self.operations


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most `requests` calls of one account in any `seconds` seconds; the next is refused for `reason`."""

    requests: int
    seconds: int
    reason: str
    citation: Citation
    pointer: str


@dataclass(frozen=True, slots=True)
class Quota:
    """At most `limit` tasks of one account; what happens to the next one."""

    id: str
    counts: Literal["unfinished", "all"]
    limit: int
    when_full: Literal["refuse", "evict-earliest"]
    reason: str  # for which the next one is refused; empty when it evicts
    citation: Citation
    pointer: str


@dataclass(frozen=True, slots=True)
class SizeLimit:
    """No more than `limit` bytes (levels, for nesting) of one part of a request."""

    of: Literal["body", "uri", "header", "headers", "nesting"]
    limit: int
    scheme: str  # only for requests signed so; empty: all
    reason: str
    citation: Citation
    pointer: str


@dataclass(frozen=True, slots=True)
class Condition:
    """A state of a resource in which the provider refuses."""

    name: str  # missing, closed, isolated …
    reason: str
    example: str  # the id of one that is in this condition from the start; empty: none
    citation: Citation
    pointer: str


@dataclass(frozen=True, slots=True)
class Resource:
    """Something that requests refer to by id and that has to exist, such as a topic, a server, an account."""

    kind: str
    default: str  # the id that the vendor's own example uses
    conditions: Mapping[str, Condition]


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """The life of a task: the words of its phases and how long each lasts."""

    words: Mapping[Phase, str]  # only the phases that the provider knows
    citations: Mapping[Phase, Citation]
    queued_seconds: float
    running_seconds: float
    kept_seconds: float | None  # from the end to the expiry; None: never expires
    kept_citation: Citation | None
    progress: tuple[int, int]  # percent at the start and at the end
    task_id: str  # template: {uuid}, {hex24}, {number}


@dataclass(frozen=True, slots=True)
class Filter:
    """A parameter of a list that leaves out the items whose `field` does not match it."""

    parameter: str
    field: str  # of an item, as on the wire
    match: Literal["equal", "contains", "json"]
    citation: Citation
    pointer: str


@dataclass(frozen=True, slots=True)
class Sorting:
    """The order of a list, and the parameters that choose it (empty when nothing does)."""

    by: str  # parameter that names the field
    fields: Mapping[str, str]  # its words: the item's field
    direction: str  # parameter that names the direction
    ascending: str  # its word
    descending: str
    default_field: str  # an item's field
    default_descending: bool
    citation: Citation
    pointer: str


@dataclass(frozen=True, slots=True)
class Paging:
    """The parameters that choose a page of a list; empty where there is none."""

    limit: str
    offset: str
    number: str  # of the page, from 1
    marker: str  # only items with a smaller id
    citation: Citation
    pointer: str


@dataclass(frozen=True, slots=True)
class Listing:
    """How a list is filtered, sorted, cut into pages and counted."""

    filters: tuple[Filter, ...]
    sorting: Sorting
    paging: Paging | None
    total: Literal["matching", "all"]


@dataclass(frozen=True, slots=True)
class FileSpec:
    """The file that a task produces."""

    rows: str  # which kind of rows: logs, users, devices …
    columns: tuple[str, ...]  # in order
    formats: Mapping[str, str]  # the word of a format on the wire: how it is written
    format: str  # the argument that chooses one; empty: the only one
    archive: Literal["none", "tar.gz", "zip"]
    name: str  # template
    member: str  # template: the name inside the archive
    window: tuple[str, str] | None  # the arguments that bound the time of the rows
    query: str  # the argument that selects rows; empty: none
    limit: str  # the argument that bounds their number; empty: none
    order: str  # the argument that orders them by time; empty: none
    descending: str  # its word for newest first
    citation: Citation
    pointer: str


@dataclass(frozen=True, slots=True)
class Rule:
    """What several parameters have to observe together."""

    kind: Literal["ordered", "together", "requires", "not-older-than"]
    parameters: tuple[str, ...]
    seconds: int  # of not-older-than; 0 otherwise
    reason: str
    citation: Citation
    pointer: str


@dataclass(frozen=True, slots=True)
class Authentication:
    """How requests prove who sent them."""

    schemes: tuple[str, ...]  # names in `openapi.signatures`; empty: nobody has to
    skew_seconds: int
    variants: tuple[str, ...]  # deviations that still count as genuine, by their names in `openapi.signatures.variants`
    lock_failures: int  # consecutive failures after which a key is locked; 0: never
    lock_seconds: int
    token_seconds: int  # how long an issued token is good
    service: str  # that a client names in a signature's scope; empty: none
    citations: Mapping[str, Citation]  # by keyword
    pointer: str


@dataclass(frozen=True, slots=True)
class Addressing:
    """Where the name of the action and the version stand, for APIs that do not tell operations apart by path."""

    action_header: str  # lower case
    action_parameter: str
    version_header: str
    version_parameter: str
    version: str
    methods: tuple[str, ...]
    common_parameters: frozenset[str]  # taken beside the operation's own in a query or a form
    citation: Citation
    pointer: str


@dataclass(frozen=True, slots=True)
class Link:
    """A signed address of a file, good for a while."""

    operation: str  # of the same spec, which answers it
    scheme: str
    seconds: int
    url: str  # template of the address at the provider's own host
    citation: Citation
    pointer: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter outside the body."""

    name: str
    where: Literal["path", "query", "header"]
    required: bool
    schema: Schema
    pointer: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One documented answer of an operation."""

    status: int
    content_type: str  # exactly as sent; empty: no body
    schema: Schema | None  # None: a file, or nothing
    headers: Mapping[str, Schema]
    pointer: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One documented call: how it is addressed, what it takes, what it does, what it answers."""

    id: str
    api: str
    method: str
    path: str
    action: Action
    action_name: str  # what the addressing selects it by; empty for APIs that use the path
    parameters: tuple[Parameter, ...]
    body: Schema | None  # of the JSON body
    body_required: bool
    success: Answer
    schemes: tuple[str, ...]
    rate_limits: tuple[RateLimit, ...]
    phase_refusals: Mapping[Phase, tuple[str, Citation]]  # the reason for which it refuses a task in this phase
    rules: tuple[Rule, ...]
    overwrites: tuple[str, ...]  # the arguments that, all equal, make a task replace an earlier one
    overwrites_citation: Citation | None
    missing: Literal["refuse", "ignore"]  # what it does about a task that does not exist
    listing: Listing | None
    file: FileSpec | None
    unknown_members: Literal["refuse", "ignore"]  # in the body and the query
    example: Mapping[str, Json]  # arguments of a call that is accepted, by their name on the wire
    citation: Citation
    pointer: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A place where the pages contradict each other or are silent; each answer is a change of the document."""

    id: str
    question: str
    default: str
    answers: Mapping[str, Mapping[str, Json]]  # answer: {JSON pointer: value}; null removes
    sources: Mapping[str, str]  # answer: who says so
    pointer: str


@dataclass(frozen=True, slots=True)
class ClientHint:
    """How an official client is pointed at another address; {url}, {key_id} … are filled in."""

    name: str
    env: Mapping[str, str]  # variables that the client reads by itself; empty: it reads none
    settings: str  # lines of its own language or shell


@dataclass(frozen=True, slots=True)
class Spec:
    """One API, as its YAML tells it."""

    name: str
    title: str
    document: Mapping[str, Any]  # the OpenAPI document, included files merged, references resolved
    path: str  # of the YAML file
    hosts: tuple[str, ...]  # patterns of the provider's own host names, as `servers` has them: `*` for a variable
    operations: Mapping[str, Operation]
    failure: Answer  # its status is that of the error code
    error_codes: tuple[ErrorCode, ...]  # the first that answers is taken
    authentication: Authentication
    addressing: Addressing | None
    sizes: tuple[SizeLimit, ...]
    lifecycle: Lifecycle | None  # None: the API has no tasks
    quotas: tuple[Quota, ...]
    resources: Mapping[str, Resource]
    link: Link | None
    request_id: str  # template of the ids of requests: {uuid}, {hex32}
    not_given: tuple[Json, ...]  # values of a body's members that mean that the member was not given
    readings: Mapping[str, Reading]
    pages: Mapping[str, Page]
    companions: tuple[str, ...]  # specs that are served along with it
    clients: tuple[ClientHint, ...]

    def error_code(self, operation: str, reason: str, parameter: str = "") -> ErrorCode:
        """How the provider spells `reason`, about this parameter. Raises LookupError when no code answers it."""
        for wider in widening(reason):
            for wanted in (f"{wider}/{parameter}", wider):
                for error_code in self.error_codes:
                    if error_code.answers(operation, wanted):
                        return error_code
        raise LookupError(f"{self.name}: no error code answers {reason!r} for {operation or 'any operation'}")
