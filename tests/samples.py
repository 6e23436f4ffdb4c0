"""For each address that names a record: which record stands for it in the walks.

Fill in one line for a new address: ``of("round")`` (tests/sample.py) names a thing of ``tests/world.py`` as the key ``pk``. What is the same for
all towns (editions, types, roles) is ``shared``; what belongs to one account is ``own``. For the API the keys and what is sent stand in
tests/api_bodies.py.
"""

from dataclasses import replace

from chuangwen.intake.sealing import seal
from tests import parts, samples_of_duties
from tests.api_bodies import API_BODIES, API_KEYS, SHARED_KEYS, body_of_verb
from tests.routes import Route
from tests.sample import Sample, fixed, held, nothing, of, of_team, own

SAMPLES: dict[str, Sample] = {
    # what is done to many rows of a list at once
    "places:sites": Sample(nothing, True, body=lambda _place, _role: {"action": "out"}),
    "cases:list": Sample(nothing, True, body=lambda _place, _role: {"action": "dispatch"}),
    "cases:ownerless": Sample(nothing, True, body=lambda _place, _role: {"action": "dispatch"}),
    "cases:infrastructure": Sample(nothing, True, body=lambda _place, _role: {"action": "dispatch"}),
    "cases:ten-disorders": Sample(nothing, True, body=lambda _place, _role: {"action": "dispatch"}),
    "standards:criteria": Sample(nothing, True, body=lambda _place, _role: {"action": "assign"}),
    # the house
    "language": Sample(nothing, True, body=lambda _place, _role: {"language": "en"}),
    "import-kind": fixed(kind="sites"),
    "import-template": fixed(kind="sites"),
    "import-run": own("run"),
    "import-answers": own("run"),
    "import-confirm": own("run"),
    "import-problems": own("run"),
    "import-file": own("run"),
    "job": own("job"),
    "job-progress": own("job"),
    "job-cancel": own("job"),
    "job-retry": own("job"),
    "audit-entry": fixed(number=1),
    "wall-link-withdraw": of("display"),
    "wall-display": held("display_token"),
    "wall-display-part": held("display_token"),
    "wall-display-outlines": held("display_token"),
    "map-squares": Sample(nothing, True, query=lambda _place: {"box": "110,21,112,23", "zoom": "12"}),
    "map-sites": Sample(nothing, True, query=lambda _place: {"box": "110,21,112,23"}),
    "my-session-end": own("sign_in"),
    "my-token-withdraw": own("token"),
    # places
    "places:division": of("division"),
    "places:branch": of("division"),
    "places:division-edit": of("division"),
    "places:division-remove": of("division"),
    "places:grid-edit": of("grid"),
    "places:grid-remove": of("grid"),
    "places:site": of("site"),
    "places:site-point": of("site"),
    "places:site-edit": of("site"),
    "places:site-use": of("site"),
    "places:asset-record": of("site"),
    "places:asset-remove": of("asset"),
    "places:type-edit": of("site_type", shared=True),
    # people
    "people:unit": of("unit"),
    "people:unit-edit": of("unit"),
    "people:unit-rename": of("unit"),
    "people:unit-move": of("unit"),
    "people:unit-close": of("unit"),
    "people:appoint": of("unit"),
    "people:post-edit": of("post"),
    "people:post-end": of("post"),
    "people:person": of("person"),
    "people:person-phone": of("person"),
    "people:person-edit": of("person"),
    "people:person-merge": of("person"),
    "people:account": of("account", shared=True),
    "people:account-reset": of("account", shared=True),
    "people:account-close": of("account", shared=True),
    "people:account-open": of("account", shared=True),
    "people:account-unlock": of("account", shared=True),
    "people:account-second-factor": of("account", shared=True),
    "people:account-sessions": of("account", shared=True),
    "people:account-role": of("account", shared=True),
    "people:role": of("role", shared=True),
    "people:role-defaults": of("role", shared=True),
    # messages
    "messaging:open": own("received"),
    "messaging:inbox": Sample(nothing, True, body=lambda _place, _role: {"action": "read"}),
    "messaging:deliveries": Sample(nothing, True, body=lambda _place, _role: {"action": "retry"}),
    "messaging:channel": of("channel", shared=True),
    "messaging:channel-remove": of("channel", shared=True),
    "messaging:trial": of("channel", shared=True),
    # standards
    "standards:edition": of("edition", shared=True),
    "standards:edition-edit": of("draft", shared=True),
    "standards:edition-copy": of("edition", shared=True),
    "standards:edition-turn": replace(of("draft", shared=True), body=lambda _place, _role: {"to": "removed"}),
    "standards:node-new": of("indicator", shared=True, key="parent", level="requirement"),
    "standards:node-edit": of("indicator", shared=True, level="indicator"),
    "standards:node-move": of("indicator", shared=True, level="indicator"),
    "standards:criterion": of("criterion", shared=True),
    "standards:criterion-assign": of("criterion", shared=True),
    "standards:checklist": of("site_type", shared=True),
    "standards:item-new": of("site_type", shared=True, key="type"),
    "standards:item-edit": of("item", shared=True),
    "standards:item-remove": of("item", shared=True),
    "standards:item-examples": of("item", shared=True),
    "standards:example-change": of("example", shared=True),
    "standards:example-remove": of("example", shared=True),
    "standards:example": of("example", shared=True, variant="thumb"),
    "standards:kind-edit": of("kind", shared=True),
    "standards:family-edit": of("family", shared=True),
    "standards:responsibility": of("responsibility"),
    "standards:responsibility-remove": of("responsibility"),
    "standards:task-book": of("unit"),
    # evidence: without the signed key that a page gives along, a photo is there for who brought it
    "evidence:photo": of("photo", variant="thumb"),
    "evidence:record": of("photo"),
    "evidence:doubt": of("doubt"),
    "evidence:decide": of("doubt"),
    "evidence:cover": of("photo"),
    "evidence:ask-release": of("photo"),
    "evidence:withdraw": of("photo"),
    "evidence:public": Sample(lambda place, _role: {"key": place.things["released"].public_key}, True),
    "evidence:upload": fixed(uid="01936b2e-0000-7000-8000-000000000000"),
    # the phone
    "phone:wipe": own("device"),
    "phone:sign-out": own("device"),
    "phone:api-section": fixed(name="places.outlines"),
    # fieldwork
    "fieldwork:round": of("round"),
    "fieldwork:round-edit": of("round"),
    "fieldwork:round-move": of("round"),
    "fieldwork:round-published": of("round"),
    "fieldwork:round-unpublished": of("round"),
    "fieldwork:round-photos": of("round"),
    "fieldwork:round-criteria": of("round"),
    "fieldwork:plan": of("round"),
    "fieldwork:quotas": of("round"),
    "fieldwork:team-new": of("round"),
    "fieldwork:team": of_team(),
    "fieldwork:team-remove": of_team(),
    "fieldwork:draw-sites": replace(of("round"), body=lambda _place, _role: {"seed": "双色球 2026131 期", "reason": "配额有误"}),
    "fieldwork:merge-places": of("round"),
    "fieldwork:places": of("round"),
    "fieldwork:place-add": of("round"),
    "fieldwork:progress": of("round"),
    "fieldwork:draw-reratings": of("round"),
    "fieldwork:agreement": of("round"),
    "fieldwork:draw": of("draw"),
    "fieldwork:draw-file": of("draw", kind="xlsx"),
    "fieldwork:place": of("stop"),
    "fieldwork:place-leave-out": replace(of("stop"), body=lambda _place, _role: {"reason": "停业"}),
    "fieldwork:place-put-back": of("stop"),
    "fieldwork:place-separate": of("stop"),
    "fieldwork:place-done": of("stop"),
    "fieldwork:place-team": of("stop"),
    "fieldwork:routes": of("round"),
    "fieldwork:route-lines": of("round"),
    "fieldwork:routes-plan": replace(of("round"), body=lambda _place, _role: {"detour": "1.30"}),
    "fieldwork:routes-unpin": of("round"),
    "fieldwork:routes-compared": of("round"),
    "fieldwork:route-papers": of("round"),
    "fieldwork:route-workbook": of("round"),
    "fieldwork:route-place-move": of("stop"),
    "fieldwork:route-place-step": of("stop"),
    "fieldwork:route-place-off": of("stop"),
    "fieldwork:route-place-unpin": of("stop"),
    "fieldwork:record": replace(
        of("round"),
        query=lambda place: {"site": place.things["site"].pk, "item": place.things["item"].criterion_id},
        body=lambda place, _role: {"rest": "1"},
    ),
    "fieldwork:record-sites": of("round"),
    "fieldwork:observation": of("observation"),
    "fieldwork:observation-correct": of("observation"),
    "fieldwork:observation-photos": of("observation"),
    # cases; the verbs of the loop stand in VERBS_OF_THE_LOOP
    "cases:detail": of("case"),
    "cases:point": of("case"),
    "cases:reported": of("case"),
    "cases:deadline-edit": of("deadline", shared=True),
    "cases:deadline-remove": of("deadline", shared=True),
    "cases:recheck": of("recheck"),
    "cases:recheck-assign": of("recheck"),
    "cases:recheck-drop": of("recheck"),
    "cases:recheck-drawn": of("recheck_draw"),
    "cases:step": of("step"),
    "cases:step-approve": of("proposed_step"),
    "cases:step-issue": of("approved_step"),
    "cases:step-answer": of("step"),
    "cases:step-appeal": of("step"),
    "cases:step-decide": of("appealed_step"),
    "cases:step-settle": of("step"),
    "cases:step-end": of("settled_step"),
    "cases:step-withdraw": replace(of("proposed_step"), body=lambda _place, _role: {"reason": "情况有变"}),
    "cases:steps": Sample(nothing, True, body=lambda _place, _role: {"action": "approve"}),
    "cases:ladder-rule": of("ladder_rule", shared=True),
    "cases:ladder-rule-remove": of("ladder_rule", shared=True),
    "cases:ladder-office": of("supervising_office"),
    "cases:from-round": of("round"),
    "cases:from-round-job": own("losses"),
    # reports from outside: pages for anybody, pages behind a link's secret, pages of the office
    "intake:followed": held("report_token"),
    "intake:rate": replace(held("report_token"), body=lambda _place, _role: {"rating": 4}),
    "intake:not-solved": replace(held("report_token"), body=lambda _place, _role: {"words": "没有解决"}),
    "intake:add": replace(held("report_token"), body=lambda _place, _role: {"words": "在东门"}),
    "intake:withdraw": held("report_token"),
    "intake:own-photo": held("report_token", pk=lambda place: place.things["photo"].pk),
    "intake:follow": Sample(nothing, True, body=lambda place, _role: {"offer": seal(str(place.things["case"].pk), "offered")}),
    "intake:contact": of("report"),
    "intake:system": of("system_key", shared=True),
    "intake:system-withdraw": of("system_key", shared=True),
    "intake:webhook": of("webhook", shared=True),
    "intake:webhook-secret": of("webhook", shared=True),
    "intake:webhook-test": of("webhook", shared=True),
    "intake:webhook-remove": of("webhook", shared=True),
    "intake:delivery": of("delivery", shared=True),
    "intake:delivery-again": of("delivery", shared=True),
    "intake:open311-found": fixed(form="json"),
    "intake:open311-discovery": fixed(form="json"),
    "intake:open311-services": fixed(form="json"),
    "intake:open311-service": Sample(lambda place, _role: {"code": place.things["kind"].code, "form": "json"}, True),
    "intake:open311-requests": replace(
        fixed(form="json"),
        body=lambda place, _role: {
            "api_key": place.things["system_key_text"], "service_code": place.things["kind"].code, "address_id": place.things["site"].code,
        },
    ),
    "intake:open311-request": Sample(lambda place, _role: {"number": place.things["report"].case.number, "form": "json"}, True),
    "intake:open311-token": held("report_token", form=lambda _place: "json"),
    "intake:chat": own("paste"),
    "intake:chat-photo": Sample(lambda place, role: {"pk": place.own[role]["paste"].pk, "position": 0, "number": 0}, own=True),
    "intake:chat-answer": replace(own("proposal"), body=lambda _place, _role: {"do": "drop"}),
    "intake:suggestion": held("suggestion_token"),
    "intake:suggestion-answer": of("suggestion", shared=True),
    # the ledger
    "ledger:metric": of("metric", shared=True),
    "ledger:metric-edit": of("metric", shared=True),
    "ledger:metric-enter": of("metric", shared=True),
    "ledger:fact": of("fact"),
    "ledger:fact-correct": of("fact"),
    "ledger:fact-withdraw": of("fact"),
    "ledger:fact-photos": of("fact"),
    "ledger:sheet-layout": of("upload"),
    "ledger:layout-forget": of("layout"),
    # scoring
    "scoring:sheet": of("sheet"),
    "scoring:figures": of("sheet"),
    "scoring:sign": of("sheet"),
    "scoring:file": of("signed"),
    "scoring:figure": Sample(lambda place, _role: {"pk": place.things["sheet"].pk, "row": place.things["sheet"].rows.first().pk}),
    "scoring:compare": Sample(lambda place, _role: {"pk": place.things["signed"].pk, "other": place.things["sheet"].pk}),
    "scoring:compute": of("round"),
    "scoring:outlook": of("forecast"),
    "scoring:outlook-past": of("forecast"),
    "scoring:outlook-next": of("forecast"),
    "scoring:outlook-repairs": of("forecast"),
    "scoring:outlook-visits": of("forecast"),
    "scoring:plan-compute": of("plan"),
    "scoring:plan-edit": of("plan"),
    "scoring:plan-forecast": of("plan"),
    "scoring:scheme": of("scheme", shared=True),
    "scoring:scheme-edit": of("scheme", shared=True),
    "scoring:scheme-preview": replace(of("scheme", shared=True), query=lambda place: {"round": place.things["round"].pk}),
    "scoring:scheme-new": Sample(nothing, True, query=lambda _place: {"kind": "deduction"}),
    "scoring:appraisal": of("appraisal"),
    "scoring:appraisal-rows": of("appraisal"),
    "scoring:appraisal-check": of("appraisal"),
    "scoring:appraisal-open": of("appraisal"),
    "scoring:appraisal-settle": of("appraisal"),
    "scoring:appraisal-sign": of("appraisal"),
    "scoring:appraisal-publish": of("appraisal"),
    "scoring:appraisal-again": of("appraisal"),
    "scoring:appraisal-file": of("signed_appraisal"),
    "scoring:appraisal-row": of("appraisal_row"),
    "scoring:appraisal-object": of("appraisal_row"),
    "scoring:appraisal-figure": Sample(lambda place, _role: {"pk": place.things["appraisal_row"].pk, "key": "in_time"}),
    "scoring:appraisal-objection": of("appraisal_objection"),
    "scoring:appraisal-objection-answer": of("appraisal_objection"),
    "scoring:appraisal-objection-file": of("appraisal_objection"),
    "scoring:appraisal-entry": of("entry"),
    "scoring:appraisal-entry-check": of("entry"),
    "scoring:appraisal-entry-file": of("entry"),
    "scoring:appraisal-decide": of("consequence"),
    "scoring:appraisal-consequence": of("consequence"),
    "scoring:appraisal-scheme": of("appraisal_scheme", shared=True),
    "scoring:appraisal-scheme-trial": of("appraisal_scheme", shared=True),
    "scoring:appraisal-compute": of("appraisal_scheme", shared=True),
    "scoring:appraisal-scheme-part": Sample(lambda place, _role: {"pk": place.things["appraisal_scheme"].pk, "part": "basic"}, True),
    "scoring:appraisal-measure-new": Sample(lambda place, _role: {"pk": place.things["appraisal_scheme"].pk, "kind": "case_rate"}, True),
    "scoring:appraisal-measure-edit": Sample(lambda place, _role: {"pk": place.things["appraisal_scheme"].pk, "key": "in_time"}, True),
    "scoring:appraisal-measure-move": Sample(lambda place, _role: {"pk": place.things["appraisal_scheme"].pk, "key": "in_time"}, True),
    "scoring:appraisal-measure-remove": Sample(lambda place, _role: {"pk": place.things["appraisal_scheme"].pk, "key": "in_time"}, True),
    # papers
    "papers:dispatch-sheets": of("round"),
    "papers:job": own("job"),
    "papers:job-file": own("sheets_job"),
    "papers:draft": fixed(kind="bulletin"),
    "papers:fields": fixed(kind="bulletin"),
    "papers:paper": of("paper"),
    "papers:edit": of("paper"),
    "papers:discard": of("paper"),
    "papers:version": of("paper", number=1),
    "papers:check": of("paper"),
    "papers:ask-countersign": of("checked"),
    "papers:countersign": of("asked"),
    "papers:sign": of("checked"),
    "papers:send-back": replace(of("checked"), body=lambda _place, _role: {"words": "重写"}),
    "papers:take-back": of("checked"),
    "papers:send": of("issued"),
    "papers:receive": of("sent"),
    "papers:instruct": of("sent"),
    "papers:withdraw": replace(of("sent"), body=lambda _place, _role: {"words": "有误"}),
    "papers:archive": of("sent"),
    "papers:void": replace(of("issued"), body=lambda _place, _role: {"words": "有误"}),
    "papers:file": of("issued", form="docx"),
    "papers:pdf": of("issued"),
    "papers:pdf-file": Sample(
        lambda place, _role: {"pk": place.things["issued"].pk, "made": place.things["paper_pdf"].pk}
    ),
    "papers:template": of("template"),
    "papers:template-file": of("template_version"),
    "papers:template-version": of("template"),
    "papers:template-retire": of("template"),
    "papers:template-preview": of("template"),
    "papers:schedule": of("schedule"),
    "papers:schedule-remove": of("schedule"),
    # the API
    "/api/v1/appraisals/units/<row_id>/<measure>": Sample(
        lambda place, _role: {"row_id": place.things["appraisal_row"].pk, "measure": "in_time"}
    ),
    "/api/v1/standards/checklists/<site_type>": fixed(site_type="market"),
    "/api/v1/rounds/<round_id>/draws/<number>": Sample(
        lambda place, _role: {"round_id": place.things["round"].pk, "number": place.things["draw"].number}
    ),
}


