"""A browser's part in talking to the dashboard's server, without a browser: only the messages."""

import time
from collections import Counter
from typing import Final, NamedTuple

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState, ContextInfo
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

PATIENCE: Final = 60.0


class Ran(NamedTuple):
    """One run of a page's script, or of a part of it.

    Attributes:
        seconds: From asking until it had ended.
        scripts: How many runs that took; more than one when it asked to be run again.
        elements: How many were sent.
        kilobytes: What was sent, unpacked.
    """

    seconds: float
    scripts: int
    elements: int
    kilobytes: float


class Client:
    """One visitor's session on one page."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._socket = connect(
            f"{address.replace('http', 'ws', 1)}/_stcore/stream",
            subprotocols=[Subprotocol("streamlit")],
            origin=Origin(address),
            max_size=None,
        )
        self._page = ""
        self.parts: dict[str, float] = {}
        """Parts of the page that want to be run again, and after how many seconds."""

    def visit(self, page: str, query: str = "") -> Ran:
        """Open a page by its name, empty for the Overview."""
        self._page = ""
        self.parts = {}
        return self._run(ClientState(page_name=page, query_string=query))

    def again(self, query: str = "") -> Ran:
        """Run the whole page once more."""
        return self._run(ClientState(page_script_hash=self._page, query_string=query))

    def refresh(self, part: str, query: str = "") -> Ran:
        """Run one part once more, as the browser does by itself."""
        return self._run(
            ClientState(
                page_script_hash=self._page,
                query_string=query,
                fragment_id=part,
                is_auto_rerun=True,
            )
        )

    def _run(self, state: ClientState) -> Ran:
        state.context_info.CopyFrom(
            ContextInfo(locale="nl-NL", timezone="Europe/Amsterdam", url=self._address)
        )
        begin = time.perf_counter()
        self._socket.send(BackMsg(rerun_script=state).SerializeToString())
        kinds: Counter[str] = Counter()
        size = 0
        while True:
            message = ForwardMsg()
            content = self._socket.recv(PATIENCE, decode=False)
            size += len(content)
            message.ParseFromString(content)
            kind = message.WhichOneof("type")
            kinds[kind or ""] += 1
            if kind == "navigation":
                self._page = message.navigation.page_script_hash
            elif kind == "auto_rerun":
                self.parts[message.auto_rerun.fragment_id] = message.auto_rerun.interval
            elif kind == "script_finished" and message.script_finished in _ENDED:
                seconds = time.perf_counter() - begin
                return Ran(seconds, kinds["new_session"], kinds["delta"], size / 1000)

    def close(self) -> None:
        """Leave."""
        self._socket.close()


_ENDED: Final = (
    ForwardMsg.FINISHED_SUCCESSFULLY,
    ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
)
