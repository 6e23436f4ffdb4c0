"""The file of a draw: from it alone anybody repeats the draw, and whatever was changed in it is found."""

import copy
import io
import json

import openpyxl
import pytest

from chuangwen.fieldwork import draw_file, drawing
from chuangwen.fieldwork.tests.test_drawing import AREAS, site
from chuangwen.fieldwork.weighing import DEFAULT_POINTS

ROUND = {"name": "十一月督导", "kind": "weekly", "starts_on": "2026-11-16", "ends_on": "2026-11-20"}
SEED = "双色球 2026131 期：02 09 14 18 22 30 + 05"


def document() -> dict:
    sites = [site(f"DW{n:05d}", waited=None if n == 3 else n * 9, open=n % 3, visits=n % 7 // 3, added=n == 5) for n in range(24)]
    inputs = {
        "cap": {"visits": 2, "days": 30},
        "points": dict(DEFAULT_POINTS),
        "quotas": [{"type": "market", "type_name": "农贸市场", "area": AREAS[0], "area_name": "河东街道", "count": 6}],
        "sites": sites,
    }
    return draw_file.document(
        procedure=drawing.DRAW,
        seed=SEED,
        inputs=inputs,
        result=drawing.draw(inputs, SEED),
        round=ROUND,
        number=1,
        reason="",
        drawn_at="2026-11-15T09:00:00+08:00",
    )


def rerating() -> dict:
    inputs = {"share": "0.05", "sites": [{"code": f"DW{n}", "name": f"点{n}"} for n in range(30)]}
    facts = {"round": ROUND, "number": 2, "reason": "", "drawn_at": "2026-11-20T17:00:00+08:00"}
    return draw_file.document(procedure=drawing.RERATE, seed=SEED, inputs=inputs, result=drawing.rerate(inputs, SEED), **facts)


@pytest.mark.parametrize("make", [document, rerating])
@pytest.mark.parametrize("write", [draw_file.as_json, draw_file.as_xlsx])
def test_a_draw_comes_back_from_its_file_and_repeats(make, write):
    told = make()
    back = draw_file.read(write(told))
    assert back == told
    assert draw_file.verify(back).ok
    assert draw_file.verify(back, announced=told["frame_key"]).ok


def changed(path: list, value) -> dict:
    told = copy.deepcopy(document())
    at = told
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return told


@pytest.mark.parametrize(
    "path, value",
    [
        (["seed"], "双色球 2026131 期：02 09 14 18 22 30 + 06"),
        (["inputs", "sites", 0, "open"], 9),
        (["inputs", "sites", 0, "name"], "别的名字"),
        (["inputs", "quotas", 0, "count"], 7),
        (["inputs", "cap", "visits"], 3),
        (["inputs", "points", "base"], 1001),
        (["result", "drawn"], ["DW00000"]),
        (["result", "sites", "DW00001", "weight"], 1),
        (["result", "sites", "DW00001", "chance"], "1/2"),
        (["result", "strata", 0, "short"], 1),
        (["frame_key"], "0" * 64),
        (["round", "name"], "另一轮"),
        (["number"], 2),
        (["drawn_at"], "2026-11-14T09:00:00+08:00"),
        (["procedure"], "chuangwen-draw-2"),
        (["signature", "value"], "AAAA"),
        (["signature"], None),
        (["inputs"], None),
        (["result"], []),
    ],
)
def test_whatever_is_changed_is_found(path, value):
    found = draw_file.verify(changed(path, value))
    assert found.problems and not found.ok


def test_somebody_with_another_key_cannot_make_a_draw_pass_for_ours(tmp_path, settings):
    ours = draw_file.verify(document()).facts["fingerprint"]
    assert draw_file.verify(document(), key=ours).ok
    settings.HOME = tmp_path / "elsewhere"
    forged = document()
    assert draw_file.verify(forged).ok, "it is a sound draw of somebody else's"
    assert draw_file.verify(forged, key=ours).problems


def test_inputs_chosen_after_the_seed_do_not_pass_for_those_announced():
    assert draw_file.verify(document(), announced="ab" * 32).problems == ["抽样框与事先公布的指纹不符。"]


@pytest.mark.parametrize("cell, value", [("J5", 5), ("B5", "别处"), ("T5", "抽中"), ("S5", "1/3"), ("E5", 3)])
def test_a_cell_changed_by_hand_is_found(cell, value):
    book = openpyxl.load_workbook(io.BytesIO(draw_file.as_xlsx(document())))
    sheet = book["点位"]
    before = sheet[cell].value
    sheet[cell] = value if value != before else f"{value}0"
    target = io.BytesIO()
    book.save(target)
    assert draw_file.verify(draw_file.read(target.getvalue())).problems, cell


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b"PK\x03\x04", b"\xff\xfe", b'{"format": "other"}', json.dumps([1]).encode()]
)
def test_what_is_no_draw_is_said_to_be_none(content):
    with pytest.raises(draw_file.NotADraw):
        draw_file.read(content)


def test_a_formula_in_a_name_is_only_text():
    told = document()
    told["inputs"]["sites"][0]["name"] = "=1+1"
    book = openpyxl.load_workbook(io.BytesIO(draw_file.as_xlsx(told)))
    assert book["点位"]["B2"].value == "=1+1" and book["点位"]["B2"].data_type == "s"
