"""On which disks a ledger is safe."""

import pytest

from rubricate.errors import RunError
from rubricate.storage.filesystems import VARIABLE, file_system, refuse_shared

MOUNTS = """\
22 1 259:1 / / rw,relatime shared:1 - ext4 /dev/root rw
41 22 0:35 / {base}/nfs rw,relatime shared:2 - nfs4 host:/export rw,vers=4.2
42 22 0:36 / {base}/my\\040disk rw - fuse.sshfs me@host: rw
43 22 0:37 / {base}/local rw - nfs host:/hidden rw
44 22 0:38 / {base}/local rw - xfs /dev/sdb1 rw
45 22 0:39 / {base}/nf rw - btrfs /dev/sdc1 rw
"""


@pytest.fixture
def mounts(tmp_path):
    path = tmp_path / "mountinfo"
    path.write_text(MOUNTS.format(base=tmp_path))
    return path


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("nfs", "nfs4"), ("nfs/runs/monday", "nfs4"), ("my disk/runs", "fuse.sshfs"), ("local/x", "xfs"),
        ("nf", "btrfs"), ("nfsx", "ext4"), ("elsewhere/deep", "ext4"),
    ],
)  # fmt: skip
def test_a_path_stands_on_the_nearest_mount(tmp_path, mounts, place, kind):
    assert file_system(tmp_path / place, mounts=mounts) is not None
    (tmp_path / place).mkdir(parents=True)

    assert file_system(tmp_path / place, mounts=mounts) == kind


def test_a_system_that_does_not_tell_is_trusted(tmp_path):
    assert file_system(tmp_path, mounts=tmp_path / "none") is None
    assert refuse_shared(tmp_path, mounts=tmp_path / "none") is False


def test_a_shared_disk_is_refused_with_a_way_out(tmp_path, mounts, monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    (tmp_path / "nfs").mkdir()

    with pytest.raises(RunError) as caught:
        refuse_shared(tmp_path / "nfs" / "out", mounts=mounts)
    (tmp_path / "nfs" / "out").mkdir()
    with pytest.raises(RunError):
        refuse_shared(tmp_path / "nfs" / "out", mounts=mounts)

    assert caught.value.message == (
        f'{tmp_path / "nfs" / "out"}: is on a disk of the type "nfs4", where the ledger of a run is not safe'
    )
    assert caught.value.help == "choose an --out on a local disk, and copy the finished folder to where it belongs"


def test_who_knows_better_may(tmp_path, mounts, monkeypatch):
    monkeypatch.setenv(VARIABLE, "allow")
    (tmp_path / "nfs").mkdir()

    assert refuse_shared(tmp_path / "nfs", mounts=mounts) is True
    assert refuse_shared(tmp_path, mounts=mounts) is False
