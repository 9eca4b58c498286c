"""A viewer sees no action, and an action that is called all the same refuses itself."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

from pages.ui import actions, data, guard, local, rights
from pages.ui.rights import Visitor
from pages.ui.roles import Role
from sync import login
from sync.clock import SystemClock
from sync.errors import RightError
from sync.store import open_store, queries, search
from sync.store.reader import open_reader
from sync.store.views import SavedView
from tests.pages.conftest import ROOT, Open
from tests.pages.history import others
from tests.pages.seed import fill, settings
from tests.pages.test_roles import LOGIN

ROLES: tuple[Role, ...] = ("viewer", "operator", "admin")


def be(monkeypatch: pytest.MonkeyPatch, role: Role | None) -> None:
    monkeypatch.setattr(rights, "visitor", lambda: Visitor(role=role))


@pytest.mark.parametrize("held", [None, *ROLES])
@pytest.mark.parametrize("wanted", ROLES)
def test_each_right_holds_the_lesser_ones(
    monkeypatch: pytest.MonkeyPatch, held: Role | None, wanted: Role
) -> None:
    be(monkeypatch, held)
    allowed = held is not None and ROLES.index(held) >= ROLES.index(wanted)
    assert guard.may(wanted) is allowed
    if allowed:
        rights.require(wanted)
    else:
        with pytest.raises(RightError, match="recht"):
            rights.require(wanted)


def test_every_public_action_states_the_right_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Called without any right, each refuses before it looks at what it was given."""
    be(monkeypatch, None)
    found = {
        name: each
        for name, each in vars(actions).items()
        if inspect.isfunction(each) and each.__module__ == actions.__name__ and name[0] != "_"
    }
    for name in ("needs", "who", "name_field"):
        del found[name]
    assert found
    for name, each in found.items():
        given = [None] * len(inspect.signature(each).parameters)
        try:
            each(*given)
        except RightError:
            continue
        pytest.fail(f"{name} does not stand under needs(...)")


def test_a_viewer_keeps_deletes_and_shows_nothing(
    tmp_path: Path, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = SystemClock().now()
    fill(settings(tmp_path), others(now))
    monkeypatch.setenv("BOEKWACHT_HOME", str(tmp_path))
    kept = SavedView(page="customers", name="Mijn lijst", address="", actor="Els", at=now)
    actions.save_view(data.settings(), kept)
    with open_reader(tmp_path) as reader:
        customer = search.of_keys(reader, ["webshop:cus:1:K13"])["webshop:cus:1:K13"]

    be(monkeypatch, "viewer")
    page = open_page(tmp_path, at="customers", range="all", doc=customer.key)
    assert not page.exception
    keys = {each.key for each in page.button} | {each.key for each in page.text_input}
    assert "customers_view_own_0" in keys
    assert not [key for key in keys if key and key.endswith(("_save", "_delete_0", "_actor"))]
    assert "customers_shown_button" not in keys
    with pytest.raises(RightError):
        actions.save_view(data.settings(), kept)
    with pytest.raises(RightError):
        actions.delete_view(data.settings(), kept, "Els")
    with pytest.raises(RightError):
        actions.note_shown(data.settings(), customer, "Els")
    with open_store(tmp_path, SystemClock()) as store:
        assert [row.action for row in store.audit_rows(5)] == ["view saved"]


def test_a_server_that_others_can_reach_serves_nobody_without_a_login(
    month_home: Path, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "is_loopback", lambda address: False)
    page = open_page(month_home)
    assert page.error[0].value.startswith("Inloggen is nodig")
    assert not page.dataframe


def test_a_file_is_not_made_for_somebody_whose_right_is_gone(
    month_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The button was drawn while they had it; pressing it asks anew."""
    monkeypatch.setenv("BOEKWACHT_HOME", str(month_home))
    monkeypatch.setattr(rights, "is_here", lambda: True)
    made = rights.later(lambda: b"rows")
    assert made() == b"rows"
    monkeypatch.setattr(login, "read", lambda home: LOGIN)
    with pytest.raises(RightError, match="lezer"):
        made()


def drawn_alone() -> Iterator[tuple[str, str]]:
    """Functions that draw themselves anew without the page, with their source."""
    for path in sorted((ROOT / "pages").rglob("*.py")):
        text = path.read_text("utf-8")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and any(
                "fragment" in ast.unparse(each) or "dialog" in ast.unparse(each)
                for each in node.decorator_list
            ):
                yield f"{path.name}:{node.name}", ast.unparse(node)


def test_whatever_draws_itself_anew_asks_for_the_right_again() -> None:
    """A fragment comes past no guard; each does its work in a `panel`, which asks."""
    found = dict(drawn_alone())
    assert found
    assert [name for name, source in found.items() if "panel(" not in source] == []


def test_without_any_right_a_page_says_so_and_shows_nothing(
    month_home: Path, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    be(monkeypatch, None)
    page = open_page(month_home)
    assert "lezer" in page.error[0].value
    assert not page.dataframe


def test_what_a_right_does_not_allow_is_one_sentence_in_its_place(
    month_home: Path, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No error id: nothing is broken."""

    def refuse(*_: object) -> None:
        raise RightError("niet toegestaan")

    monkeypatch.setattr(queries, "platforms", refuse)
    page = open_page(month_home)
    assert [each.value for each in page.error] == ["niet toegestaan"]
    assert "Foutnummer" not in "\n".join(each.value for each in page.text)
    assert page.dataframe


def test_a_right_that_ends_while_a_page_is_drawn_closes_it(
    month_home: Path, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The part asks, not only the guard before it."""
    answers = [Visitor(role="viewer")]
    nobody = Visitor(closed="login")
    monkeypatch.setattr(rights, "visitor", lambda: answers.pop() if answers else nobody)
    page = open_page(month_home)
    assert not page.dataframe
    assert page.button(key="log_in")
