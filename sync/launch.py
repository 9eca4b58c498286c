"""Keeps the program's processes together: sandbox (without a connection), worker, dashboard.

Started by `start.py`, inside the virtual environment. One sentence on screen when all is up, one
when something is missing; Ctrl+C or SIGTERM stops everything.
"""

import errno
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import webbrowser
from pathlib import Path
from types import FrameType

import click

from sync import config, login
from sync.errors import ConfigurationError

PROJECT = Path(__file__).resolve().parent.parent
STOP_AFTER = 12.0  # seconds for a child to end by itself: a worker closes its call after 9
RESTART_AFTER = 5.0
LOOPBACK = "127.0.0.1"
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - only where a login was set up


class _Stop(Exception):  # noqa: N818 - not an error: somebody asked us to stop
    """Raised in the main thread when a signal asks for the end."""


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8501, show_default=True)
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    help=f"Folder of settings and data; also ${config.HOME_VARIABLE}. Default: the project.",
)
@click.option("--no-browser", is_flag=True, help="Open no browser window.")
def main(port: int, home: Path | None, no_browser: bool) -> None:
    """Start worker and dashboard; without a connection set up, the sandbox as well.

    'start.py test' installs what the tests need too and runs them all.
    """
    sys.exit(_launch(port, config.home_folder(home), not no_browser))


def _launch(port: int, home: Path, browser: bool) -> int:
    try:
        home.mkdir(parents=True, exist_ok=True)
        settings = config.load(home)
        entrance = login.read(home)
    except (ConfigurationError, OSError) as error:
        return _fail(str(error))
    listen = entrance.listen if entrance else LOOPBACK
    if problem := _taken(listen, port):
        return _fail(problem)
    os.environ[config.HOME_VARIABLE] = str(home)
    family = _Family()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _on_signal)
    try:
        return _serve(family, (listen, port), settings.sandbox, browser)
    except _Stop:
        return 0
    finally:
        family.stop()


def _serve(family: "_Family", place: tuple[str, int], sandbox: bool, browser: bool) -> int:
    listen, port = place
    host = LOOPBACK if listen in EVERYWHERE else listen
    dashboard = family.start(_streamlit(listen, port))
    if not _answers(dashboard, host, port):
        return _fail("The dashboard could not be started; its reason stands above.")
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    _say(f"Boekwacht is at {address}. Ctrl+C stops it.")
    if browser and _has_screen():
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
    services = None
    if sandbox:
        _say("No shop is connected: booking a simulated shop's last days, see README to connect.")
        services = family.start([sys.executable, "-m", "sync", "sandbox", "--announce"])
        if not family.wait_for_line(services, "ready"):
            return _fail("The sandbox could not be started; its reason stands above.")
    worker = family.start([sys.executable, "-m", "sync", "work"])
    return _watch(family, dashboard, services, worker)


def _watch(
    family: "_Family",
    dashboard: "subprocess.Popen[str]",
    services: "subprocess.Popen[str] | None",
    worker: "subprocess.Popen[str]",
) -> int:
    """Wait for an end. A worker that dies is started again: schedule and queue must go on."""
    while True:
        time.sleep(0.5)
        if dashboard.poll() is not None:
            return _fail("The dashboard ended by itself; its reason stands above.")
        if services is not None and services.poll() is not None:
            return _fail("The sandbox ended by itself; its reason stands above.")
        if worker.poll() == 2:
            return _fail("The worker cannot run with these settings; its reason stands above.")
        if worker.poll() is not None:
            _say(f"The worker ended with status {worker.poll()}; starting it again.")
            time.sleep(RESTART_AFTER)
            worker = family.start([sys.executable, "-m", "sync", "work"])


class _Family:
    """The processes that were started, newest last."""

    def __init__(self) -> None:
        self._children: list[subprocess.Popen[str]] = []

    def start(self, command: list[str]) -> "subprocess.Popen[str]":
        """Start one; its output goes where ours goes, unless it announces itself."""
        announces = "--announce" in command
        child = subprocess.Popen(  # noqa: S603 - our own commands, no shell
            command,
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if announces else None,
            text=True,
        )
        self._children.append(child)
        return child

    def wait_for_line(self, child: "subprocess.Popen[str]", wanted: str) -> bool:
        """Pass a child's lines on until it says `wanted`; False when it ends before."""
        assert child.stdout is not None  # noqa: S101 - started with --announce
        for line in child.stdout:
            if line.strip() == wanted:
                threading.Thread(target=child.stdout.read, daemon=True).start()
                return True
            _say(line.rstrip())
        return False

    def stop(self) -> None:
        """End all, newest first; whoever does not end in time is killed."""
        for child in reversed(self._children):
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + STOP_AFTER
        for child in reversed(self._children):
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def _streamlit(listen: str, port: int) -> list[str]:
    secrets = Path(os.environ[config.HOME_VARIABLE]) / config.SECRETS_FILE
    options = [
        f"--server.address={listen}",
        f"--server.port={port}",
        f"--secrets.files={secrets}",
    ]
    return [sys.executable, "-m", "streamlit", "run", "dashboard.py", *options]


def _answers(child: "subprocess.Popen[str]", host: str, port: int) -> bool:
    """Wait until the server accepts connections; False when it ended or took a minute."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and child.poll() is None:
        try:
            socket.create_connection((host, port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return True
    return False


def _taken(listen: str, port: int) -> str:
    """Why nothing can listen there, as a sentence; empty when it can."""
    with socket.socket(socket.AF_INET6 if ":" in listen else socket.AF_INET) as probe:
        if os.name != "nt":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((listen, port))
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                return f"This machine has no address {listen}; correct login.listen."
            return f"Port {port} is taken; choose another one, e.g. --port {port + 1}."
    return ""


def _has_screen() -> bool:
    graphical = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return os.name == "nt" or sys.platform == "darwin" or bool(graphical)


def _on_signal(_number: int, _frame: FrameType | None) -> None:
    raise _Stop


def _say(text: str) -> None:
    click.echo(text)


def _fail(sentence: str) -> int:
    click.echo(sentence, err=True)
    return 2


if __name__ == "__main__":
    main(prog_name="start.py")
