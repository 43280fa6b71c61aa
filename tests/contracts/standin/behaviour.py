"""What the stand-in does: honest by default, with one fault at a time where a test wants one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """One thing that the stand-in does otherwise than the vendor's pages say."""

    ONE_TASK_TOO_MANY = "one-task-too-many"  # six unfinished tasks of one account, where five are allowed
    NOBODY_LEAVES = "nobody-leaves"  # the fifty-first task makes no room
    FILTER_IGNORED = "filter-ignored"  # the list passes over app_id
    OFFSET_IGNORED = "offset-ignored"
    OLDEST_FIRST = "oldest-first"
    PAGE_OF_TWENTY = "page-of-twenty"  # where no limit is given
    TOTAL_OF_THE_PAGE = "total-of-the-page"
    EVERYBODYS_TASKS = "everybodys-tasks"  # in everybody's list
    NEVER_ENDS = "never-ends"
    PROGRESS_FALLS = "progress-falls"
    ENDS_BEFORE_IT_BEGINS = "ends-before-it-begins"
    CODES_SWAPPED = "codes-swapped"  # those of a body that is no JSON and of one that is wrong
    LIMIT_OF_51 = "limit-of-51"  # is taken
    DELETED_FILE_SERVED = "deleted-file-served"
    FEWER_ROWS = "fewer-rows"  # in the file than the task says
    NO_PAUSE = "no-pause"  # between downloads
    SIGNATURES_REMEMBERED = "signatures-remembered"  # one that was good once is good for any request
    OLD_SIGNATURES = "old-signatures"  # are good
    ANY_TOKEN = "any-token"  # is good
    ONE_REQUEST_ID = "one-request-id"
    HTML_ERRORS = "html-errors"  # about what is not found
    CRASH_ON_A_QUOTE = "crash-on-a-quote"  # in the query
    CHARSET = "charset"  # behind the content type


@dataclass(frozen=True)
class Behaviour:
    """The stand-in's own options."""

    fault: Fault | None = None
    seconds: float = 0.3  # that a task takes
    pause: float = 30.0  # between two downloads of an account
    rate: int = 200  # calls a second, of one account to one operation
    answers: float = math.inf  # after which it answers nothing any more
    lock: float = 300.0  # seconds for which a key is locked
    # Where the pages can be read in two ways.
    first_progress: int = 1
    file_type: str = "application/octet-stream"
    packed: bool = True  # the file, as a zip archive
    replaces: bool = True  # a new task the one with the same conditions

    def has(self, fault: Fault) -> bool:
        """Whether it is this fault."""
        return self.fault is fault
