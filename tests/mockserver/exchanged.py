"""What the engine tells a journal of an exchange, for tests that tell it themselves."""

from __future__ import annotations

from typing import Any, cast

from mockserver.exchange import Facts
from openapi.messages import Request, Response

ASKED = Request("POST", "/v2/export", "a=1", {"host": "127.0.0.1"}, b'{"name": "x"}')
ANSWERED = Response(200, {"content-type": "application/json"}, b'{"id": "1"}')


def facts_of(request: Request = ASKED, response: Response = ANSWERED, **facts: Any) -> Facts:
    """Those of an exchange that nothing else is known of."""
    refusal: dict[str, Any] = {"reason": "", "code": "", "message": "", "causes": (), "diagnosis": None}
    place = {"id": "", "api": "", "operation": "", "account": "", "fault": (), "lost": False}
    time = {"at": 0.5, "seconds": 0.0, "present": 0.0}
    sizes = len(request.body), len(response.body) if isinstance(response.body, bytes) else None
    exchange = {"request": request, "response": response, "sizes": sizes, "seen": (), "page": ()}
    return cast("Facts", {**refusal, **place, **time, **exchange, **facts})
