"""Why a request is refused: the situations that every API knows. A spec may name more of its own."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum


class Reason(StrEnum):
    """A situation in which a provider refuses. Each spec says which of its error codes answers it."""

    # addressing
    UNKNOWN_PATH = "unknown-path"
    UNKNOWN_METHOD = "unknown-method"
    MISSING_ACTION = "missing-action"
    UNKNOWN_ACTION = "unknown-action"
    MISSING_VERSION = "missing-version"
    UNKNOWN_VERSION = "unknown-version"
    # sizes
    BODY_TOO_LARGE = "body-too-large"
    URI_TOO_LARGE = "uri-too-large"
    HEADERS_TOO_LARGE = "headers-too-large"
    # authentication
    UNAUTHENTICATED = "unauthenticated"
    UNSIGNED = "unsigned"
    MALFORMED_SIGNATURE = "malformed-signature"
    MISSING_AUTHENTICATION_PARAMETER = "missing-authentication-parameter"
    UNKNOWN_KEY = "unknown-key"
    WRONG_SIGNATURE = "wrong-signature"
    STALE_SIGNATURE = "stale-signature"
    BAD_TOKEN = "bad-token"  # noqa: S105
    EXPIRED_TOKEN = "expired-token"  # noqa: S105
    WRONG_PASSWORD = "wrong-password"  # noqa: S105
    LOCKED_KEY = "locked-key"
    FOREIGN_PROJECT = "foreign-project"
    # parameters
    INVALID = "invalid"
    MALFORMED_BODY = "malformed-body"
    EMPTY_BODY = "empty-body"
    WRONG_CONTENT_TYPE = "wrong-content-type"
    MISSING_PARAMETER = "missing-parameter"
    UNKNOWN_PARAMETER = "unknown-parameter"
    WRONG_TYPE = "wrong-type"
    NOT_IN_ENUM = "not-in-enum"
    OUT_OF_RANGE = "out-of-range"
    WRONG_LENGTH = "wrong-length"
    WRONG_FORMAT = "wrong-format"
    CONFLICTING_PARAMETERS = "conflicting-parameters"
    BAD_QUERY = "bad-query"
    # the state of things
    RATE_LIMITED = "rate-limited"
    TASK_MISSING = "task-missing"
    LINK_FORGED = "link-forged"
    LINK_EXPIRED = "link-expired"
    FILE_GONE = "file-gone"
    UNSATISFIABLE_RANGE = "unsatisfiable-range"
    FAILED_PRECONDITION = "failed-precondition"
    # the server itself
    INTERNAL_ERROR = "internal-error"


# A reason that a spec has no code for is answered as the wider one.
WIDER: dict[Reason, Reason] = {
    Reason.UNKNOWN_METHOD: Reason.UNKNOWN_PATH,
    Reason.UNKNOWN_ACTION: Reason.UNKNOWN_PATH,
    Reason.UNKNOWN_VERSION: Reason.UNKNOWN_PATH,
    Reason.MISSING_ACTION: Reason.MISSING_PARAMETER,
    Reason.MISSING_VERSION: Reason.MISSING_PARAMETER,
    Reason.UNKNOWN_PATH: Reason.INVALID,
    Reason.BODY_TOO_LARGE: Reason.INVALID,
    Reason.URI_TOO_LARGE: Reason.INVALID,
    Reason.HEADERS_TOO_LARGE: Reason.INVALID,
    Reason.UNSIGNED: Reason.UNAUTHENTICATED,
    Reason.MALFORMED_SIGNATURE: Reason.UNAUTHENTICATED,
    Reason.MISSING_AUTHENTICATION_PARAMETER: Reason.MALFORMED_SIGNATURE,
    Reason.UNKNOWN_KEY: Reason.UNAUTHENTICATED,
    Reason.WRONG_SIGNATURE: Reason.UNAUTHENTICATED,
    Reason.STALE_SIGNATURE: Reason.UNAUTHENTICATED,
    Reason.BAD_TOKEN: Reason.UNAUTHENTICATED,
    Reason.EXPIRED_TOKEN: Reason.BAD_TOKEN,
    Reason.WRONG_PASSWORD: Reason.UNAUTHENTICATED,
    Reason.LOCKED_KEY: Reason.UNAUTHENTICATED,
    Reason.FOREIGN_PROJECT: Reason.UNAUTHENTICATED,
    Reason.LINK_FORGED: Reason.UNAUTHENTICATED,
    Reason.LINK_EXPIRED: Reason.LINK_FORGED,
    Reason.FILE_GONE: Reason.TASK_MISSING,
    Reason.EMPTY_BODY: Reason.MALFORMED_BODY,
    Reason.MALFORMED_BODY: Reason.INVALID,
    Reason.WRONG_CONTENT_TYPE: Reason.MALFORMED_BODY,
    Reason.MISSING_PARAMETER: Reason.INVALID,
    Reason.UNKNOWN_PARAMETER: Reason.INVALID,
    Reason.WRONG_TYPE: Reason.INVALID,
    Reason.NOT_IN_ENUM: Reason.INVALID,
    Reason.OUT_OF_RANGE: Reason.INVALID,
    Reason.WRONG_LENGTH: Reason.INVALID,
    Reason.WRONG_FORMAT: Reason.INVALID,
    Reason.CONFLICTING_PARAMETERS: Reason.INVALID,
    Reason.BAD_QUERY: Reason.INVALID,
    Reason.TASK_MISSING: Reason.INVALID,
    Reason.RATE_LIMITED: Reason.INVALID,
    Reason.UNSATISFIABLE_RANGE: Reason.INVALID,
    Reason.FAILED_PRECONDITION: Reason.INVALID,
    Reason.INVALID: Reason.INTERNAL_ERROR,
    Reason.UNAUTHENTICATED: Reason.INTERNAL_ERROR,
}


def widening(reason: str) -> Iterator[str]:
    """`reason`, then the ever wider ones that may answer for it."""
    while True:
        yield reason
        if reason not in WIDER:
            return
        reason = WIDER[Reason(reason)]
