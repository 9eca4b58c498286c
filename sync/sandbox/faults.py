"""What shall go wrong between a client and a simulated service, and when.

A rule names a kind of fault and the calls that it befalls: by service, by text in the call, at a
rate, for the next n calls, within a period. The first rule that applies decides; rates are drawn
from a seed, so the same calls in the same order meet the same faults.

Durations: `seconds` are the given clock's for latency and late bookings (a simulated clock passes
them at once) and real ones for a drip; `hold` is always real, because a client's time-out is.
"""

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from http import HTTPStatus
from typing import Literal

from sync.clock import Clock
from sync.sandbox.fault_rules import (
    KINDS,
    Rule,
    rule_from_json,
    rule_from_text,
    rule_to_json,
)
from sync.sandbox.messages import App, DeferringApp, MisbehavingApp, Request, Response

__all__ = ["KINDS", "Delivery", "Faults", "Rule", "rule_from_json", "rule_from_text"]

_BY_THE_APP = frozenset({"soap_fault", "wrong_credentials", "expired_session", "closed_period"})
_HTML = {"Content-Type": "text/html; charset=utf-8"}
_PAGE = (
    "<!DOCTYPE html><html><head><title>{0}</title></head>"
    "<body><h1>{0}</h1><p>The service is temporarily out of order.<br></body></html>"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What the server does with one call.

    Attributes:
        response: What is sent; None closes the connection without an answer.
        manner: "cut" breaks off in the middle, "drip" spreads the body over `seconds`.
        seconds: Real time: of the drip, or for which a call without an answer stays open.
    """

    response: Response | None
    manner: Literal["whole", "cut", "drip"] = "whole"
    seconds: float = 0.0


class Faults:
    """The rules in force, and the bookings that are still to be carried out late.

    Safe to use from many threads; one object may serve both services.
    """

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed
        self._rules: dict[int, _Active] = {}
        self._late: list[tuple[datetime, Callable[[], Response]]] = []
        self._added = 0
        self._lock = threading.Lock()

    def add(self, rule: Rule) -> int:
        """Put a rule behind those in force; returns its number, for `clear`."""
        with self._lock:
            self._added += 1
            draws = random.Random(f"{self._seed}:{self._added}")  # noqa: S311 - to be repeatable
            self._rules[self._added] = _Active(rule, draws)
            return self._added

    def clear(self, number: int | None = None) -> None:
        """End one rule, or all. What is under way (late bookings, held calls) goes on.

        Raises:
            ValueError: No rule has this number.
        """
        with self._lock:
            if number is None:
                self._rules.clear()
            elif self._rules.pop(number, None) is None:
                raise ValueError(f"There is no rule {number}.")

    def rules(self) -> list[dict[str, object]]:
        """The rules in force with their numbers, ready for JSON; used-up ones are gone."""
        with self._lock:
            return [_to_json(number, active) for number, active in self._rules.items()]

    def run_due(self, now: datetime) -> None:
        """Carry out the late requests whose moment has come, in the order of their moments."""
        if not self._late:
            return
        with self._lock:
            due = sorted((x for x in self._late if x[0] <= now), key=lambda x: x[0])
            self._late = [x for x in self._late if x[0] > now]
            # Under the lock: whoever asks next must find done what was due before.
            for _, work in due:
                work()

    def deliver(self, service: str, app: App, request: Request, clock: Clock) -> Delivery:
        """Hand a call to the service, or let it meet its fault; says what is to be sent."""
        self.run_due(clock.now())
        rule, played = self._pick(service, app, request, clock.now())
        if rule is None:
            return Delivery(response=app.handle(request))
        if played is not None:
            return Delivery(response=played)
        return self._carry_out(rule, app, request, clock)

    def _pick(
        self, service: str, app: App, request: Request, now: datetime
    ) -> tuple[Rule | None, Response | None]:
        """The rule that befalls this call, and the answer where the service itself plays it."""
        with self._lock:
            for number, active in list(self._rules.items()):
                rule = active.rule
                if not rule.concerns(service, request, now) or not active.drawn():
                    continue
                played = None
                if rule.kind in _BY_THE_APP:
                    played = (
                        app.misbehave(rule.kind, request)
                        if isinstance(app, MisbehavingApp)
                        else None
                    )
                    if played is None:
                        continue
                if active.used_up():
                    del self._rules[number]
                return rule, played
        return None, None

    def _carry_out(self, rule: Rule, app: App, request: Request, clock: Clock) -> Delivery:
        if rule.kind == "late":
            work = app.accept(request) if isinstance(app, DeferringApp) else None
            with self._lock:
                due = clock.now() + timedelta(seconds=rule.duration)
                self._late.append((due, work or partial(app.handle, request)))
            return Delivery(response=None, seconds=rule.hold)
        if rule.kind == "latency" and not rule.after:
            clock.sleep(rule.duration)
        carried_out = rule.after or rule.kind in {"latency", "cut", "drip"}
        answer = app.handle(request) if carried_out else None
        if rule.kind == "latency" and rule.after:
            clock.sleep(rule.duration)
        return _spoilt(rule, request, answer)


class _Active:
    """A rule in force: its draws and how many calls are left to it."""

    def __init__(self, rule: Rule, draws: random.Random) -> None:
        self.rule = rule
        self.left = rule.count
        self._draws = draws

    def drawn(self) -> bool:
        """Whether the rate befalls the next matching call."""
        return self.left != 0 and (self.rule.rate >= 1 or self._draws.random() < self.rule.rate)

    def used_up(self) -> bool:
        """Count one call that was befallen; True when it was the last."""
        if self.left is not None:
            self.left -= 1
        return self.left == 0


def _spoilt(rule: Rule, request: Request, answer: Response | None) -> Delivery:
    """The delivery of an answer (None: nothing was carried out) that met its fault."""
    if rule.kind in {"timeout", "drop"}:
        return Delivery(response=None, seconds=rule.hold if rule.kind == "timeout" else 0)
    if rule.kind == "cut":
        return Delivery(response=answer, manner="cut")
    if rule.kind == "drip":
        return Delivery(response=answer, manner="drip", seconds=rule.duration)
    if rule.kind == "latency":
        return Delivery(response=answer)
    return Delivery(response=_instead(rule, request, answer))


def _instead(rule: Rule, request: Request, answer: Response | None) -> Response:
    """What is sent in the answer's place."""
    if rule.kind == "too_many":
        return Response(status=429, headers={"Retry-After": str(round(rule.duration))})
    if rule.kind == "empty":
        return Response(status=202)
    if rule.kind == "unreadable":
        return _broken_off(request, answer)
    status = 500 if rule.kind == "error" else 503
    page = _PAGE.format(HTTPStatus(status).phrase).encode()
    return Response(status=status, body=page, headers=_HTML)


def _broken_off(request: Request, answer: Response | None) -> Response:
    """The first half of the answer, or of one like it, as if it were whole."""
    if answer is not None:
        half = answer.body[: len(answer.body) // 2]
        return Response(status=answer.status, body=half, headers=answer.headers)
    if "xml" in request.headers.get("Content-Type", ""):
        body = b'<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.'
        return Response(status=200, body=body, headers={"Content-Type": "text/xml; charset=utf-8"})
    headers = {"Content-Type": "application/json; charset=utf-8"}
    return Response(status=200, body=b'{"items": [{"entity_id": 1, "increment_', headers=headers)


def _to_json(number: int, active: _Active) -> dict[str, object]:
    return {"id": number} | rule_to_json(active.rule) | {"count": active.left}
