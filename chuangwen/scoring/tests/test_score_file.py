"""A signed score file recomputes itself, and nothing in it can be changed, missing or monstrous without being told."""

import io
import json
import random
import struct
import time
import zipfile
from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chuangwen.scoring import score_file
from chuangwen.scoring.engine import BONUSES, ISSUES, OBSERVATIONS, example_schemes, schema_of, score
from chuangwen.scoring.score_file import MEMBERS, Limits, ScoreFileError, fingerprint, verify_score_file, write_score_file

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
LOSS = example_schemes()["loss_per_observation"]


def observations(number: int = 12) -> pa.Table:
    rows = [
        {
            "observation_id": id_, "serial": f"点{id_}", "section": "实地", "indicator": f"指标{id_ % 3}", "sub_indicator": str(id_ % 2),
            "site": f"点位{id_ % 50}", "site_type": "市场", "area": f"区域{id_ % 4}", "departments": ["城管局", f"部门{id_ % 5}"],
            "source_row": id_ + 1, "placed": True, "loss": Decimal(("0.1", "0", "1")[id_ % 3]), "weight": Decimal(1),
            "observed_on": date(2026, 11, 21),
        }
        for id_ in range(1, number + 1)
    ]
    return pa.Table.from_pylist(rows, schema=schema_of(OBSERVATIONS))


@pytest.fixture(scope="module")
def signed(tmp_path_factory):
    return written(tmp_path_factory.mktemp("signed") / "round.cwscore", observations())


def written(path, table, **more):
    given = {"scheme": LOSS, "observations": table, "result": score(table, LOSS), "meta": {"round": "十一月", "rows": 12}} | more
    write_score_file(path, private_key=KEY, **given)
    return path