def _in_state(path: str, things: dict[str, str], key: str) -> None:
    """Each verb of a life is asked of the thing that is in the state for it."""
    for verb, thing in things.items():
        SAMPLES[f"{path}/{verb}"] = replace(of(thing, key=key), body=API_BODIES.get(f"{path}/{verb}", nothing))


VERBS_OF_THE_LOOP = {
    "edit": "reported", "comment": "rectifying", "screen": "reported", "merge": "reported", "reject": "reported", "dispatch": "screened",
    "redispatch": "refused", "sign_for": "dispatched", "refuse": "dispatched", "pass_on": "rectifying", "hand_back": "passed",
    "ask_extension": "rectifying", "grant_extension": "asking", "deny_extension": "asking", "defer": "rectifying", "resume": "deferred",
    "submit": "rectifying", "send_back": "submitted", "verify": "submitted", "close": "verified", "solve_on_spot": "reported",
    "rebound": "closed", "dispute": "closed", "answer_dispute": "disputed", "link_rebound": "alike",
}  # fmt: skip
"""In which state a case is on which each verb can be done."""


_in_state(
    "/api/v1/escalations/<int:step_id>",
    {
        "approve": "proposed_step", "issue": "approved_step", "answer": "step", "appeal": "step", "decide": "appealed_step",
        "settle": "step", "end": "settled_step", "withdraw": "proposed_step",
    },
    "step_id",
)  # fmt: skip
_in_state("/api/v1/sponsorship/<int:plan_id>", {"start": "signed_sponsorship", "end": "running_sponsorship"}, "plan_id")
_in_state("/api/v1/rosters/<int:roster_id>", {"ask": "draft_roster"}, "roster_id")
_in_state("/api/v1/rosters/turns/<int:turn_id>", {"change": "free_turn"}, "turn_id")
_in_state("/api/v1/rosters/changes/<int:change_id>", {"decide": "agreed_change"}, "change_id")
_in_state("/api/v1/works/<int:work_id>", {"finish": "running_work"}, "work_id")
_in_state("/api/v1/partnerships/<int:partnership_id>", {"adopt": "met_partnership"}, "partnership_id")
_in_state(
    "/api/v1/meetings/<int:meeting_id>",
    {
        "propose": "meeting", "invite": "meeting", "open": "invited_meeting", "cancel": "invited_meeting", "units": "held_meeting",
        "resolutions": "held_meeting", "confirm": "held_meeting", "close": "confirmed_meeting",
    },
    "meeting_id",
)  # fmt: skip
_in_state(
    "/api/v1/inspections/<int:inspection_id>", {"start": "inspection", "end": "inspection_on", "close": "inspection_over"}, "inspection_id"
)
_in_state(
    "/api/v1/operations/<int:operation_id>",
    {"start": "draft_operation", "afterwards": "ended_operation", "report": "ended_operation"}, "operation_id",
)  # fmt: skip
_in_state(
    "/api/v1/papers/<int:pk>",
    {
        "check": "paper", "countersign": "asked", "sign": "checked", "send-back": "checked", "send": "issued", "receive": "sent",
        "instructions": "sent", "archive": "sent",
    },
    "pk",
)  # fmt: skip

