"""One documented statement, as the contracts judge it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from openapi.members import name_of
from openapi.model import Answer, Citation, ErrorCode, Json, Schema, Standing


class ClauseKind(StrEnum):
    """What a statement is about, and so which check judges it."""

    # requests
    TYPE = "type"
    REQUIRED = "required"
    ENUM = "enum"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    LENGTH = "length"
    ITEMS = "items"
    PATTERN = "pattern"
    FORMAT = "format"
    DEFAULT = "default"
    UNKNOWN_MEMBER = "unknown-member"
    RULE = "rule"
    NOT_GIVEN = "not-given"
    # answers
    STATUS = "status"
    CONTENT_TYPE = "content-type"
    RESPONSE_SCHEMA = "response-schema"
    HEADER = "header"
    REQUEST_ID = "request-id"
    ERROR_CODE = "error-code"
    MESSAGE = "message"
    IDENTITY = "identity"
    ECHO = "echo"
    TIME = "time"
    # limits
    RATE_LIMIT = "rate-limit"
    QUOTA = "quota"
    OVERWRITE = "overwrite"
    SIZE = "size"
    # the life of a task
    PHASE = "phase"
    TRANSITION = "transition"
    PROGRESS = "progress"
    EXPIRY = "expiry"
    ACTION_IN_PHASE = "action-in-phase"
    MISSING_TASK = "missing-task"
    DELETION = "deletion"
    MEMBER_IN_PHASE = "member-in-phase"
    DOWNLOAD_FLAG = "download-flag"
    # lists
    FILTER = "filter"
    SORT = "sort"
    ORDER = "order"
    PAGING = "paging"
    TOTAL = "total"
    # files
    FILE = "file"
    LINK = "link"
    LINK_EXPIRY = "link-expiry"
    RANGES = "ranges"
    CONDITIONS = "conditions"
    HEAD = "head"
    # access
    SIGNATURE = "signature"
    SKEW = "skew"
    LOCK = "lock"
    TOKEN = "token"  # noqa: S105
    ADDRESSING = "addressing"
    ISOLATION = "isolation"
    RESOURCE = "resource"
    # judged by generated requests
    CONFORMANCE = "conformance"
    REFUSAL = "refusal"
    SEQUENCES = "sequences"
    # judged by hostile requests
    ROBUSTNESS = "robustness"


@dataclass(frozen=True, slots=True)
class Cause:
    """The situations in which an operation answers an error code."""

    error_code: ErrorCode
    reasons: tuple[str, ...]  # `reason/parameter` where the code is one parameter's; empty: no client provokes it


@dataclass(frozen=True, slots=True)
class AnswerMember:
    """One value of an answer, and where it stands."""

    answer: Answer
    steps: tuple[str, ...]  # names on the wire from the outermost in; ITEM for the items of an array
    schema: Schema
    is_of_task: bool  # whether it stands in what is told of a task, and not of the answer as a whole

    @property
    def name(self) -> str:
        """How people call it: `tasks[].name`."""
        return name_of(self.steps)


@dataclass(frozen=True, slots=True)
class Clause:
    """One documented statement."""

    api: str
    operation: str  # empty: the statement is about the whole API
    kind: ClauseKind
    subject: str  # the parameter, field, phase, code … that it is about; empty where the kind says it all
    value: Json  # what is stated: the bound, the words, the code …
    citation: Citation
    pointer: str  # JSON pointer of the fact in the document
    detail: Any = None  # the object of the model that holds the statement: a Quota, a Member …
    keyword: str = ""  # the schema keyword, where several make one kind: minLength and maxLength are both `length`
    readings: tuple[str, ...] = ()  # the open questions one of whose answers changes this statement

    @property
    def id(self) -> str:
        """`tencent-cls/CreateExport/Count/maximum`: unique, and the same whatever value is stated."""
        return "/".join(filter(None, (self.api, self.operation, self.subject, self.keyword or self.kind)))

    @property
    def standing(self) -> Standing:
        """Who says so."""
        return self.citation.standing
