"""For each address that names a record: which record stands for it in the walks.

Fill in one line for a new address: ``of("round")`` names a thing of ``tests/world.py`` as the key ``pk``. What is the same for all
towns (editions, types, roles) is ``shared``; what belongs to one account is ``own``.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from chuangwen.intake.sealing import seal
from chuangwen.kernel import clock
from tests import parts
from tests.routes import Route
from tests.world import Place, jpeg

REPORTED_ELSEWHERE = {"paper": "茂创文〔2026〕31号", "reason": "由区里合并行文"}


@dataclass(frozen=True)
class Sample:
    """``find(place, role)`` gives the keywords of the address; ``shared``: the record is no town's own; ``own``: it is an account's own.

    ``query`` stands behind the address; ``body`` is what a form needs so that more than its emptiness is seen.
    """

    find: Callable[[Place, str], dict[str, Any]]
    shared: bool = False
    own: bool = False
    query: Callable[[Place], dict[str, Any]] | None = None
    body: Callable[[Place, str], dict[str, Any]] | None = None


def nothing(_place: Place, _role: str) -> dict[str, Any]:
    """For an address that names no record."""
    return {}


def of(thing: str, *, shared: bool = False, key: str = "pk", **more: Any) -> Sample:
    return Sample(lambda place, _role: {key: place.things[thing].pk, **more}, shared)


def own(thing: str, key: str = "pk") -> Sample:
    """A thing of the account that asks."""
    return Sample(lambda place, role: {key: place.own[role][thing].pk}, own=True)


def of_team() -> Sample:
    """The team of a round, which both stand in the address."""
    return Sample(lambda place, _role: {"pk": place.things["round"].pk, "team": place.things["team"].pk})


def of_ground(thing: str) -> Sample:
    """Something of a ground of posts; both stand in the address."""
    return Sample(lambda place, _role: {"pk": place.things["roster_ground"].pk, "row": place.things[thing].pk})


def of_plan(thing: str) -> Sample:
    """A row of a sponsorship plan; both stand in the address."""
    return Sample(lambda place, _role: {"pk": place.things["sponsorship"].pk, "row": place.things[thing].pk})


def of_meeting(thing: str, key: str, part: str) -> Sample:
    """A part of a meeting; both stand in the address."""
    return Sample(lambda place, _role: {"pk": place.things[thing].pk, key: place.things[part].pk})


def held(thing: str, **more: Any) -> Sample:
    """What whoever holds the secret of a link reaches: everybody alike, signed in or not."""
    return Sample(lambda place, _role: {"token": place.things[thing]} | {key: find(place) for key, find in more.items()}, True)


def fixed(**keywords: Any) -> Sample:
    return Sample(lambda _place, _role: dict(keywords), True)


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
    # duties
    "duties:occurrences": Sample(nothing, True, body=lambda _place, _role: {"action": "excuse"}),
    "duties:occurrence": of("occurrence"),
    "duties:record": replace(of("occurrence"), body=lambda _place, _role: {"day": clock.today().isoformat(), "what": "巡查后街"}),
    "duties:ask-excuse": replace(of("occurrence"), body=lambda _place, _role: {"reason": "防汛值守"}),
    "duties:excuse": replace(of("occurrence"), body=lambda _place, _role: {"reason": "防汛值守"}),
    "duties:decline-excuse": of("asking_occurrence"),
    "duties:excuse-back": of("excused_occurrence"),
    "duties:record-remove": of("duty_record"),
    "duties:duty": of("duty"),
    "duties:duty-edit": of("duty"),
    "duties:duty-end": replace(of("duty"), body=lambda _place, _role: {"on": clock.today().isoformat()}),
    "duties:feed-withdraw": of("feed"),
    "duties:feed-text": held("feed_token"),
    "duties:load-week": of("unit"),
    "duties:roster": of("roster"),
    "duties:roster-edit": of("roster"),
    "duties:roster-ask": replace(of("draft_roster"), body=lambda _place, _role: {"answers_by": clock.today().isoformat()}),
    "duties:roster-arrange": of("draft_roster"),
    "duties:roster-publish": replace(of("roster"), body=lambda _place, _role: {"seen": "on"}),
    "duties:roster-cancel": of("roster"),
    "duties:roster-gaps": of("published_roster"),
    "duties:roster-print": of("roster"),
    "duties:roster-table": of("roster"),
    "duties:roster-turn": of("own_turn"),
    "duties:roster-move": replace(of("turn"), body=lambda place, _role: {"person": place.things["pool_free"].pk}),
    "duties:roster-change-ask": of("free_turn"),
    "duties:roster-change-answer": replace(of("change"), body=lambda _place, _role: {"yes": "0"}),
    "duties:roster-change-withdraw": of("change"),
    "duties:roster-change-decide": replace(of("agreed_change"), body=lambda _place, _role: {"yes": "0"}),
    "duties:roster-count": replace(of("shift"), body=lambda _place, _role: {"day": clock.today().isoformat(), "present": "2"}),
    "duties:roster-ground": of("roster_ground"),
    "duties:roster-ground-edit": of("roster_ground"),
    "duties:roster-segment-new": of("roster_ground"),
    "duties:roster-segment": of_ground("segment"),
    "duties:roster-segment-remove": of("segment"),
    "duties:roster-posts": of("roster_ground"),
    "duties:roster-post-new": of("roster_ground"),
    "duties:roster-post": of_ground("duty_post"),
    "duties:roster-person": of("pool"),
    "duties:roster-person-days": of("pool"),
    "duties:roster-say": replace(of("pool"), body=lambda _place, _role: {
        "day": (clock.today() + timedelta(days=1)).isoformat(), "word": "cannot",
    }),
    "duties:roster-link-give": of("pool"),
    "duties:roster-link-withdraw": of("roster_link"),
    "duties:roster-private": held("roster_token"),
    "duties:roster-private-say": replace(held("roster_token"), body=lambda _place, _role: {
        "day": (clock.today() + timedelta(days=1)).isoformat(), "word": "cannot",
    }),
    "duties:roster-private-change": replace(held("roster_token", pk=lambda place: place.things["link_turn"].pk), body=lambda place, _role: {
        "to": f"person:{place.things['pool_free'].pk}",
    }),
    "duties:roster-private-answer": replace(held("roster_token", pk=lambda place: place.things["link_change"].pk), body=lambda _place, _role: {
        "yes": "0",
    }),
    "duties:roster-private-withdraw": held("roster_token", pk=lambda place: place.things["own_change"].pk),
    "duties:roster-feed": held("roster_token"),
    "duties:operation": of("operation"),
    "duties:operation-edit": of("operation"),
    "duties:operation-start": of("draft_operation"),
    "duties:operation-end": of("operation"),
    "duties:operation-report": replace(of("ended_operation"), body=lambda _place, _role: REPORTED_ELSEWHERE),
    "duties:operation-cancel": replace(of("operation"), body=lambda _place, _role: {"reason": "与迎检冲突"}),
    "duties:operation-remind": of("operation"),
    "duties:operation-figures": of("operation"),
    "duties:operation-units": of("operation"),
    "duties:operation-segment-new": of("operation"),
    "duties:operation-counted": of("operation"),
    "duties:operation-photo-new": of("operation"),
    "duties:operation-today": replace(
        of("operation"),
        body=lambda place, _role: {
            "day": clock.today().isoformat(), f"m{place.things['metric'].pk}": "3", f"d{place.things['metric'].pk}": "add",
        },
    ),
    "duties:operation-segment": of("operation_segment"),
    "duties:operation-segment-remove": of("operation_segment"),
    "duties:operation-counted-remove": of("counted"),
    "duties:operation-photo-remove": of("operation_photo"),
    "duties:sponsorship": of("sponsorship"),
    "duties:sponsorship-edit": of("sponsorship"),
    "duties:sponsorship-version": of("sponsorship"),
    "duties:sponsorship-records": of("sponsorship"),
    "duties:sponsorship-solve": of("sponsorship"),
    "duties:sponsorship-changes": of("sponsorship"),
    "duties:sponsorship-sign": of("sponsorship"),
    "duties:sponsorship-start": of("signed_sponsorship"),
    "duties:sponsorship-end": of("running_sponsorship"),
    "duties:sponsorship-table": of("sponsorship"),
    "duties:sponsorship-matrix": of("sponsorship"),
    "duties:sponsorship-pairs": of("sponsorship"),
    "duties:sponsorship-sponsors": of("sponsorship"),
    "duties:sponsorship-sponsor-new": of("sponsorship"),
    "duties:sponsorship-sponsor": of_plan("sponsor"),
    "duties:sponsorship-sponsor-remove": of_plan("sponsor"),
    "duties:sponsorship-places": of("sponsorship"),
    "duties:sponsorship-place-new": of("sponsorship"),
    "duties:sponsorship-place": of_plan("sponsored"),
    "duties:sponsorship-place-remove": of_plan("sponsored"),
    "duties:sponsorship-wishes": of("sponsorship"),
    "duties:sponsorship-wish-new": of("sponsorship"),
    "duties:sponsorship-wish-remove": of_plan("wish"),
    "duties:sponsorship-pair": of("pair"),
    "duties:sponsorship-move": of("pair"),
    "duties:partnership": of("partnership"),
    "duties:partnership-print": of("partnership"),
    "duties:partnership-edit": of("partnership"),
    "duties:partnership-contact": replace(of("partnership"), body=lambda _place, _role: {"day": clock.today().isoformat(), "what": "座谈"}),
    "duties:partner-need-new": replace(of("partnership"), body=lambda _place, _role: {"words": "缺宣传栏", "kind": "other", "state": "found"}),
    "duties:partner-item-new": of("partnership"),
    "duties:partnership-adopt": of("met_partnership"),
    "duties:partner-input-new": of("partnership"),
    "duties:partner-visit-new": of("partnership"),
    "duties:partner-visit-plan": of("partnership"),
    "duties:partnership-finish": of("partnership"),
    "duties:partnership-reopen": of("finished_partnership"),
    "duties:partnership-call-off": replace(of("partnership"), body=lambda _place, _role: {"reason": "单位撤并"}),
    "duties:partner-need": of("partner_need"),
    "duties:partner-item": of("partner_item"),
    "duties:partner-item-drop": replace(of("partner_item"), body=lambda _place, _role: {"reason": "不做了"}),
    "duties:partner-input-correct": replace(of("partner_input"), body=lambda _place, _role: {"quantity": "13", "reason": "点错了"}),
    "duties:partner-visit-held": of("partner_visit"),
    "duties:partner-visit-cancel": replace(of("partner_visit"), body=lambda _place, _role: {"reason": "台风"}),
    "duties:work": of("work"),
    "duties:work-edit": of("work"),
    "duties:work-stage-new": of("work"),
    "duties:work-fund-new": of("work"),
    "duties:work-contract-new": of("work"),
    "duties:work-photos": of("work"),
    "duties:work-start": of("work"),
    "duties:work-stop": of("running_work"),
    "duties:work-go-on": of("stopped_work"),
    "duties:work-slip": of("work"),
    "duties:work-finish": of("running_work"),
    "duties:work-call-off": replace(of("work"), body=lambda _place, _role: {"reason": "资金未落实"}),
    "duties:work-defer": of("work"),
    "duties:work-stage": of("work_stage"),
    "duties:work-stage-remove": of("work_stage"),
    "duties:work-fund": of("work_fund"),
    "duties:work-contract": of("work_contract"),
    "duties:work-case-back": replace(of("work_case"), body=lambda _place, _role: {"reason": "不在范围"}),
    "duties:work-for-case": Sample(lambda place, _role: {"pk": place.cases["rectifying"].pk}),
    "duties:meeting": of("meeting"),
    "duties:meeting-sheet": of("held_meeting"),
    "duties:meeting-edit": of("meeting"),
    "duties:meeting-propose": of("meeting"),
    "duties:meeting-invite": of("meeting"),
    "duties:meeting-open": of("invited_meeting"),
    "duties:meeting-confirm": of("held_meeting"),
    "duties:meeting-close": of("confirmed_meeting"),
    "duties:meeting-cancel": of("invited_meeting"),
    "duties:meeting-units": of("held_meeting"),
    "duties:minutes": of("held_meeting"),
    "duties:minutes-write": replace(of("agenda_3"), body=lambda _place, _role: {"text": "会议要求", "revision": "0"}),
    "duties:agenda-new": of("meeting"),
    "duties:agenda-edit": of_meeting("meeting", "item", "agenda_1"),
    "duties:agenda-move": of_meeting("meeting", "item", "agenda_1"),
    "duties:agenda-remove": of_meeting("meeting", "item", "agenda_1"),
    "duties:resolution-new": of("held_meeting"),
    "duties:resolution-edit": of_meeting("held_meeting", "resolution", "resolution"),
    "duties:resolution-remove": of_meeting("held_meeting", "resolution", "resolution"),
    "duties:inspection": of("inspection_on"),
    "duties:inspection-board": of("inspection_on"),
    "duties:inspection-sheet": of("inspection_on"),
    "duties:inspection-edit": of("inspection_on"),
    "duties:inspection-start": of("inspection"),
    "duties:inspection-end": of("inspection_on"),
    "duties:inspection-resume": of("inspection_over"),
    "duties:inspection-close": of("inspection_over"),
    "duties:inspection-phones": of("inspection_on"),
    "duties:inspection-phones-file": of("inspection_on"),
    "duties:inspection-phones-sheet": of("inspection_on"),
    "duties:inspection-place-new": of("inspection_on"),
    "duties:inspection-place": of("drawn"),
    "duties:inspection-place-state": replace(of("drawn"), body=lambda _place, _role: {"state": "there"}),
    "duties:inspection-place-remove": of("drawn"),
    "duties:inspection-assign": of("drawn"),
    "duties:inspection-problem": of("drawn"),
    "duties:inspection-release": of("assignment"),
    "duties:after-list": of("inspection_on"),
    "duties:after-new": of("inspection_on"),
    "duties:after-edit": of("after_item"),
    "duties:after-follow": of("after_item"),
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


SAMPLES |= parts.brought("SAMPLES")
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
        raise LookupError(f"{route.path} has no sample: add it to API_KEYS or API_BODIES in tests/samples.py")
    shared = not route.keys or bool(SHARED_KEYS & set(route.keys))
    find = lambda place, _role: {key: place.things[API_KEYS[key]].pk for key in route.keys}  # noqa: E731
    return Sample(find, shared, body=API_BODIES.get(route.path))
