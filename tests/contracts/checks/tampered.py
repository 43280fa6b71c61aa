"""Verdicts on servers that are wrong in ways that no spec can say: the mock, with somebody in between."""

import json
from typing import Any

from contracts.calls.client import Api, Run
from contracts.judgement import Judgement, judge
from openapi.messages import Request, Response
from tests.contracts.bent import clause, spec
from tests.contracts.fuzz.tampering import Forward, Tamper, tampered


def judged_behind(clause_id: str, tamper: Tamper) -> Judgement:
    """The verdict on a clause, given on a mock whose requests and answers somebody changes."""
    found = clause(clause_id)
    own = spec(found.api)
    target, _ = tampered(own, tamper)
    return judge(found, lambda: Api(target, own, run=Run()))


def body_of(response: Response) -> Any:
    """The JSON of an answer."""
    assert isinstance(response.body, bytes)
    return json.loads(response.body) if response.body else None


def whole_file(request: Request, send: Forward) -> Response:
    """Pays no attention to what of a file, or under which condition, is asked for."""
    deaf = {"range", "if-range", "if-match", "if-none-match", "if-modified-since", "if-unmodified-since"}
    headers = {name: value for name, value in request.headers.items() if name not in deaf}
    return send(Request(request.method, request.path, request.query, headers, request.body))
