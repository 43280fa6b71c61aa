"""How the stand-in says no: the gateway in three members, the service behind it in two."""

from __future__ import annotations


class Refused(Exception):
    """A refusal by the service."""

    gateway = False

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


class Stopped(Refused):
    """A refusal by the gateway, before the service sees the request."""

    gateway = True


def unauthenticated(why: str) -> Stopped:
    """No such caller."""
    return Stopped(401, "APIGW.0301", f"Incorrect IAM authentication information: {why}")


def invalid(why: str) -> Refused:
    """Something in the request is wrong."""
    return Refused(400, "IOTDA.000006", f"Invalid input data. {why}")


# No page has the codes of the following; these are neither the ones that the spec assumes nor any other's.
MISSING = (404, "IOTDA.019001", "The export task cannot be found.")
UNFINISHED = (403, "IOTDA.019002", "The export task is still running.")
TOO_MANY = (403, "IOTDA.019003", "There are too many unfinished export tasks.")
TOO_SOON = (403, "IOTDA.019004", "The last download was a moment ago.")
NO_BATCH_TASK = (403, "IOTDA.019005", "The batch task cannot be found.")
