"""Whether a file is the one that was written: its size and its checksum."""

import hashlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Seal:
    """What a file was when it was written.

    Attributes:
        size: Bytes; None for a file of an older version, whose size nobody wrote down.
        checksum: SHA-256 of its bytes, as `sha256sum` prints it; empty likewise.
    """

    size: int | None
    checksum: str


def seal(path: Path) -> Seal:
    """The size and checksum of a file as it is now.

    Raises:
        OSError: It cannot be read.
    """
    return Seal(path.stat().st_size, _checksum(path))


def fault(path: Path, written: Seal, *, thorough: bool = True) -> str:
    """What is wrong with a file, as the end of a sentence that begins with its name.

    Args:
        path: The file.
        written: What it was.
        thorough: Read it, about a second per gigabyte; otherwise only look at its size.

    Returns:
        Empty when it is the file that was written, as far as anybody knows.
    """
    try:
        size = path.stat().st_size
        if written.size is not None and size != written.size:
            return f"has {size} bytes instead of {written.size}"
        if thorough and written.checksum and _checksum(path) != written.checksum:
            return "was changed (its checksum differs)"
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    return ""


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
