"""Only this machine, by its own name, at its own address and without anybody in between."""

import pytest

from pages.ui import local


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost:8501",
        "LOCALHOST:80",
        "127.0.0.1",
        "127.0.0.1:8501",
        "[::1]",
        "[::1]:1",
    ],
)
def test_the_machines_own_names_are_answered(host: str) -> None:
    assert local.is_local({"Host": host})


@pytest.mark.parametrize(
    "host",
    [
        "",
        "shop.example",
        "shop.example:8501",
        "localhost.shop.example",
        "127.0.0.1.shop.example:80",
        "localhost:8501@shop.example",
        "127.0.0.2",
        "0.0.0.0",
        "192.168.1.4:8501",
        "::1",
        "[::1",
        "[::2]:8501",
    ],
)
def test_any_other_name_is_refused(host: str) -> None:
    assert not local.is_local({"host": host})


def test_a_request_without_a_name_is_refused() -> None:
    assert not local.is_local({})


@pytest.mark.parametrize(
    "header", ["Forwarded", "X-Forwarded-For", "x-forwarded-proto", "X-FORWARDED-HOST"]
)
def test_a_request_that_was_passed_on_is_refused(header: str) -> None:
    assert not local.is_local({"Host": "localhost:8501", header: ""})


@pytest.mark.parametrize(
    ("address", "alone"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), (None, False)],
)
def test_a_server_that_others_can_reach_is_not_for_this_machine_alone(
    address: str | None, alone: bool
) -> None:
    assert local.is_loopback(address) is alone
