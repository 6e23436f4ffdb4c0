"""Lists and single cases."""

from collections.abc import Sequence

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from chuangwen.cases import queries
from chuangwen.cases.api.answers import LISTED, REFUSED, CaseDetailOut, CasePage, answer, line, whole
from chuangwen.cases.api.router import router
from chuangwen.cases.models import Source, State, Urgency
from chuangwen.kernel import access
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.paging import page_of
from chuangwen.people.models import Unit
from chuangwen.places.models import Division, Site
from chuangwen.standards.models import Family, Kind
from chuangwen.web.views import actor_of


def _words(text: str | None, known: Sequence[str], name: str) -> list[str]:
    """``a,b`` as known words. Raises Refusal for another."""
    words = [word for word in (text or "").split(",") if word]
    if any(word not in known for word in words):
        raise Refusal(_("%(name)s: one of %(words)s.") % {"name": name, "words": ", ".join(known)}, "cases.filter", status=422)
    return words


@router.get("", response={200: CasePage} | REFUSED, summary="Cases that the account sees, newest first")
def list_cases(
    request: HttpRequest,
    state: str | None = None,
    open: bool | None = None,
    urgency: str | None = None,
    source: str | None = None,
    unit: int | None = None,
    lead: int | None = None,
    division: str | None = None,
    kind: str | None = None,
    family: str | None = None,
    severity: int | None = None,
    site: str | None = None,
    round: int | None = None,
    list: str | None = None,
    deadline: str | None = None,
    text: str | None = None,
    limit: int = 50,
    after: int | None = None,
):
    """`state`, `urgency` and `source` take several words with commas. `unit` is a unit that has to do with the case in any part, `lead` one
    that answers for it; both reach over the units below. `division` is a 12-digit code and reaches over everything below it; `kind`,
    `family` and `site` are codes; `list` is infrastructure, ten_disorders or six_disorders; `deadline` is overdue, today, tomorrow, week or
    none; `text` is a number or words."""
    actor = actor_of(request)
    access.require(actor, "cases.see")
    found = queries.visible(actor)
    plain = {
        "urgency__in": _words(urgency, Urgency.values, "urgency"),
        "source__in": _words(source, Source.values, "source"),
    }
    found = found.filter(**{name: words for name, words in plain.items() if words})
    states = _words(state, State.values, "state")
    if states:
        found = queries.in_states(found, states)
    if open is not None:
        found = queries.is_open(found) if open else found.filter(live__isnull=True)
    if kind:
        found = found.filter(kind__in=Kind.objects.filter(code=kind).order_by().values("pk"))
    if family:
        found = found.filter(family__in=Family.objects.filter(code=family).order_by().values("pk"))
    if site:
        found = found.filter(site__in=Site.objects.filter(code=site).order_by().values("pk"))
    if severity is not None:
        found = found.filter(severity=severity)
    if round is not None:
        found = found.filter(round=round)
    for key, narrow in ((unit, queries.of_unit), (lead, queries.led_by)):
        if key is not None:
            chosen = Unit.objects.filter(_key(key)).first()
            found = narrow(found, chosen) if chosen else found.none()
    if division:
        place = Division.objects.filter(code=division).first()
        found = queries.in_place(found, place) if place else found.none()
    if list:
        found = queries.in_list(found, _words(list, queries.LISTS, "list")[0])
    if deadline:
        found = queries.by_deadline(found, _words(deadline, queries.DEADLINES, "deadline")[0])
    if text and text.strip():
        found = queries.matching(found, text.replace("\x00", "")[:200])
    page = page_of(found.values_list(*LISTED, named=True), limit=limit, after=after)
    return answer({"items": [line(one) for one in page["items"]], "next": page["next"]})


def _key(key: int) -> Q:
    return Q(pk=key) if 0 < key < 2**63 else Q(pk__in=[])


@router.get("/{int:case_id}", response={200: CaseDetailOut} | REFUSED, summary="One case with its history")
def get_case(request: HttpRequest, case_id: int):
    return answer(whole(actor_of(request), case_id))
