"""Content hashes give the standards' values, whole or in pieces."""

import hashlib
import io

from hypothesis import given
from hypothesis import strategies as st

from chuangwen.kernel import hashes


def test_the_standards_examples():
    assert hashes.self_test()
    # GB/T 32905-2016, A.2: "abcd" sixteen times
    assert hashes.digest_bytes(b"abcd" * 16).sm3 == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"


@given(st.binary(max_size=5000))
def test_bytes_and_streams_agree(content):
    found = hashes.digest_bytes(content)
    assert found == hashes.digest_stream(io.BytesIO(content))
    assert (found.sha256, found.size) == (hashlib.sha256(content).hexdigest(), len(content))


def test_a_large_file_is_read_in_pieces(tmp_path):
    path = tmp_path / "large"
    path.write_bytes(b"x" * 3_500_000)
    assert hashes.digest_path(path) == hashes.digest_bytes(b"x" * 3_500_000)


def test_one_changed_bit_changes_both():
    one, other = hashes.digest_bytes(b"\x00" * 100), hashes.digest_bytes(b"\x00" * 99 + b"\x01")
    assert one.sha256 != other.sha256 and one.sm3 != other.sm3
