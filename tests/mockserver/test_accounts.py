"""Is an account found by what it carries, and only by that?"""

from dataclasses import replace

import pytest

from mockserver.accounts import FIRST, SECOND, Accounts, in_conditions
from openapi.messages import Credentials
from tests.mockserver.cloud import specs


def test_the_published_credentials_are_those_of_the_documentation() -> None:
    assert (FIRST.key.key_id, FIRST.key.secret, FIRST.token) == ("AKIDEXAMPLE", "SECRETEXAMPLE", "TOKENEXAMPLE")
    assert (SECOND.key.key_id, SECOND.key.secret, SECOND.token) == ("AKIDOTHER", "SECRETOTHER", "TOKENOTHER")
    assert FIRST.project == "0123456789abcdef0123456789abcdef"
    assert SECOND.project == FIRST.project.translate(str.maketrans("0123456789abcdef", "fedcba9876543210"))


def test_an_account_is_found_by_either_of_its_keys() -> None:
    accounts = Accounts()
    assert FIRST.temporary is not None
    assert accounts.by_key(FIRST.key.key_id) == (FIRST, FIRST.key)
    assert accounts.by_key(FIRST.temporary.key_id) == (FIRST, FIRST.temporary)
    assert accounts.by_key("AKIDNOBODY") is None


def test_an_account_is_found_by_its_token_and_its_number() -> None:
    accounts = Accounts()
    assert (accounts.by_token("TOKENOTHER"), accounts.by_token("tokenother"), accounts.by_token("")) == (
        SECOND,
        None,
        None,
    )
    assert (accounts.by_number(SECOND.number), accounts.by_number("")) == (SECOND, None)


@pytest.mark.parametrize(
    ("domain", "name", "password", "found"),
    [
        (FIRST.domain, FIRST.name, FIRST.password, FIRST),
        (FIRST.domain, FIRST.name, SECOND.password, None),
        (SECOND.domain, FIRST.name, FIRST.password, None),
        (FIRST.domain, FIRST.name, "\ud800", None),
    ],
)
def test_an_account_is_found_by_domain_name_and_password_together(
    domain: str, name: str, password: str, found: object
) -> None:
    assert Accounts().by_password(domain, name, password) is found


def test_a_key_belongs_to_one_account() -> None:
    accounts = Accounts()
    with pytest.raises(ValueError, match="AKIDEXAMPLE belongs to another account"):
        accounts.add(replace(SECOND, key=Credentials("AKIDEXAMPLE", "x")))
    assert list(accounts) == [FIRST, SECOND]


def test_there_is_an_account_for_each_condition_that_any_spec_names() -> None:
    made = in_conditions(specs().values())
    named = {
        name
        for spec in specs().values()
        if "account" in spec.resources
        for name in spec.resources["account"].conditions
    }
    assert {account.condition for account in made} == named
    assert len(list(Accounts([FIRST, SECOND, *made]))) == len(named) + 2
    assert "AKIDISOLATED" in {account.key.key_id for account in made}
    assert len({account.number for account in [FIRST, SECOND, *made]}) == len(made) + 2


def test_what_is_printed_of_an_account_holds_no_secret() -> None:
    secrets = (FIRST.key.secret, FIRST.token, FIRST.password, "SECRETTEMPORARY", "SECURITYTOKENEXAMPLE")
    assert not [secret for secret in secrets if secret in repr(FIRST)]


def test_a_closed_account_is_found_by_none_of_its_keys() -> None:
    accounts = Accounts([SECOND])
    temporary = Credentials("AKIDSHORT", "SECRETSHORT", "TOKENSHORT")
    accounts.load([SECOND, replace(FIRST, temporary=temporary)])
    accounts.close(FIRST.number)
    assert [accounts.by_key(each.key_id) for each in (FIRST.key, temporary)] == [None, None]
