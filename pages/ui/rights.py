"""Who looks, and what they may do. A viewer reads and exports, an operator acts, an admin decides.

The right is asked twice: where a page or a button is drawn, and again where the request is made,
because a button that was drawn once can be pressed after the right is gone.
"""

from collections.abc import Mapping
from typing import Final, Literal

from pages.ui.speech import say
from sync.errors import RightError

Role = Literal["viewer", "operator", "admin"]
_RANK: Final[Mapping[Role | None, int]] = {None: 0, "viewer": 1, "operator": 2, "admin": 3}


def role() -> Role | None:
    """The right of whoever looks: without a login the local person is admin; None for no right."""
    return "admin"


def may(wanted: Role) -> bool:
    """Whether whoever looks has at least this right; decides what is drawn."""
    return _RANK[role()] >= _RANK[wanted]


def require(wanted: Role) -> None:
    """Let only those pass who have at least this right.

    Raises:
        RightError: They have less; says which right is needed.
    """
    if not may(wanted):
        raise RightError(say("right.missing", role=say(f"role.{wanted}")))
