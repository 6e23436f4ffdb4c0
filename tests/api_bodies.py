"""For each address of the API: which record its keys name, and what is sent there so that more than its emptiness is seen."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from chuangwen.kernel import clock
from tests.sample import nothing
from tests.world import Place, jpeg

REPORTED_ELSEWHERE = {"paper": "茂创文〔2026〕31号", "reason": "由区里合并行文"}


API_KEYS = {
    "case_id": "case", "observation_id": "observation", "round_id": "round", "sheet_id": "sheet", "site_id": "site", "unit_id": "unit",
    "forecast_id": "forecast", "edition_id": "edition", "pk": "paper", "step_id": "step",
    "fact_id": "fact", "appraisal_id": "appraisal", "row_id": "appraisal_row", "duty_id": "duty", "occurrence_id": "occurrence",
    "roster_id": "roster", "turn_id": "turn", "shift_id": "shift", "ground_id": "roster_ground", "segment_id": "segment",
    "duty_post_id": "duty_post", "pool_id": "pool", "roster_link_id": "roster_link", "change_id": "change",
    "plan_id": "sponsorship", "pair_id": "pair", "sponsor_id": "sponsor", "plan_place_id": "sponsored", "wish_id": "wish",
    "partnership_id": "partnership", "input_id": "partner_input", "work_id": "work",
    "meeting_id": "meeting", "agenda_id": "agenda_3", "inspection_id": "inspection_on", "drawn_id": "drawn", "after_id": "after_item",
    "operation_id": "operation",
}  # fmt: skip
SHARED_KEYS = {"edition_id"}


def _photos(place: Place, role: str, name: str = "photo") -> list[int]:
    return [place.own[role][name].pk] if name in place.own[role] else []


def _round(place: Place, _role: str) -> dict[str, Any]:
    day = clock.today().isoformat()
    return {"name": f"{place.town.street.name}新一轮", "division": place.town.street.code, "starts_on": day, "ends_on": day}


def _observation(place: Place, role: str) -> dict[str, Any]:
    things = place.things
    return {
        "round_id": things["round"].pk,
        "site_id": things["site"].pk,
        "criterion_id": things["criterion"].pk,
        "observed_on": clock.today().isoformat(),
        "loss": "0.2",
        "photo_ids": _photos(place, role),
    }


API_BODIES: dict[str, Callable[[Place, str], Any]] = {
    "/api/v1/cases": lambda place, role: {
        "description": "路面破损", "site": place.things["site"].code, "kind": place.things["kind"].code, "photos": _photos(place, role),
    },
    "/api/v1/escalations": lambda place, _role: {
        "cases": [place.cases["passed"].pk], "level": "order", "reason": "超期", "asks": "立即整改",
    },
    "/api/v1/escalations/<int:step_id>/approve": nothing, "/api/v1/escalations/<int:step_id>/issue": nothing,
    "/api/v1/escalations/<int:step_id>/answer": lambda _place, _role: {"measure": "整改", "promised_on": clock.today().isoformat()},
    "/api/v1/escalations/<int:step_id>/appeal": lambda _place, _role: {"words": "不属于我单位"},
    "/api/v1/escalations/<int:step_id>/decide": lambda _place, _role: {"granted": True, "words": "情况属实"},
    "/api/v1/escalations/<int:step_id>/settle": lambda _place, _role: {"kept": False, "note": "未整改"},
    "/api/v1/escalations/<int:step_id>/end": nothing,
    "/api/v1/escalations/<int:step_id>/withdraw": lambda _place, _role: {"reason": "情况有变"},
    "/api/v1/ledger/facts": lambda place, _role: {
        "metric": "banners", "quantity": "7", "day": clock.today().isoformat(), "unit_id": place.things["unit"].pk, "operation": "清洁家园",
    },
    "/api/v1/ledger/facts/<fact_id>/correct": lambda _place, _role: {"quantity": "13", "reason": "漏数一条"},
    "/api/v1/ledger/facts/<fact_id>/withdraw": lambda _place, _role: {"reason": "重复填报"},
    "/api/v1/sponsorship/<int:plan_id>/solve": nothing, "/api/v1/sponsorship/<int:plan_id>/sign": nothing,
    "/api/v1/sponsorship/pairs/<int:pair_id>/move": lambda place, _role: {
        "place": place.things["sponsorship"].places.exclude(pk=place.things["pair"].place_id).first().pk,
    },
    "/api/v1/sponsorship": lambda place, _role: {
        "name": "新包保方案", "division": place.town.street.code, "starts_on": "2026-01-01", "ends_on": "2026-12-31",
    },
    "/api/v1/sponsorship/<int:plan_id>/edit": lambda _place, _role: {"seconds": 20, "weights": {"weak": 30}},
    "/api/v1/sponsorship/<int:plan_id>/records": nothing, "/api/v1/sponsorship/<int:plan_id>/version": nothing,
    "/api/v1/sponsorship/<int:plan_id>/solve/cancel": nothing,
    "/api/v1/sponsorship/<int:plan_id>/sponsors": lambda _place, _role: {"name": "新部门", "kind": "department", "capacity": 2},
    "/api/v1/sponsorship/<int:plan_id>/sponsors/<int:sponsor_id>": lambda _place, _role: {"capacity": 3},
    "/api/v1/sponsorship/<int:plan_id>/places": lambda _place, _role: {"name": "新点位", "need": "20"},
    "/api/v1/sponsorship/<int:plan_id>/places/<int:plan_place_id>": lambda _place, _role: {"most": 6},
    "/api/v1/sponsorship/<int:plan_id>/wishes": lambda place, _role: {
        "sponsor": place.things["sponsor"].pk, "place": place.things["sponsored"].pk, "kind": "forbidden", "reason": "relatives",
    },
    "/api/v1/rosters": lambda place, _role: {
        "ground": place.things["roster_ground"].pk, "units": [place.town.units["department"].pk],
        "starts_on": (clock.today() + timedelta(days=40)).isoformat(), "ends_on": (clock.today() + timedelta(days=41)).isoformat(),
    },
    "/api/v1/rosters/<int:roster_id>/edit": lambda _place, _role: {"per_week": 4},
    "/api/v1/rosters/<int:roster_id>/ask": lambda _place, _role: {"answers_by": clock.today().isoformat()},
    "/api/v1/rosters/<int:roster_id>/arrange/cancel": nothing, "/api/v1/rosters/<int:roster_id>/cancel": nothing,
    "/api/v1/rosters/turns/<int:turn_id>/change": lambda place, _role: {"person": place.things["pool"].pk},
    "/api/v1/rosters/changes/<int:change_id>/answer": lambda _place, _role: {"yes": False},
    "/api/v1/rosters/changes/<int:change_id>/decide": lambda _place, _role: {"yes": False},
    "/api/v1/rosters/grounds": lambda place, _role: {"name": "新区域", "division": place.town.street.code},
    "/api/v1/rosters/grounds/<int:ground_id>": lambda _place, _role: {"floor": 3},
    "/api/v1/rosters/grounds/<int:ground_id>/segments": lambda _place, _role: {"name": "新段面"},
    "/api/v1/rosters/grounds/<int:ground_id>/segments/<int:segment_id>": lambda _place, _role: {"leader": "副主任"},
    "/api/v1/rosters/grounds/<int:ground_id>/posts": lambda _place, _role: {"name": "新岗位", "shifts": ["早班 07:00-09:00 1人"]},
    "/api/v1/rosters/grounds/<int:ground_id>/posts/<int:duty_post_id>": lambda _place, _role: {"order": 2},
    "/api/v1/rosters/people": lambda place, _role: {"unit": place.things["unit"].pk, "name": "示例新人"},
    "/api/v1/rosters/people/<int:pool_id>": lambda _place, _role: {"most_per_week": 3},
    "/api/v1/rosters/people/<int:pool_id>/days": lambda _place, _role: {
        "day": (clock.today() + timedelta(days=3)).isoformat(), "word": "cannot",
    },
    "/api/v1/rosters/people/<int:pool_id>/link": nothing,
    "/api/v1/rosters/links": lambda place, _role: {"unit": place.things["unit"].pk},
    "/api/v1/load/limits": lambda _place, _role: {"source": "total", "kind": "community", "per_week": 18},
    "/api/v1/load/limits/remove": lambda _place, _role: {"source": "total", "kind": "community"},
    "/api/v1/rosters/<int:roster_id>/arrange": nothing, "/api/v1/rosters/<int:roster_id>/publish": nothing,
    "/api/v1/rosters/changes/<int:change_id>/withdraw": nothing,
    "/api/v1/rosters/turns/<int:turn_id>/move": lambda place, _role: {"person": place.things["pool_free"].pk},
    "/api/v1/rosters/shifts/<int:shift_id>/count": lambda _place, _role: {"day": clock.today().isoformat(), "present": 2},
    "/api/v1/operations": lambda place, _role: {
        "name": f"{place.town.street.name}新行动", "division": place.town.street.code, "starts_on": clock.today().isoformat(),
        "ends_on": clock.today().isoformat(),
    },
    "/api/v1/operations/<int:operation_id>/days": lambda place, _role: {
        "unit_id": place.things["unit"].pk, "day": clock.today().isoformat(),
        "figures": [{"metric": "banners", "quantity": "3", "known": "add"}],
    },
    "/api/v1/operations/<int:operation_id>/start": nothing, "/api/v1/operations/<int:operation_id>/end": nothing,
    "/api/v1/operations/<int:operation_id>/report": lambda _place, _role: REPORTED_ELSEWHERE,
    "/api/v1/operations/<int:operation_id>/cancel": lambda _place, _role: {"reason": "与迎检冲突"},
    "/api/v1/messages/read": nothing,
    "/api/v1/meetings": lambda place, _role: {
        "title": "调度会", "division": place.town.street.code, "convener": place.town.units["office"].pk, "place": "会议室",
        "starts_at": (clock.now() + timedelta(hours=3)).isoformat(), "units": [place.town.units["department"].pk],
    },
    "/api/v1/meetings/<int:meeting_id>/cancel": lambda _place, _role: {"reason": "防汛"},
    "/api/v1/meetings/<int:meeting_id>/units": lambda place, _role: {
        "units": [{"unit": place.town.units["department"].pk, "came": True}],
    },
    "/api/v1/meetings/<int:meeting_id>/resolutions": lambda place, _role: {
        "words": "清理后街", "unit": place.town.units["department"].pk, "due_on": (clock.today() + timedelta(days=9)).isoformat(),
    },
    "/api/v1/meetings/items/<int:agenda_id>/minutes": lambda _place, _role: {"text": "会议要求", "revision": 0},
    "/api/v1/inspections": lambda place, _role: {
        "name": "测评", "division": place.town.street.code, "first": clock.today().isoformat(), "last": clock.today().isoformat(),
    },
    "/api/v1/inspections/<int:inspection_id>/close": lambda _place, _role: {"summary": "平稳"},
    "/api/v1/inspections/<int:inspection_id>/places": lambda place, _role: {"text": place.town.sites[1].code},
    "/api/v1/inspections/<int:inspection_id>/after": lambda _place, _role: {"found": "广告褪色"},
    "/api/v1/inspections/places/<int:drawn_id>/state": lambda _place, _role: {"state": "there"},
    "/api/v1/inspections/places/<int:drawn_id>/assign": lambda place, _role: {"unit": place.town.units["department2"].pk},
    "/api/v1/inspections/places/<int:drawn_id>/problems": lambda _place, _role: {"description": "积水"},
    "/api/v1/inspections/after/<int:after_id>/follow": lambda _place, _role: {"way": "nothing", "reason": "已说明"},
    "/api/v1/duties": lambda place, _role: {
        "name": "每周一次", "division": place.town.street.code, "rule": "FREQ=WEEKLY;BYDAY=MO", "starts_on": clock.today().isoformat(),
        "proofs": ["record"],
    },
    "/api/v1/duties/occurrences/<int:occurrence_id>/excuse": lambda _place, _role: {"reason": "防汛值守"},
    "/api/v1/duties/occurrences/<int:occurrence_id>/ask": lambda _place, _role: {"reason": "防汛值守"},
    "/api/v1/duties/occurrences/<int:occurrence_id>/record": lambda _place, _role: {"day": clock.today().isoformat(), "what": "巡查后街"},
    "/api/v1/partnerships": lambda place, _role: {
        "unit": place.town.units["department2"].pk, "division": place.town.communities[1].code, "paired_on": clock.today().isoformat(),
    },
    "/api/v1/partnerships/<int:partnership_id>/contact": lambda _place, _role: {"day": clock.today().isoformat(), "what": "座谈"},
    "/api/v1/partnerships/<int:partnership_id>/needs": lambda _place, _role: {"words": "缺宣传栏"},
    "/api/v1/partnerships/<int:partnership_id>/package": lambda _place, _role: {"words": "清扫", "due_on": clock.today().isoformat()},
    "/api/v1/partnerships/<int:partnership_id>/adopt": nothing,
    "/api/v1/partnerships/<int:partnership_id>/inputs": lambda _place, _role: {
        "kind": "goods", "name": "水泥", "quantity": "2", "measure": "吨", "day": clock.today().isoformat(),
    },
    "/api/v1/partnerships/<int:partnership_id>/inputs/<int:input_id>/correct": lambda _place, _role: {"quantity": "13", "reason": "点错了"},
    "/api/v1/partnerships/<int:partnership_id>/visits": lambda _place, _role: {"kind": "legal", "day": clock.today().isoformat()},
    "/api/v1/partnerships/<int:partnership_id>/finish": lambda _place, _role: {"result": "建成示范巷", "reached": True},
    "/api/v1/works": lambda place, _role: {
        "name": "新厕所", "division": place.town.communities[0].code, "unit": place.things["unit"].pk,
        "planned_start": clock.today().isoformat(), "planned_end": clock.today().isoformat(),
    },
    "/api/v1/works/<int:work_id>/stages": lambda _place, _role: {
        "name": "验收", "planned_start": clock.today().isoformat(), "planned_end": clock.today().isoformat(),
    },
    "/api/v1/works/<int:work_id>/funds": lambda _place, _role: {"source": "财政", "applied": "5", "applied_on": clock.today().isoformat()},
    "/api/v1/works/<int:work_id>/contracts": lambda _place, _role: {
        "number": "HD-9", "contractor": "市政公司", "amount": "9", "signed_on": clock.today().isoformat(),
    },
    "/api/v1/works/<int:work_id>/start": lambda _place, _role: {"on": clock.today().isoformat()},
    "/api/v1/works/<int:work_id>/slip": lambda _place, _role: {
        "planned_end": (clock.today() + timedelta(days=200)).isoformat(), "reason": "雨季",
    },
    "/api/v1/works/<int:work_id>/finish": lambda _place, _role: {"on": clock.today().isoformat(), "result": "修好"},
    "/api/v1/works/<int:work_id>/call-off": lambda _place, _role: {"reason": "资金未落实"},
    "/api/v1/works/<int:work_id>/cases": lambda place, _role: {"case": place.cases["rectifying"].pk, "reason": "等施工"},
    "/api/v1/load/check": lambda place, _role: {
        "planned": [{"unit": place.things["unit"].pk, "day": clock.today().isoformat(), "source": "forms"}],
    },
    "/api/v1/sites": lambda place, _role: {"name": "新农贸市场", "type": "market", "division_code": place.things["division"].code},
    "/api/v1/rounds": _round,
    "/api/v1/rounds/<round_id>/draws": lambda _place, _role: {"seed": "双色球 2026131 期", "reason": "配额有误"},
    "/api/v1/rounds/<round_id>/quotas": lambda place, _role: [{"type": "market", "area": place.things["division"].code, "count": 1}],
    "/api/v1/rounds/<round_id>/sites": lambda place, _role: {"site_id": place.town.sites[2].pk, "reason": "群众反映集中"},
    "/api/v1/observations": _observation,
    "/api/v1/papers": lambda place, _role: {
        "kind": "dispatch_sheet", "round_id": place.things["round"].pk, "unit_id": place.things["unit"].pk,
    },
    "/api/v1/papers/<int:pk>/receive": lambda _place, _role: {"words": "已收到"},
    "/api/v1/papers/<int:pk>/countersign": lambda _place, _role: {"agree": True},
    "/api/v1/papers/<int:pk>/send": lambda place, _role: {"unit_ids": [place.things["unit"].pk]},
    "/api/v1/papers/<int:pk>/send-back": lambda _place, _role: {"words": "重写"},
    "/api/v1/papers/<int:pk>/instructions": lambda _place, _role: {"leader": "组长", "words": "抓好落实"},
    "/api/v1/photos": lambda _place, _role: {"file": SimpleUploadedFile("new.jpg", jpeg(201), "image/jpeg")},
}  # fmt: skip
"""What can be posted to each address of the API; the verbs of the loop stand below."""

LOOP_BODIES: dict[str, Callable[[Place, str], dict[str, Any]]] = {
    "edit": lambda _place, _role: {"description": "墙上和电杆上有小广告"},
    "comment": lambda _place, _role: {"note": "请尽快"},
    "merge": lambda place, _role: {"into": place.cases["screened"].pk},
    "dispatch": lambda place, _role: {"lead": place.things["unit"].pk, "limit_amount": 3},
    "redispatch": lambda place, _role: {"lead": place.things["unit"].pk, "limit_amount": 3},
    "pass_on": lambda place, _role: {"unit": place.things["squad"].pk},
    "dispute": lambda _place, _role: {"words": "没有解决"},
    "answer_dispute": lambda _place, _role: {"uphold": True},
    "link_rebound": lambda place, _role: {"old": place.cases["disputed"].pk},
    "ask_extension": lambda _place, _role: {"days": 2, "reason": "等待材料"},
    "defer": lambda _place, _role: {
        "until": (clock.today() + timedelta(days=30)).isoformat(), "reason": "需要施工", "plan": "明年道路维修计划",
    },
    "submit": lambda place, role: {"measure": "已清理", "after_photos": _photos(place, role)},
    "solve_on_spot": lambda place, role: {
        "measure": "当场清除", "before_photos": _photos(place, role, "earlier_photo"), "after_photos": _photos(place, role),
    },
}  # fmt: skip
WITH_A_REASON = {"reject", "refuse", "hand_back", "deny_extension", "send_back"}


def body_of_verb(verb: str) -> Callable[[Place, str], dict[str, Any]]:
    """What the API takes for a verb of the loop."""
    if verb in WITH_A_REASON:
        return lambda _place, _role: {"reason": "不属于我单位职责"}
    return LOOP_BODIES.get(verb, nothing)
