"""Files are whole or absent; signatures tell a changed byte."""

import errno
from pathlib import Path

import pytest

from chuangwen.kernel import files, signatures
from chuangwen.kernel.errors import Missing


def test_the_same_content_is_stored_once_and_read_back():
    key = files.store(b"photo")
    assert files.store(b"photo") == key
    assert files.read(key) == b"photo"
    assert len([p for p in files.root().rglob("*") if p.is_file()]) == 1


@pytest.mark.parametrize("key", ["", "..", "../../etc/passwd", "A" * 64, "g" * 64, "a" * 63])
def test_a_key_that_is_none_reaches_no_file(key):
    with pytest.raises(Missing):
        files.read(key)


def test_a_full_disk_is_told_and_leaves_nothing(monkeypatch):
    def full(*_args, **_kwargs):
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(files.NoSpace):
        files.store(b"x")
    assert [p for p in files.root().rglob("*") if p.is_file()] == []


def test_a_signature_holds_for_its_bytes_and_no_others():
    signature = signatures.sign(b"93.85")
    public = signatures.public_bytes()
    assert signatures.verify(b"93.85", signature, public)
    assert not signatures.verify(b"93.86", signature, public)
    assert not signatures.verify(b"93.85", "AAAA", public)
    assert not signatures.verify(b"93.85", "不是", public)


def test_the_key_is_made_once_and_is_readable_by_its_owner_only(settings):
    first = signatures.public_bytes()
    assert signatures.public_bytes() == first
    assert (Path(settings.HOME) / "keys" / "signing.pem").stat().st_mode & 0o077 == 0
