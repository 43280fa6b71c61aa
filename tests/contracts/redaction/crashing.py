"""`contracts`, one check of which has a mistake whose traceback shows everything it knows of the account."""

import sys

from contracts.calls.client import Api
from contracts.check import check
from contracts.cli import main
from openapi.clauses import Clause, ClauseKind


@check(ClauseKind.STATUS)
def knows_no_discretion(api: Api, _: Clause) -> None:
    """Fail with the credentials in the message, and print them, too."""
    account = api.account
    known = f"{account} {account.key.secret} {account.token}, and {account.key.secret.encode().hex()}"
    sys.stderr.write(f"{known}\n")
    raise RuntimeError(known)


if __name__ == "__main__":
    main()
