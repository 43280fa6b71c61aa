"""`contracts`, one check of which tells everything it knows of the account as a finding, and one as a mistake."""

import sys

from contracts.calls.client import Api
from contracts.check import Broken, check
from contracts.cli import main
from openapi.clauses import Clause, ClauseKind


@check(ClauseKind.STATUS)
def knows_no_discretion(api: Api, _: Clause) -> None:
    """Fail with the credentials in the message, and print them, too."""
    sys.stderr.write(f"{_known(api)}\n")
    raise RuntimeError(_known(api))


@check(ClauseKind.REQUEST_ID)
def tells_all(api: Api, clause: Clause) -> None:
    """Find a fault with everything."""
    reply = api.call(api.operation(clause.operation))
    raise Broken(f"not {_known(api)}", reply, received=f"{_known(api)}{_known(api)[::2]}")


def _known(api: Api) -> str:
    account = api.account
    return f"{account} {account.key.secret} {account.token}, and {account.key.secret.encode().hex()}"


if __name__ == "__main__":
    main()
