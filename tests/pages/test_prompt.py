"""No message waits for the one before: connections that are there, and those still to come."""

import socket
from contextlib import closing

from pages.ui import prompt


def test_connections_of_a_socket_of_no_named_protocol_do_not_wait() -> None:
    """As Streamlit's server makes it; asyncio leaves such connections waiting."""
    prompt.send_at_once.cache_clear()
    with (
        closing(socket.socket()) as listener,
        closing(socket.socket()) as early,
        closing(socket.socket()) as late,
    ):
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        early.connect(listener.getsockname())
        with closing(listener.accept()[0]) as there:
            assert not waits_not(there)
            prompt.send_at_once()
            assert waits_not(there)
        late.connect(listener.getsockname())
        with closing(listener.accept()[0]) as to_come:
            assert waits_not(to_come)


def waits_not(connection: socket.socket) -> bool:
    return bool(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
