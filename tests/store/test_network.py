"""A data folder on a network file system is refused at start, whatever the system calls it."""

from pathlib import Path, PureWindowsPath

import pytest

from sync.errors import StoreError
from sync.store import open_store
from sync.store.network import mac_mounts, network_kind, windows_kind
from sync.store.restore import restore
from tests.store.builders import HandClock

LINUX = """\
/dev/vda / ext4 rw 0 0
proc /proc proc rw 0 0
nas:/shops /srv/shop\\040data nfs4 rw 0 0
/dev/vdb /srv/shop\\040data/local xfs rw 0 0
host /mnt/c 9p rw 0 0
key /mnt/key fuse.sshfs rw 0 0
//nas/share /mnt/share cifs rw 0 0
//nas/three /mnt/three smb3 rw 0 0
/dev/vdc /mnt/over ext4 rw 0 0
nas:/over /mnt/over nfs rw 0 0
nas:/under /mnt/under nfs rw 0 0
tmpfs /mnt/under tmpfs rw 0 0
stick /mnt/stick fuseblk rw 0 0
"""
MAC = """\
/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
devfs on /dev (devfs, local, nobrowse)
//jan@nas._smb._tcp.local/shop on /Volumes/shop (smbfs, nodev, nosuid, mounted by jan)
nas:/export (new) on /Volumes/two words (nfs, asynchronous)
/dev/disk4s1 on /Volumes/stick (msdos, local, nodev)
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/shop/data", None),
        ("/srv/shop data/data", "nfs4"),
        ("/srv/shop database", None),
        ("/srv/shop data/local/data", None),
        ("/mnt/c/shop", "9p"),
        ("/mnt/key", "fuse.sshfs"),
        ("/mnt/share/data", "cifs"),
        ("/mnt/three/data", "smb3"),
        ("/mnt/over/data", "nfs"),
        ("/mnt/under/data", None),
        ("/mnt/stick/shop", None),
    ],
)
def test_the_file_system_of_a_folder_is_that_of_its_nearest_mount(
    folder: str, kind: str | None
) -> None:
    """The latest one, where several lie over each other."""
    assert network_kind(Path(folder), LINUX) == kind


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/Users/jan/boekwacht/data", None),
        ("/Volumes/shop/data", "smbfs"),
        ("/Volumes/two words/data", "nfs"),
        ("/Volumes/stick/data", None),
    ],
)
def test_a_mac_tells_it_in_other_words(folder: str, kind: str | None) -> None:
    assert network_kind(Path(folder), mac_mounts(MAC)) == kind


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        (r"C:\boekwacht\data", None),
        (r"\\?\C:\boekwacht\data", None),
        (r"Z:\boekwacht\data", "network drive"),
        (r"\\?\Z:\boekwacht\data", "network drive"),
        (r"\\nas\shop\data", "network share"),
        (r"\\?\UNC\nas\shop\data", "network share"),
        (r"\\wsl.localhost\Debian\home", "network share"),
    ],
)
def test_windows_tells_it_by_the_drive(folder: str, kind: str | None) -> None:
    assert windows_kind(PureWindowsPath(folder), lambda root: 4 if root == "Z:\\" else 3) == kind


def test_it_is_refused_in_one_sentence_and_nothing_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.store.network.network_kind", lambda *_: "nfs4")
    with pytest.raises(StoreError, match=r"network file system \(nfs4\).*local disk"):
        open_store(tmp_path, HandClock())
    with pytest.raises(StoreError, match=r"network file system \(nfs4\)"):
        restore(tmp_path, tmp_path, HandClock(), "els")
    assert list(tmp_path.iterdir()) == []
