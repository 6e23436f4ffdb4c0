"""What the room brings to the phone: what is carried, what can be entered, the screens of the liaison and of the patrol."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from chuangwen.cases import phone_entries as handle
from chuangwen.cases import phone_sections as carry
from chuangwen.cases.phone_words import WORDS
from chuangwen.cases.rechecks import entries as rechecks
from chuangwen.phone import entries, screens, sections


def named(*parts: str) -> Callable[[dict[str, Any]], list[str]]:
    """What names the photos of an entry: the uids in these parts of its data."""
    return lambda data: [str(uid) for uid in handle.uids_of(data, *parts)]


sections.register("cases.mine", "cases.submit", carry.mine, carry.mine_mark)
sections.register("cases.grid", "cases.solve_on_spot", carry.grid, carry.grid_mark)

entries.register("cases.report", "cases.report", handle.report, named("photos"))
entries.register("cases.solved_on_spot", "cases.solve_on_spot", handle.solved_on_spot, named("before", "after"))
entries.register("cases.answer", "cases.submit", handle.answer, named("after"))
entries.register("cases.ask_time", "cases.ask_extension", handle.ask_time)
entries.register("cases.not_ours", "cases.refuse", handle.not_ours)
entries.register("cases.sign_for", "cases.sign_for", handle.sign_for)
entries.register("cases.remark", "cases.comment", handle.remark, named("photos"))

screens.register(
    "cases.mine",
    module="cases/phone/mine.js",
    label=_("Our cases"),
    icon="clipboard-list",
    verb="cases.submit",
    order=20,
    words=WORDS,
)
screens.register(
    "cases.patrol",
    module="cases/phone/patrol.js",
    label=_("Patrol"),
    icon="walk",
    verb="cases.solve_on_spot",
    order=30,
    words=WORDS,
)

sections.register("cases.rechecks", "cases.recheck", rechecks.carry)
entries.register("cases.recheck", "cases.recheck", rechecks.handle, named("photos"))
screens.register(
    "cases.recheck",
    module="cases/phone/recheck.js",
    label=_("Silent re-checks"),
    icon="report-search",
    verb="cases.recheck",
    order=40,
    words=WORDS,
)
