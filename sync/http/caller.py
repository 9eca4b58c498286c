"""A session with one service: no redirects, total deadlines, the same request each time."""

from functools import cached_property
from typing import Any

import requests

from sync.http.deadline import DeadlineAdapter


class Caller(requests.Session):
    """Calls one service, one call at a time; all that tells its requests apart is given to `call`.

    What they share, and what the machine's environment asks for (a proxy, certificates), is put
    together once: with requests' own ways that takes as long as the rest of a call.
    """

    def __init__(self, url: str, *, loopback: bool) -> None:
        """Take the address that all calls begin with; nothing is called yet.

        Args:
            url: Checked.
            loopback: Whether it is this machine's own: then no proxy has any business between.
        """
        super().__init__()
        self._url = url
        self.trust_env = not loopback
        self.auth = _no_login  # else requests looks for a password in ~/.netrc
        self.headers["User-Agent"] = "Boekwacht"
        adapter = DeadlineAdapter()
        for scheme in ("https://", "http://"):
            self.mount(scheme, adapter)

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Where `resp` points to: never anywhere, so that it is neither followed nor read."""
        return None

    def prepare(self, method: str, rest: str = "", body: bytes = b"") -> requests.PreparedRequest:
        """A request that is complete but for what the caller adds to its headers.

        Args:
            method: GET or POST.
            rest: What follows the session's address, escaped already.
            body: Empty for none.
        """
        request = self._blank.copy()
        request.method = method
        request.url = f"{self._blank.url}{rest}"
        if body:
            request.prepare_body(body, None)
        if self.cookies:  # of whatever stands before the service
            request.prepare_cookies(self.cookies)
        return request

    def call(
        self, request: requests.PreparedRequest, timeout: tuple[float, float]
    ) -> requests.Response:
        """Send it; the answer's body is still to be read, and the answer to be closed.

        Args:
            request: From `prepare`.
            timeout: Seconds to connect, and between two bytes; a `deadline` ends it before.

        Raises:
            Whatever requests and urllib3 raise.
        """
        return self.send(request, allow_redirects=False, timeout=timeout, **self._environment)

    @cached_property
    def _blank(self) -> requests.PreparedRequest:
        return self.prepare_request(requests.Request("GET", self._url))

    @cached_property
    def _environment(self) -> dict[str, Any]:
        return {**self.merge_environment_settings(self._url, {}, True, None, None)}


def _no_login(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
