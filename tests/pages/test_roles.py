"""What a provider's token makes of somebody: verified, from the right issuer, not too old."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pages.ui.roles import Person, person
from sync.settings import LoginSettings

NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
ISSUER = "https://login.example/realms/shop"
LOGIN = LoginSettings(
    issuer=ISSUER,
    viewers=("Jan@Shop.example", "els@shop.example"),
    operators=("els@shop.example",),
    admins=(),
    claim="realm_access.roles",
    claim_viewer="viewer",
    claim_operator="operator",
    claim_admin="boss",
    hours=12,
    listen="127.0.0.1",
)


def somebody(**claims: object) -> Person:
    """Who has these claims, beside those that every token has."""
    usual: dict[str, Any] = {"iss": ISSUER, "sub": "8f3a", "iat": NOW.timestamp() - 60}
    return person({**usual, **claims}, LOGIN, NOW)


def mailed(email: str, **claims: object) -> Person:
    return somebody(email=email, **{"email_verified": True, **claims})


def claimed(roles: object, hours: float = 1, **claims: object) -> Person:
    issued = (NOW - timedelta(hours=hours)).timestamp()
    return somebody(realm_access={"roles": roles}, iat=issued, **claims)


def test_an_address_has_its_highest_role_whatever_its_capitals() -> None:
    assert mailed("JAN@shop.example").role == "viewer"
    assert mailed("els@shop.example").role == "operator"


@pytest.mark.parametrize("verified", [False, None, "true", 1, "yes", [True]])
def test_an_address_counts_only_when_the_provider_says_that_it_is_verified(
    verified: object,
) -> None:
    assert mailed("els@shop.example", email_verified=verified).role is None


@pytest.mark.parametrize("email", ["", "els@shop.example.evil.example", "x", None, 5, ["els"]])
def test_no_other_address_has_a_role(email: Any) -> None:
    assert mailed(email).role is None


@pytest.mark.parametrize("issuer", ["", None, ISSUER + "/", "https://other.example", [ISSUER]])
def test_only_the_configured_issuer_is_believed(issuer: object) -> None:
    assert mailed("els@shop.example", iss=issuer).role is None
    assert claimed(["boss"], iss=issuer).role is None


@pytest.mark.parametrize(
    ("roles", "role"),
    [
        (["viewer"], "viewer"),
        ("operator", "operator"),
        (["viewer", "boss", "operator"], "admin"),
        (["admin"], None),
        ("boss viewer", None),
        ([["boss"]], None),
        ({"boss": True}, None),
        (None, None),
        ([], None),
    ],
)
def test_a_claim_gives_the_highest_of_its_roles(roles: object, role: str | None) -> None:
    assert claimed(roles).role == role


def test_a_claim_may_have_dots_in_its_own_name() -> None:
    assert somebody(**{"realm_access.roles": ["boss"]}).role == "admin"


@pytest.mark.parametrize(
    ("hours", "role"), [(0, "admin"), (11.99, "admin"), (12, None), (900, None), (-1, None)]
)
def test_a_role_by_claim_ends_after_the_set_hours(hours: float, role: str | None) -> None:
    found = claimed(["boss"], hours)
    assert (found.role, found.ended) == (role, role is None)


@pytest.mark.parametrize("issued", [None, "now", True])
def test_a_claim_without_a_moment_is_never_fresh(issued: object) -> None:
    assert somebody(realm_access={"roles": ["boss"]}, iat=issued).ended


def test_an_old_claim_leaves_a_role_by_address_but_asks_for_a_new_login_when_it_was_higher() -> (
    None
):
    lower = claimed(["boss"], 13, email="jan@shop.example", email_verified=True)
    assert (lower.role, lower.ended) == ("viewer", True)
    same = claimed(["viewer"], 13, email="jan@shop.example", email_verified=True)
    assert (same.role, same.ended) == ("viewer", False)


@pytest.mark.parametrize(
    ("claims", "name", "actor"),
    [
        ({"email": "a@b.nl", "email_verified": True, "name": "Els"}, "Els", "a@b.nl"),
        ({"email": "a@b.nl", "email_verified": False, "name": "Els"}, "Els", "Els (8f3a)"),
        ({"email": "a@b.nl"}, "a@b.nl", "a@b.nl (8f3a)"),
        ({"preferred_username": "els"}, "els", "els (8f3a)"),
        ({}, "8f3a", "8f3a"),
        ({"name": " \n"}, "8f3a", "8f3a"),
    ],
)
def test_the_audit_trail_has_an_identity_that_nobody_can_choose(
    claims: dict[str, object], name: str, actor: str
) -> None:
    found = somebody(**claims)
    assert (found.name, found.actor) == (name, actor)
