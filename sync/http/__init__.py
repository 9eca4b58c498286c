"""How both services are called: a kept connection, no redirects, a total deadline for each call."""

from sync.http.caller import Caller
from sync.http.deadline import Deadline, deadline

__all__ = ["Caller", "Deadline", "deadline"]