SAMPLES |= samples_of_duties.SAMPLES | parts.brought("SAMPLES")
API_KEYS |= parts.brought("API_KEYS")
API_BODIES |= parts.brought("API_BODIES")


def samples_of(route: Route) -> dict[str, Sample]:
    """All that stands for the address, by name: one without a name, or one for each verb of the loop."""
    if route.keys == ("pk", "verb"):
        return {verb: _on_case(verb, state) for verb, state in VERBS_OF_THE_LOOP.items()}
    return {"": sample_of(route)}


def _on_case(verb: str, state: str) -> Sample:
    return Sample(lambda place, _role: {"pk": place.cases[state].pk, "verb": verb})


def sample_of(route: Route) -> Sample:
    """What stands for the address. Raises LookupError with a sentence for one that nobody thought of."""
    if route.api and route.name not in SAMPLES:
        return _of_api(route)
    if not route.keys and route.name not in SAMPLES:
        return Sample(nothing, True)
    if route.name not in SAMPLES:
        raise LookupError(f"{route.name} ({route.path}) has no sample: add a line to tests/samples.py")
    return SAMPLES[route.name]


def _of_api(route: Route) -> Sample:
    verb = route.path.rpartition("/verbs/")[2] if "/verbs/" in route.path else ""
    if verb:
        return Sample(lambda place, _role: {"case_id": place.cases[VERBS_OF_THE_LOOP[verb]].pk}, body=body_of_verb(verb))
    unknown = [key for key in route.keys if key not in API_KEYS]
    if unknown or ("POST" in route.methods and not route.keys and route.path not in API_BODIES):
        raise LookupError(f"{route.path} has no sample: add it to API_KEYS or API_BODIES in tests/api_bodies.py")
    shared = not route.keys or bool(SHARED_KEYS & set(route.keys))
    find = lambda place, _role: {key: place.things[API_KEYS[key]].pk for key in route.keys}  # noqa: E731
    return Sample(find, shared, body=API_BODIES.get(route.path))
