"""Speaks to a running sandbox from another process, over its own address on loopback."""

import http.client
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sync import config
from sync.sandbox import home
from sync.sandbox.control import PREFIX
from sync.sandbox.fault_rules import Rule, rule_from_json, rule_to_json

_TIMEOUT = 10.0


class NotRunningError(Exception):
    """No sandbox answers. The text is one sentence for people."""


class RefusedError(Exception):
    """The sandbox said no. The text is its sentence."""


class Remote:
    """The faults of the sandbox whose home is `folder`.

    Raises:
        NotRunningError: From any method: none was ever started there, or it does not run now.
        ConfigurationError: Its settings cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        connection = config.load(folder).connections.get(home.CONNECTION)
        self._host = urlsplit(connection.shop.url).netloc if connection else ""

    def add(self, rule: Rule) -> int:
        """Put a rule in force for both services' calls that it concerns; its number."""
        answer = self._ask("POST", "faults", rule_to_json(rule))
        return int(answer["ids"][0])

    def rules(self) -> dict[int, Rule]:
        """The rules in force by number; `count` tells how many calls are left."""
        found = self._ask("GET", "faults")["rules"]
        return {one.pop("id"): rule_from_json(one) for one in found}

    def clear(self, number: int | None = None) -> None:
        """End one rule, or all.

        Raises:
            RefusedError: No rule has this number.
        """
        self._ask("DELETE", "faults" if number is None else f"faults/{number}")

    def _ask(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        sent = None if body is None else json.dumps(body)
        connection = http.client.HTTPConnection(self._host, timeout=_TIMEOUT)
        try:
            connection.request(method, PREFIX + path, sent, {"X-Sandbox": "1"})
            response = connection.getresponse()
            answer: dict[str, Any] = json.loads(response.read())
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise NotRunningError(
                "No sandbox is running here; start it with 'python -m sync sandbox'"
            ) from error
        finally:
            connection.close()
        if response.status >= http.HTTPStatus.BAD_REQUEST:
            raise RefusedError(str(answer.get("message", response.reason)))
        return answer
