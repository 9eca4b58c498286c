"""The sandbox's own address on either server: faults and clock, for another process to steer.

Every request needs the header `X-Sandbox: 1`. A page in a browser cannot set it on a foreign
address without asking first, and is never allowed: so no web site can meddle with the sandbox.
"""

import json
from collections.abc import Mapping
from datetime import datetime

from sync.clock import Clock, SystemClock
from sync.sandbox.clock import SimulatedClock
from sync.sandbox.faults import KINDS, Faults, rule_from_json
from sync.sandbox.messages import Request, Response

PREFIX = "/_sandbox/"

_JSON = {"Content-Type": "application/json"}


class Control:
    """`/_sandbox/faults` (GET, POST, DELETE) and `/_sandbox/clock` (GET, POST).

    POST faults: one rule or a list of them, in the shape of `faults.rule_from_json`.
    DELETE faults, or faults/ID: all rules, or one. POST clock: {"now": "2026-01-31T12:00:00Z"}
    sets a simulated clock, {"live": true} lets it follow the machine's.
    """

    def __init__(self, faults: Faults, clock: Clock) -> None:
        self._faults = faults
        self._clock = clock

    def handle(self, request: Request) -> Response:
        """Answer one request; refusals are a sentence in {"message": …}."""
        if request.headers.get("X-Sandbox") != "1":
            return _answer(403, {"message": "The header X-Sandbox: 1 is missing."})
        name, _, rest = request.path.removeprefix(PREFIX).partition("/")
        try:
            if name == "faults":
                return self._on_faults(request, rest)
            if name == "clock" and not rest:
                return self._on_clock(request)
        except ValueError as error:
            return _answer(400, {"message": str(error)})
        return _answer(404, {"message": f"There is no {request.path}."})

    def _on_faults(self, request: Request, rest: str) -> Response:
        if request.method == "DELETE":
            self._faults.clear(int(rest) if rest else None)
        elif request.method == "POST" and not rest:
            body = json.loads(request.body)
            rules = [rule_from_json(x) for x in (body if isinstance(body, list) else [body])]
            return _answer(201, {"ids": [self._faults.add(rule) for rule in rules]})
        elif request.method != "GET" or rest:
            return _answer(405, {"message": "Faults know GET, POST and DELETE."})
        return _answer(200, {"kinds": KINDS, "rules": self._faults.rules()})

    def _on_clock(self, request: Request) -> Response:
        if request.method == "POST":
            if not isinstance(self._clock, SimulatedClock):
                return _answer(409, {"message": "This service runs on the machine's own clock."})
            _set(self._clock, json.loads(request.body))
        elif request.method != "GET":
            return _answer(405, {"message": "The clock knows GET and POST."})
        return _answer(200, {"now": self._clock.now().isoformat()})


def _set(clock: SimulatedClock, wish: object) -> None:
    match wish:
        case {"live": True}:
            clock.switch_to(SystemClock())
        case {"now": str(moment)}:
            clock.set(datetime.fromisoformat(moment))
        case _:
            raise ValueError('Send {"now": "2026-01-31T12:00:00Z"} or {"live": true}.')


def _answer(status: int, body: Mapping[str, object]) -> Response:
    return Response(status=status, body=json.dumps(body).encode(), headers=_JSON)
