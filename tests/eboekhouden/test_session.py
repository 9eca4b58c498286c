"""A session opens late, is renewed when it is gone, and costs a booking nothing."""

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from sync.eboekhouden import Books
from sync.errors import (
    ConfigurationError,
    OutcomeUnknownError,
    TemporaryError,
    UnreachableError,
    UnreadableError,
)
from sync.sandbox.clock import SimulatedClock
from tests.eboekhouden.builders import BOOKING, RELATION, START, access, books
from tests.eboekhouden.raw import (
    CODE1,
    CODE2,
    SESSION,
    Asked,
    Close,
    RawServer,
    Reply,
    always,
    answer,
    http,
    refused,
    session,
)

BOOKED = http(answer("AddMutatie", "<ErrorMsg/><Mutatienummer>175</Mutatienummer>"))
LISTED = http(answer("GetMutaties", "<ErrorMsg/>"))


def after(times: int, first: Reply, then: Reply) -> Callable[[Asked], Reply]:
    """Answer `first` so many times, `then` from there on."""
    left = iter([first] * times)
    return lambda _: next(left, then)


def test_nothing_is_called_before_the_first_call() -> None:
    with always() as server, books(server):
        pass
    assert server.asked == []


def test_the_session_is_opened_once_and_closed_at_the_end() -> None:
    with always(BOOKED) as server:
        with books(server) as client:
            assert client.add_mutation(BOOKING) == 175
            assert client.add_mutation(BOOKING) == 175
        assert server.operations == ["OpenSession", "AddMutatie", "AddMutatie", "CloseSession"]
        opened, booked, _, closed = (x.body for x in server.asked)
    for text in ("<ns0:Username>user<", f">{CODE1}<", f">{CODE2}<", "<ns0:Source>Boekwacht<"):
        assert text in opened
    assert f"SessionID>{SESSION}<" in booked
    assert f"SecurityCode2>{CODE2}<" in booked
    assert f"SessionID>{SESSION}<" in closed


@pytest.mark.parametrize(
    "error", ["", "<ErrorMsg/>", "<ErrorMsg> <LastErrorCode>\r\n </LastErrorCode> </ErrorMsg>"]
)
def test_an_empty_error_is_none(error: str) -> None:
    """Only a code counts; the element is there on success too."""
    booked = answer("AddMutatie", f"{error}<Mutatienummer>175</Mutatienummer>")
    with always(http(booked)) as server, books(server) as client:
        assert client.add_mutation(BOOKING) == 175


@pytest.mark.parametrize("code", ["E002.1", "E002.2", "E002.3", "E0023", "E002.4", " e0024 "])
def test_a_lost_session_is_renewed_and_the_booking_repeated_once(code: str) -> None:
    """The service did nothing with the first one, so this books once; each sending is asked for."""
    asked = iter([1, 2, 3])
    lost = http(refused("AddMutatie", code, payload="<Mutatienummer>0</Mutatienummer>"))
    with RawServer(session(after(1, [lost], [BOOKED]))) as server, books(server) as client:
        assert client.add_mutation(BOOKING, before_send=lambda: bool(next(asked))) == 175
        assert server.operations == ["OpenSession", "AddMutatie", "OpenSession", "AddMutatie"]
    assert list(asked) == [3]


def test_a_session_lost_twice_is_a_passing_failure() -> None:
    lost = http(refused("AddMutatie", "E0023"))
    with always(lost) as server, books(server) as client:
        with pytest.raises(TemporaryError) as caught:
            client.add_mutation(BOOKING)
        assert caught.value.code == "E002.3"
        assert server.operations.count("AddMutatie") == 2


def test_a_claim_that_went_with_the_session_stops_the_repetition() -> None:
    claims = iter([True, False])
    lost = http(refused("AddMutatie", "E002.3"))
    with RawServer(session(after(1, [lost], [BOOKED]))) as server, books(server) as client:
        with pytest.raises(TemporaryError, match="not ours to send"):
            client.add_mutation(BOOKING, before_send=lambda: next(claims))
        assert server.operations.count("AddMutatie") == 1


def test_a_repetition_whose_answer_is_lost_is_unknown() -> None:
    lost = http(refused("AddMutatie", "E002.3"))
    server = RawServer(session(after(1, [lost], [Close()])))
    with server, books(server) as client, pytest.raises(OutcomeUnknownError):
        client.add_mutation(BOOKING)


