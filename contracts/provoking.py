"""Provoking a refusal: for each reason that a spec may name, the request or the situation that leads to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

from contracts.check import NotObserved
from contracts.checks.quotas import fill, last
from contracts.checks.rules import breaking
from contracts.client import Api, Reply
from contracts.conditions import call_in_condition
from contracts.mistakes import answers_to_mistakes
from contracts.oversize import answer_to_one_too_large
from contracts.signing import (
    impostor,
    reader_of,
    signing_scheme,
    spoil,
    stranger,
    token_scheme,
    with_wrong_token,
)
from contracts.sights import task_in
from contracts.situations import arguments_for, create, creators, naming, with_resources
from contracts.strangers import call_about_no_task
from contracts.successes import is_linked
from contracts.tokens import expired_token
from contracts.values import find, put
from openapi.document import SpecError
from openapi.members import marked, members, takes_task
from openapi.messages import Request
from openapi.model import ErrorCode, Json, Operation
from openapi.reasons import Reason
