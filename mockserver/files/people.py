"""Columns about people. Nobody comes twice in a table, and the columns of a row speak of the same person."""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.files.draws import Draw, Maker, Trait, between, one_of, spread

_FIRST_NAMES = (
    *("alice", "bob", "carol", "dan", "erin", "frank", "grace", "heidi", "ivan", "judy"),
    *("ken", "laura", "mallory", "nina", "oscar", "peggy", "quentin", "ruth", "sybil", "trent"),
)
_LAST_NAMES = (
    *("adams", "baker", "chen", "diaz", "evans", "fischer", "garcia", "huang", "ito", "jones"),
    *("kim", "li", "martin", "novak", "ortiz", "patel", "quinn", "rossi", "singh", "wang"),
)
PEOPLE = len(_FIRST_NAMES) * len(_LAST_NAMES)
_STRIDE = 147  # has no divisor in common with the number of people, so everybody comes once before anybody does again


def _user(draw: Draw) -> str:
    person, namesakes = draw.serial * _STRIDE % PEOPLE, draw.serial // PEOPLE
    name = f"{_FIRST_NAMES[person % len(_FIRST_NAMES)]}.{_LAST_NAMES[person // len(_FIRST_NAMES)]}"
    return f"{name}{namesakes + 1}" if namesakes else name


def _full_name(draw: Draw) -> str:
    return _user(draw).replace(".", " ").title()


def _email(draw: Draw) -> str:
    return f"{_user(draw)}@example.com"


def _phone(draw: Draw) -> str:
    return f"+1-202-555-{100 + draw.serial % 100:04d}"  # numbers that are kept for fiction


MAKERS: Mapping[str, Maker] = {
    **spread(("user", "user_name", "username", "owner", "creator"), _user),
    **spread(("alias", "alias_name", "full_name", "real_name"), _full_name),
    **spread(("email", "user_email"), _email),
    **spread(("phone", "user_phone", "phone_number", "mobile"), _phone),
    **spread(("group", "groups", "user_group", "group_name"), one_of(Trait.STATE, "engineering", "finance", "sales")),
    "user_quantity": between(Trait.COUNT, 1, 40),
    "active_type": one_of(Trait.STATE, "user", "administrator"),
    "account_expires": one_of(Trait.STATE, "0"),
    "locked": one_of(Trait.OUTCOME, *(False,) * 9, *(True,)),
}
