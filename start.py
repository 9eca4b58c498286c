#!/usr/bin/env python3
"""Starts Boekwacht, or tests it: `python3 start.py` or `python3 start.py test`.

Makes a virtual environment beside this file, installs the pinned requirements when they changed,
and hands over to it. Standard library only, and readable by old Pythons so that they can be told.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def main(arguments: list[str]) -> int:
    """Install what is missing, then run the program or its tests; the exit status is theirs."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this file is what tells an old Python so
        return _fail(f"Boekwacht needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    testing = arguments[:1] == ["test"]
    try:
        _install("requirements-dev.txt" if testing else "requirements.txt")
        if testing:
            return _test(arguments[1:])
    except _MissingError as error:
        return _fail(str(error))
    return _run([str(PYTHON), "-m", "sync.launch", *arguments])


class _MissingError(Exception):
    """Something is missing that cannot be got; the text is one sentence."""


def _install(requirements: str) -> None:
    """Make the environment and install `requirements`, unless just that was done before."""
    if PYTHON.exists() and _stamp(requirements).exists():
        return
    uv = shutil.which("uv")
    if not PYTHON.exists():
        _say("Making a virtual environment in .venv ...")
        _make_environment(uv)
    _say(f"Installing {requirements} (once; a minute or so) ...")
    installer = (
        [uv, "pip", "install", "--python", str(PYTHON), "--compile-bytecode"]
        if uv
        else [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    )
    _with_progress([*installer, "-r", str(ROOT / requirements)])
    _stamp("requirements.txt").touch()  # what tests includes what runs
    _stamp(requirements).touch()


def _stamp(requirements: str) -> Path:
    """The file that says that just these requirements were installed for just this Python."""
    texts = [(ROOT / name).read_bytes() for name in ("requirements.txt", requirements)]
    version = str(sys.version_info[:2]).encode()
    return VENV / f"installed-{hashlib.sha256(b''.join([*texts, version])).hexdigest()[:16]}"


def _make_environment(uv: str | None) -> None:
    command = [uv, "venv", "--python", sys.executable, str(VENV)] if uv else _venv_command()
    if _quietly(command) == 0:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    if _apt_install("python3-venv") and _quietly(_venv_command()) == 0:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    raise _MissingError(
        "This Python cannot make virtual environments; on Debian or Ubuntu run "
        "'apt-get install python3-venv', then start again."
    )


def _venv_command() -> list[str]:
    return [sys.executable, "-m", "venv", str(VENV)]


def _with_progress(command: list[str]) -> None:
    """Run an installer; show on one line what it is at, and its last words when it fails."""
    lines: list[str] = []
    terminal = sys.stdout.isatty()
    with subprocess.Popen(  # noqa: S603 - our own command, no shell
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as process:
        for line in process.stdout or ():
            lines.append(line.rstrip())
            if terminal:
                print("\r\033[K  " + line.strip()[:74], end="", flush=True)  # noqa: T201
    if terminal:
        print("\r\033[K", end="", flush=True)  # noqa: T201
    if process.returncode:
        raise _MissingError(
            "\n".join(lines[-8:]) + "\nThe packages could not be installed; "
            "is there a network, and room on the disk?"
        )


def _test(arguments: list[str]) -> int:
    """Format, lint, types, then the whole suite, browser tests included."""
    _find_browser()
    checks = [
        ["-m", "ruff", "format", "--check", "--quiet", "."],
        ["-m", "ruff", "check", "--quiet", "."],
        ["-m", "mypy"],
    ]
    for check in checks:
        status = _run([str(PYTHON), *check])
        if status:
            return status
    alone = any(a.startswith(("-n", "-k", "-p")) for a in arguments)
    # Tests with a browser mostly wait; whoever is done takes over what another has not begun.
    workers = [] if alone else ["-n", "3", "--dist", "worksteal"]
    return _run([str(PYTHON), "-m", "pytest", *workers, *arguments])


def _find_browser() -> None:
    if any(shutil.which(name) for name in CHROMIUM):
        return
    _say("Installing Chromium for the browser tests ...")
    if not _apt_install("chromium"):
        raise _MissingError(
            "The browser tests need Chromium; on Debian run 'apt-get install chromium', "
            "then start again."
        )


def _apt_install(package: str) -> bool:
    """Install a Debian package where we may; False where we may not or it failed."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if not root or not shutil.which("apt-get"):
        return False
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "--no-install-recommends", package]
    return any(
        all(_quietly(step, environment) == 0 for step in steps)
        for steps in ([install], [["apt-get", "update"], install])
    )


def _quietly(command: list[str], environment: dict[str, str] | None = None) -> int:
    result = subprocess.run(  # noqa: S603 - our own command, no shell
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return result.returncode


def _run(command: list[str]) -> int:
    """Run in the project's folder and wait; Ctrl+C is the child's to handle."""
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in paths if p)}
    if os.name != "nt" and command[2] == "sync.launch":
        os.execve(command[0], command, environment)  # noqa: S606 - our own command, no shell
    process = subprocess.Popen(command, cwd=ROOT, env=environment)  # noqa: S603
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


def _fail(sentence: str) -> int:
    print(sentence, file=sys.stderr)  # noqa: T201
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