def members(path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(path, contents, compression=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in contents if isinstance(contents, list) else contents.items():
            archive.writestr(name, content)
    return path


def resigned(contents: dict[str, bytes], key=KEY) -> dict[str, bytes]:
    """The members with a manifest that a stranger signed over whatever they are."""
    import hashlib

    manifest = {
        "format": "chuangwen-score", "version": 1, "public_key": key.public_key().public_bytes_raw().hex(),
        "members": {
            name: {"sha256": hashlib.sha256(text).hexdigest(), "bytes": len(text)}
            for name, text in contents.items() if name != "manifest.json"
        },
    }
    manifest["signature"] = key.sign(score_file._canonical(manifest)).hex()
    return {**contents, "manifest.json": score_file._canonical(manifest)}


def test_a_signed_file_recomputes_to_the_same_scores(signed):
    answer = verify_score_file(signed)
    assert (answer.ok, answer.problems, answer.recomputed, answer.signature_ok) == (True, [], True, True)
    assert answer.public_key_fingerprint == fingerprint(KEY.public_key())
    assert answer.meta == {"round": "十一月", "rows": 12}
    assert answer.result == score(observations(), LOSS)


def test_the_same_score_gives_the_same_bytes(signed, tmp_path):
    shuffled = observations().take(list(reversed(range(12))))
    assert written(tmp_path / "again.cwscore", shuffled).read_bytes() == signed.read_bytes()


def test_a_deduction_with_bonuses_and_a_context_is_signed_and_verified(tmp_path):
    scheme = example_schemes()["deduction"]
    issues = pa.Table.from_pylist([{"issue_id": 1, "unit": "甲局", "severity": "一般", "late": True}], schema=schema_of(ISSUES))
    bonuses = pa.Table.from_pylist(
        [{"bonus_id": 1, "unit": "甲局", "kind": "荣誉", "points": Decimal(2), "evidence": "文号"}], schema=schema_of(BONUSES)
    )
    context = {"negatives": [{"code": "N1", "level": "unit", "key": "甲局"}]}
    result = score(None, scheme, issues=issues, bonuses=bonuses, context=context)
    path = tmp_path / "unit.cwscore"
    write_score_file(path, scheme=scheme, observations=None, issues=issues, bonuses=bonuses, context=context, result=result,
                     meta={}, private_key=KEY)
    answer = verify_score_file(path)
    assert answer.ok
    assert answer.result.row("unit", "甲局").vetoed


def test_a_result_that_does_not_follow_from_the_observations_is_not_signed(tmp_path):
    other = score(observations(11), LOSS)
    with pytest.raises(ScoreFileError, match="不能签署"):
        written(tmp_path / "x.cwscore", observations(), result=other)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", MEMBERS)
def test_one_changed_byte_in_any_member_is_found(signed, tmp_path, name):
    contents = members(signed)
    chance = random.Random(name)
    for position in sorted(chance.sample(range(len(contents[name])), min(8, len(contents[name])))):
        changed = bytearray(contents[name])
        changed[position] ^= 1 << chance.randrange(7)
        answer = verify_score_file(packed(tmp_path / "changed.cwscore", {**contents, name: bytes(changed)}))
        assert not answer.ok and answer.problems, (name, position)


def test_every_changed_digit_of_the_scores_is_found(signed, tmp_path):
    contents = members(signed)
    digits = [place for place, byte in enumerate(contents["scores.json"]) if byte in b"0123456789"]
    for position in digits[:: max(1, len(digits) // 12)]:
        changed = bytearray(contents["scores.json"])
        changed[position] = ord("0") + (changed[position] - ord("0") + 1) % 10
        answer = verify_score_file(packed(tmp_path / "changed.cwscore", {**contents, "scores.json": bytes(changed)}))
        assert "成员 scores.json 与签名时不同，被改动过。" in answer.problems
        assert not answer.recomputed


def test_a_changed_observation_names_the_scores_that_no_longer_follow_even_when_signed_anew(signed, tmp_path):
    contents = members(signed)
    contents["observations.jsonl"] = contents["observations.jsonl"].replace(b'"0.1000"', b'"0.2000"', 1)
    answer = verify_score_file(packed(tmp_path / "changed.cwscore", resigned(contents)))
    assert (answer.signature_ok, answer.recomputed, answer.ok) == (True, False, False)
    assert any(problem.startswith("成绩“index·index”不一致：文件中是") for problem in answer.problems)


def test_a_good_signature_of_a_key_that_is_not_trusted_is_a_problem(signed, tmp_path):
    own = fingerprint(KEY.public_key())
    short = "-".join(own[place : place + 4] for place in range(0, 16, 4)).upper()
    assert verify_score_file(signed, trusted_fingerprints=[own]).ok
    assert verify_score_file(signed, trusted_fingerprints=[short]).ok
    stranger = packed(tmp_path / "s.cwscore", resigned(members(signed), Ed25519PrivateKey.generate()))
    assert verify_score_file(stranger).ok
    for trusted in ([own], [], [""], [own[:8]]):
        assert verify_score_file(stranger, trusted_fingerprints=trusted).problems == ["签名公钥不在信任名单中。"]


@pytest.mark.parametrize("name", MEMBERS)
def test_a_missing_member_is_named(signed, tmp_path, name):
    contents = {key: value for key, value in members(signed).items() if key != name}
    answer = verify_score_file(packed(tmp_path / "x.cwscore", {**contents, "../../etc/passwd": b"x"}))
    assert f"缺少成员 {name}。" in answer.problems
    assert "有多余的成员 '../../etc/passwd'。" in answer.problems
    assert not verify_score_file(packed(tmp_path / "y.cwscore", contents)).ok


def test_a_member_twice_is_refused(signed, tmp_path):
    contents = list(members(signed).items())
    with pytest.warns(UserWarning):
        packed(tmp_path / "x.cwscore", contents[1:] + contents[1:2])
    assert "成员 context.json 出现了两次。" in verify_score_file(tmp_path / "x.cwscore").problems


@pytest.mark.parametrize("content", [b"", b"PK", b"\x00" * 5000, "成绩".encode() * 100, b"PK\x05\x06" + b"\x00" * 18])
def test_what_is_no_score_file_is_answered(tmp_path, content):
    path = tmp_path / "x.cwscore"
    path.write_bytes(content)
    answer = verify_score_file(path)
    assert len(answer.problems) == 1 and answer.problems[0].startswith("不是成绩文件")


def test_an_absent_file_is_answered(tmp_path):
    assert verify_score_file(tmp_path / "none").problems == ["文件打不开。"]
    assert verify_score_file(tmp_path).problems == ["文件打不开。"]


def test_a_directory_that_claims_millions_of_members_is_not_read(signed, tmp_path):
    content = bytearray(signed.read_bytes())
    for claim in (struct.pack("<2H", 65535, 65535), struct.pack("<2HL", 8, 8, 1 << 30)):
        content[-14 : -14 + len(claim)] = claim
        (tmp_path / "x.cwscore").write_bytes(content)
        assert verify_score_file(tmp_path / "x.cwscore").problems[0].startswith("不是成绩文件")


def test_a_bomb_is_refused_before_it_unfolds(signed, tmp_path):
    bomb = {**members(signed), "observations.jsonl": b"[" * (Limits().text_bytes * 4)}
    path = packed(tmp_path / "x.cwscore", bomb)
    limits = Limits(table_bytes=1 << 20)
    assert verify_score_file(path, limits=limits).problems == ["成员 observations.jsonl 展开后太大。"]


def test_a_bomb_that_lies_about_its_size_is_stopped_where_it_said_it_ends(signed, tmp_path):
    path = packed(tmp_path / "x.cwscore", {**members(signed), "meta.json": b" " * 9_000_000})
    content = path.read_bytes()
    (tmp_path / "x.cwscore").write_bytes(content.replace(struct.pack("<L", 9_000_000), struct.pack("<L", 90)))
    assert "成员 meta.json 已损坏。" in verify_score_file(path).problems


@pytest.mark.parametrize(
    "text",
    [b"", b"[]\n", b"[" * 100_000 + b"\n", b"\xff\n", b"nul", b'["observation_id"]\n', b"{}\n", b" " * 2_000_000 + b"\n"],
)
def test_observations_that_cannot_be_read_are_answered_even_when_signed(signed, tmp_path, text):
    contents = {**members(signed), "observations.jsonl": text}
    answer = verify_score_file(packed(tmp_path / "x.cwscore", resigned(contents)))
    assert answer.signature_ok and not answer.ok
    assert "观测表" in answer.problems[0] or "observations.jsonl" in answer.problems[0]


@pytest.mark.parametrize(
    ("column", "value"),
    [("observation_id", "1"), ("observation_id", 2**70), ("observation_id", True), ("loss", 0.1), ("loss", "1e5"), ("loss", "NaN"),
     ("departments", [1]), ("departments", "x"), ("placed", 1), ("observed_on", "昨天"), ("indicator", "\ud800")],
)
def test_cells_of_the_wrong_kind_are_answered(signed, tmp_path, column, value):
    contents = members(signed)
    lines = contents["observations.jsonl"].splitlines(keepends=True)
    row = json.loads(lines[1])
    row[list(OBSERVATIONS).index(column)] = value
    lines[1] = json.dumps(row).encode() + b"\n"
    answer = verify_score_file(packed(tmp_path / "x.cwscore", resigned({**contents, "observations.jsonl": b"".join(lines)})))
    assert answer.problems and not answer.ok
    assert "观测表" in answer.problems[0]


def test_more_rows_and_more_names_than_allowed_are_refused(signed):
    assert verify_score_file(signed, limits=Limits(rows=11)).problems == ["观测表超过 11 行。"]
    assert "超过 3 种" in verify_score_file(signed, limits=Limits(groups=3)).problems[0]


@pytest.mark.parametrize("name", ["manifest.json", "scheme.json", "context.json", "meta.json", "scores.json"])
@pytest.mark.parametrize("text", [b"", b"[]", b"null", b"[" * 50_000, b'{"a": NaN}', b"\xff\xfe", b'{"rows": NaN, "members": 5}'])
def test_broken_documents_are_answered(signed, tmp_path, name, text):
    contents = {**members(signed), name: text}
    if name != "manifest.json":
        contents = resigned(contents)
    answer = verify_score_file(packed(tmp_path / "x.cwscore", contents))
    assert answer.problems and not answer.ok


def test_bytes_flipped_anywhere_in_the_file_never_raise(signed, tmp_path):
    chance = random.Random(1)
    content = signed.read_bytes()
    for _ in range(60):
        changed = bytearray(content)
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
        (tmp_path / "x.cwscore").write_bytes(changed)
        answer = verify_score_file(tmp_path / "x.cwscore")
        assert answer.ok == (not answer.problems)
        if answer.ok:
            assert answer.result == score(observations(), LOSS)


def test_a_hundred_thousand_observations_take_seconds(tmp_path):
    table = observations(100_000)
    begin = time.perf_counter()
    path = written(tmp_path / "large.cwscore", table)
    assert verify_score_file(path).ok
    assert time.perf_counter() - begin < 30
    assert path.stat().st_size < 10 << 20


def test_nothing_but_the_engine_is_needed(signed):
    """No Django, no settings, no pandas: a fresh interpreter that refuses them verifies the file."""
    import subprocess
    import sys

    program = (
        "import sys\n"
        "class Refuse:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] in ('django', 'pandas', 'numpy'): raise ImportError(name)\n"
        "sys.meta_path.insert(0, Refuse())\n"
        "from chuangwen.scoring.score_file import verify_score_file\n"
        "answer = verify_score_file(sys.argv[1])\n"
        "assert answer.ok, answer.problems\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(signed)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_writing_leaves_nothing_half_done(tmp_path, monkeypatch):
    path = written(tmp_path / "x.cwscore", observations())
    before = path.read_bytes()

    def full(*arguments, **keywords):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(zipfile.ZipFile, "open", full)
    with pytest.raises(OSError, match="No space"):
        written(path, observations(11), result=score(observations(11), LOSS))
    assert path.read_bytes() == before
    assert [item.name for item in tmp_path.iterdir()] == ["x.cwscore"]
    assert io.BytesIO(before).read(2) == b"PK"
