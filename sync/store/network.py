"""Whether a folder lies on a network file system, where SQLite's write-ahead log cannot work."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path, PurePath, PureWindowsPath
from typing import Final

from sync.errors import StoreError

_NETWORK: Final = re.compile(
    "9p|afpfs|afs|beegfs|ceph|cifs|coda|davfs|glusterfs|gpfs|lustre|ncpfs|nfs4?|orangefs|prl_fs"
    "|smb2|smb3|smbfs|vboxsf|vmhgfs|webdav"
    "|fuse[.](ceph|curlftpfs|davfs|gcsfuse|glusterfs|mount-s3|rclone|s3fs|smbnetfs|sshfs"
    "|vmhgfs-fuse)"
)
_MAC_MOUNT: Final = re.compile(r"(?P<device>.+) on (?P<point>/.*) \((?P<kind>\w+)[,)].*")
_REMOTE_DRIVE: Final = 4  # what Windows calls DRIVE_REMOTE


def refuse_network(home: Path) -> None:
    """Say no where records would get lost.

    Raises:
        StoreError: The data folder lies on a network file system.
    """
    kind = _kind(home / "data")
    if kind:
        raise StoreError(
            f"{home / 'data'} lies on a network file system ({kind}), where records get lost: "
            "put the home folder on a local disk."
        )


def _kind(folder: Path) -> str | None:
    if os.name == "nt":
        return windows_kind(PureWindowsPath(folder.absolute()), _drive_type)
    mounts = Path("/proc/self/mounts")
    if mounts.exists():
        return network_kind(folder.resolve(), mounts.read_text(errors="replace"))
    if sys.platform == "darwin":
        told = subprocess.run(["/sbin/mount"], capture_output=True, text=True, check=False)
        return network_kind(folder.resolve(), mac_mounts(told.stdout))
    return None


def network_kind(path: PurePath, mounts: str) -> str | None:
    """The kind of network file system that `path` lies on, or None.

    Args:
        path: Absolute, links resolved.
        mounts: The text of Linux's `/proc/self/mounts`.
    """
    best, kind = -1, ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        point = Path(fields[1].encode().decode("unicode_escape"))
        if (path == point or point in path.parents) and len(point.parts) >= best:
            best, kind = len(point.parts), fields[2]
    return kind if _NETWORK.fullmatch(kind) else None


def mac_mounts(told: str) -> str:
    """What the Mac's `mount` tells, in the words of Linux's `/proc/self/mounts`."""
    found = filter(None, map(_MAC_MOUNT.fullmatch, told.splitlines()))
    return "\n".join(
        " ".join(("-", x["point"].replace("\\", r"\134").replace(" ", r"\040"), x["kind"]))
        for x in found
    )


def windows_kind(path: PureWindowsPath, drive_type: Callable[[str], int]) -> str | None:
    """Where `path` lies on one: "network share" or "network drive"; None elsewhere.

    Args:
        path: Absolute.
        drive_type: What Windows' GetDriveTypeW says of a drive such as "Z:" and a backslash.
    """
    drive = path.drive
    if drive.startswith("\\\\?\\") and not drive.upper().startswith("\\\\?\\UNC\\"):
        drive = drive[4:]
    if drive.startswith("\\\\"):
        return "network share"
    return "network drive" if drive_type(drive + "\\") == _REMOTE_DRIVE else None


def _drive_type(root: str) -> int:
    import ctypes  # noqa: PLC0415 - only Windows has what is asked of it

    windows = getattr(ctypes, "windll").kernel32  # noqa: B009 - unknown to other systems
    return int(windows.GetDriveTypeW(root))
