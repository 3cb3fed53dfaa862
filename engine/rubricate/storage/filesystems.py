"""Which kind of file system a folder stands on, as far as it bears on the ledger."""

from __future__ import annotations

import os
from pathlib import Path

from rubricate.errors import RunError

__all__ = ["VARIABLE", "file_system", "is_shared", "refuse_shared"]

VARIABLE = "RUBRICATE_SHARED_DISK"
"""`allow`: use a shared disk all the same, with a slower ledger."""
MOUNTS = Path("/proc/self/mountinfo")

SHARED = frozenset(
    {
        "afs", "beegfs", "ceph", "cifs", "gfs2", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs", "nfs4", "ocfs2",
        "orangefs", "smb3", "smbfs",
    }
)  # fmt: skip
"""File systems that other machines write to, too."""


def file_system(path: Path, *, mounts: Path = MOUNTS) -> str | None:
    """The type of the file system that a path stands on, or will; None where the system does not tell."""
    while not path.exists() and path != path.parent:
        path = path.parent
    try:
        lines = mounts.read_bytes().splitlines()
        place = os.fsencode(path.resolve())
    except OSError:
        return None
    best, found = -1, None
    for line in lines:
        head, sign, tail = line.partition(b" - ")
        fields = head.split()
        if not sign or len(fields) < 5 or not tail:
            continue
        point = _unescaped(fields[4])
        inside = place == point or place.startswith(point.rstrip(b"/") + b"/")
        if inside and len(point) >= best:  # of two at one place the later hides the earlier
            best, found = len(point), tail.split()[0].decode(errors="replace")
    return found


def is_shared(kind: str | None) -> bool:
    """Whether SQLite's write-ahead log is not safe there: on network disks and on those of user programs.

    >>> is_shared("nfs4"), is_shared("fuse.sshfs"), is_shared("fuseblk"), is_shared("ext4"), is_shared(None)
    (True, True, False, False, False)
    """
    return kind is not None and (kind in SHARED or kind == "fuse" or kind.startswith("fuse."))


def refuse_shared(folder: Path, *, mounts: Path = MOUNTS) -> bool:
    """Raise RunError for a folder on a shared disk, unless the environment allows it; whether it is on one."""
    kind = file_system(folder, mounts=mounts)
    if not is_shared(kind):
        return False
    if os.environ.get(VARIABLE) != "allow":
        raise RunError(
            f'{folder}: is on a disk of the type "{kind}", where the ledger of a run is not safe',
            help="choose an --out on a local disk, and copy the finished folder to where it belongs",
        )
    return True


def _unescaped(point: bytes) -> bytes:
    """A mount point as it is: spaces and the like are written as octal numbers.

    >>> _unescaped(rb"/mnt/my\\040disk")
    b'/mnt/my disk'
    """
    for code in (b"040", b"011", b"012", b"134"):
        point = point.replace(b"\\" + code, bytes([int(code, 8)]))
    return point
