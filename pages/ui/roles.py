"""Which role somebody has, by what the login provider says of them. Pure.

By e-mail address, when the provider has verified it, or by a claim, which ends some hours after it
was issued: a cookie lives longer than a role should. Only the configured issuer is believed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sync.settings import LoginSettings

Role = Literal["viewer", "operator", "admin"]
RANK: Final[Mapping[Role | None, int]] = {None: 0, "viewer": 1, "operator": 2, "admin": 3}
Claims = Mapping[str, object]
_AHEAD: Final = timedelta(minutes=5)
"""How far the provider's clock may run ahead of ours."""
_LONGEST: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who has logged in.

    Attributes:
        name: What they are called on screen.
        actor: Who they are in the audit trail: their verified e-mail address, else their name and
            the provider's own id for them, because a name alone can be chosen.
        role: None when they have none.
        ended: They had a higher role by a claim that has become too old.
    """

    name: str
    actor: str
    role: Role | None
    ended: bool = False


def person(claims: Claims, login: LoginSettings, now: datetime) -> Person:
    """Who somebody is, by the claims of their ID token."""
    email, verified = _text(claims, "email"), claims.get("email_verified") is True
    name = _text(claims, "name") or _text(claims, "preferred_username") or email
    subject = _text(claims, "sub")
    actor = email if verified and email else f"{name} ({subject})" if name else subject
    by_mail = by_claim = None
    if claims.get("iss") == login.issuer:
        by_mail = _by_mail(email, login) if verified else None
        by_claim = _by_claim(claims, login)
    fresh = _is_fresh(claims.get("iat"), login, now)
    role = max(by_mail, by_claim if fresh else None, key=RANK.__getitem__)
    return Person(
        name=(name or subject)[:_LONGEST],
        actor=actor[:_LONGEST],
        role=role,
        ended=RANK[by_claim] > RANK[role],
    )


def _by_mail(email: str, login: LoginSettings) -> Role | None:
    lists: Mapping[Role, tuple[str, ...]] = {
        "admin": login.admins,
        "operator": login.operators,
        "viewer": login.viewers,
    }
    wanted = email.casefold()
    for role, people in lists.items():
        if wanted and wanted in {each.strip().casefold() for each in people}:
            return role
    return None


def _by_claim(claims: Claims, login: LoginSettings) -> Role | None:
    values: Mapping[Role, str] = {
        "admin": login.claim_admin,
        "operator": login.claim_operator,
        "viewer": login.claim_viewer,
    }
    held = _values(claims, login.claim)
    return next((role for role, value in values.items() if value and value in held), None)


def _values(claims: Claims, name: str) -> tuple[str, ...]:
    """The texts in a claim; its name may be a path, e.g. "realm_access.roles"."""
    if not name:
        return ()
    found: object = claims.get(name)
    if found is None:
        found = claims
        for part in name.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
    each = found if isinstance(found, list | tuple) else [found]
    return tuple(value for value in each if isinstance(value, str))


def _is_fresh(issued: object, login: LoginSettings, now: datetime) -> bool:
    """Whether a token was issued within the set hours; one without a moment never is."""
    if isinstance(issued, bool) or not isinstance(issued, int | float):
        return False
    age = now.timestamp() - issued
    return -_AHEAD.total_seconds() <= age < timedelta(hours=login.hours).total_seconds()


def _text(claims: Claims, name: str) -> str:
    value = claims.get(name)
    return value.strip() if isinstance(value, str) else ""