def test_an_update_is_repeated_too() -> None:
    """Its result is the error itself, one level higher than everywhere else."""
    lost = http(refused("UpdateRelatie", "E002.3"))
    with always(lost) as server, books(server) as client:
        with pytest.raises(TemporaryError) as caught:
            client.update_relation(replace(RELATION, id=9))
        assert caught.value.code == "E002.3"
        assert server.operations.count("UpdateRelatie") == 2


@pytest.mark.parametrize(("pause", "sessions"), [(299, 1), (300, 1), (301, 2), (-60, 2)])
def test_a_session_that_was_idle_is_not_used_again(pause: float, sessions: int) -> None:
    """By the given clock; one that jumped back says nothing about the session's age."""
    clock = SimulatedClock(START)
    with always(LISTED) as server, books(server, clock) as client:
        client.mutations()
        clock.set(START.fromtimestamp(START.timestamp() + pause, START.tzinfo))
        client.mutations()
        assert server.operations.count("OpenSession") == sessions


def test_every_call_keeps_the_session_awake() -> None:
    clock = SimulatedClock(START)
    with always(LISTED) as server, books(server, clock, idle=100) as client:
        for _ in range(3):
            client.mutations()
            clock.sleep(90)
        assert server.operations.count("OpenSession") == 1


@pytest.mark.parametrize("code", ["E001.1", "E0011", "E001.2", "E001.3", "E001.5", "E001.7"])
def test_wrong_credentials_are_a_matter_of_settings(code: str) -> None:
    steps = [http(refused("OpenSession", code, "Gebruikersnaam onbekend."))]
    with RawServer(lambda _: steps) as server, books(server) as client:
        with pytest.raises(ConfigurationError) as caught:
            client.add_mutation(BOOKING)
        spelled = code if "." in code else "E001.1"
        assert caught.value.code == spelled
        assert caught.value.message == f"Invalid credentials: {spelled}: Gebruikersnaam onbekend."
        assert server.operations == ["OpenSession"]


def test_credentials_that_fail_in_the_middle_are_a_matter_of_settings() -> None:
    server = always(http(refused("AddMutatie", "E001.7")))
    with server, books(server) as client, pytest.raises(ConfigurationError):
        client.add_mutation(BOOKING)


@pytest.mark.parametrize("inner", ["", "<ErrorMsg/>", "<ErrorMsg/><SessionID/>"])
def test_no_session_and_no_error_is_an_unreadable_answer(inner: str) -> None:
    server = RawServer(lambda _: [http(answer("OpenSession", inner))])
    with server, books(server) as client, pytest.raises(UnreadableError, match="neither"):
        client.mutations()


def test_closing_never_fails() -> None:
    """Not when the service is gone, and not when it says no."""
    with always(LISTED) as server:
        gone = books(server)
        gone.mutations()
    gone.close()
    gone.close()

    def reply(asked: Asked) -> Reply:
        return (
            [Close()] if asked.operation == "CloseSession" else session(lambda _: [LISTED])(asked)
        )

    with RawServer(reply) as server, books(server) as client:
        client.mutations()


def test_books_can_be_used_again_after_closing() -> None:
    with always(LISTED) as server, books(server) as client:
        client.mutations()
        client.close()
        client.mutations()
        assert server.operations.count("OpenSession") == 2


def test_a_failed_opening_leaves_no_session_behind() -> None:
    replies = iter([[Close()]])

    def reply(asked: Asked) -> Reply:
        return next(replies, None) or session(lambda _: [LISTED])(asked)

    with RawServer(reply) as server, books(server) as client:
        with pytest.raises(UnreachableError):
            client.mutations()
        assert client.mutations() == []


def test_several_books_work_side_by_side() -> None:
    """One parsed WSDL serves every thread; each has a session and a connection of its own."""
    failures: list[Exception] = []

    def work(url: str) -> None:
        try:
            with Books(access(url), SimulatedClock(START)) as client:
                for _ in range(20):
                    assert client.add_mutation(BOOKING) == 175
        except Exception as error:  # noqa: BLE001 - told by the main thread
            failures.append(error)

    with always(BOOKED) as server:
        threads = [threading.Thread(target=work, args=(server.url,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        assert server.operations.count("AddMutatie") == 80
        assert server.operations.count("OpenSession") == 4
