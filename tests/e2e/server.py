"""The real dashboard as a process of its own, on loopback, on a port that the system chose."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
_PATIENCE = 30.0


@contextmanager
def dashboard(home: Path, port: int = 0) -> Iterator[str]:
    """Run the dashboard over `home`, its words going to `server.log` there; gives its address."""
    port = port or free_port()
    command = [
        *(sys.executable, "-m", "streamlit", "run", "dashboard.py"),
        f"--server.port={port}",
        f"--secrets.files={home / 'secrets.toml'}",
    ]
    environment = {**os.environ, "BOEKWACHT_HOME": str(home)}
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait(address, process)
            yield address
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def worker(home: Path, *options: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A worker as one starts it by hand; gone at the end."""
    command = [sys.executable, "-m", "sync", "--home", str(home), "work", *options]
    with subprocess.Popen(
        command, cwd=ROOT, env=os.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGCONT)
            process.kill()


@contextmanager
def proxy(address: str, *, host: str = "", header: str = "") -> Iterator[str]:
    """A small proxy before `address` that rewrites Host or adds a header to each connection.

    It changes the first request of a connection, which for a WebSocket is the only one.
    """
    target = int(address.rpartition(":")[2])
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                threading.Thread(target=relay, args=(client,), daemon=True).start()

    def relay(client: socket.socket) -> None:
        with client, socket.create_connection(("127.0.0.1", target)) as server:
            first = client.recv(65_536)
            server.sendall(_rewritten(first, host, header))
            other = threading.Thread(target=_pump, args=(server, client), daemon=True)
            other.start()
            _pump(client, server)
            other.join()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()


def _rewritten(request: bytes, host: str, header: str) -> bytes:
    head, _, body = request.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    if host:
        lines = [
            b"Host: " + host.encode() if line.lower().startswith(b"host:") else line
            for line in lines
        ]
    if header:
        lines.append(header.encode())
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def _wait(address: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the dashboard ended by itself with status {process.returncode}")
        with suppress(OSError), urllib.request.urlopen(f"{address}/_stcore/health") as answer:
            if answer.read() == b"ok":
                return
        time.sleep(0.05)
    raise RuntimeError("the dashboard did not become healthy")


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])
