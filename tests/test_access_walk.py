"""Every address answers every role as docs/access.md says; the table is written by ``python tools/access_table.py``."""

import pytest
from django.utils import translation

from chuangwen.kernel.access import ALL, ROLES, VERBS
from chuangwen.people.rules import refused_grant
from tests import parts
from tests.routes import rooms, routes
from tests.samples import SAMPLES, samples_of
from tests.walk import BROKEN, EVERYWHERE, LEADS_TO_SIGN_IN, MAY, MAY_NOT, NOBODY, SIGN_IN, STRANGER, walk
from tools import access_table

OPEN = {
    "account_login",
    "account_signup",
    "account_inactive",
    "account_reset_password",
    "language",
    "text-size",
    "job-indicator",
    "evidence:public",
    "intake:report",
    "intake:promises",
    "intake:challenge",
    "intake:sites",
    "intake:ground",
    "intake:look",
    "intake:follow",
    "intake:followed",
    "intake:rate",
    "intake:not-solved",
    "intake:add",
    "intake:withdraw",
    "intake:own-photo",
    "intake:open311-found",
    "intake:open311-discovery",
    "intake:open311-services",
    "intake:open311-service",
    "intake:open311-requests",
    "intake:open311-request",
    "intake:open311-token",
    "intake:open311-description",
    "intake:suggestions",
    "intake:suggestion",
    "papers:certificates",
    "duties:feed-text",
    "duties:roster-private",
    "duties:roster-private-say",
    "duties:roster-private-change",
    "duties:roster-private-answer",
    "duties:roster-private-withdraw",
    "duties:roster-feed",
    "wall-display",
    "wall-display-part",
    "wall-display-outlines",
    "phone:shell",
    "phone:worker",
    "phone:manifest",
    "phone:session",
} | set(parts.brought("OPEN"))
"""What everybody reaches, signed in or not; who is not signed in has no jobs in the indicator, and the phone's page holds nothing of
anybody's; a big screen's link shows its screen, a calendar's its calendar, to whoever has it."""
HIDDEN = {"evidence:photo", "styleguide", "styleguide-places", "job-progress", "job-cancel"}
"""What is not there (404) for who is not signed in, rather than behind the sign-in."""

WITHOUT_A_SECOND_FACTOR = {"mfa_view_recovery_codes", "mfa_download_recovery_codes", "mfa_deactivate_totp"}
"""Not there for who has no second factor yet, as nobody in the walk has; people/tests walk them with one."""


def committed(room: str) -> dict[tuple[str, str], list[str]]:
    """The lines of a room in the second table, by method and path."""
    section = access_table.read().split("## 二、")[-1]
    part = next((p for p in section.split("\n### ") if p.startswith(access_table.ROOMS[room] + "\n")), "")
    lines = [[cell.strip() for cell in line.strip("| ").split("|")] for line in part.splitlines() if line.startswith("| ")]
    return {(cells[0], cells[1]): cells[2:] for cells in lines[1:] if not cells[0].startswith("---")}


def test_every_address_has_a_sample_and_every_sample_an_address():
    missing = []
    for route in routes():
        try:
            samples_of(route)
        except LookupError as sentence:
            missing.append(str(sentence))
    assert missing == []
    assert set(SAMPLES) - {route.name for route in routes()} == set()


def test_the_first_table_is_what_the_rooms_declare():
    with translation.override("zh-hans"):
        assert access_table.verb_section() in access_table.read(), f"run {access_table.COMMAND}"


def test_no_role_is_shipped_with_a_right_that_it_may_not_have():
    refused = [(role, verb.name) for verb in VERBS.values() for role in verb.default if refused_grant(role, verb.name)]
    assert refused == []


@pytest.mark.parametrize("room", rooms())
def test_every_address_answers_every_role_as_the_table_says(world, room):
    shown, found, wrong = committed(room), {}, []
    everywhere = {role for role in ROLES if any(verb.default.get(role) == ALL for verb in VERBS.values())}
    for one in walk(world, room):
        row = access_table.route_row(one)
        found[row[0], row[1]] = row[2:]
        at = f"{one.method} {one.route.path} {one.verb}".strip()
        wrong += [f"{at} as {role}: {word}" for role, word in one.words.items() if word.startswith(BROKEN)]
        expected = (
            {MAY} if one.route.name in OPEN | set(LEADS_TO_SIGN_IN) else {MAY_NOT} if one.route.name in HIDDEN else {SIGN_IN}
        )
        if one.words[NOBODY] not in expected:
            wrong.append(f"{at}: who is not signed in is answered {one.words[NOBODY]}")
        if one.words.get(STRANGER) in (MAY, EVERYWHERE):
            wrong.append(f"{at}: another town's clerk gets through")
        beyond = {role for role in ROLES if one.words[role] == EVERYWHERE} - everywhere
        if beyond:
            wrong.append(f"{at}: {'、'.join(sorted(beyond))} reach another town's records")
        reached = any(one.words[role] in (MAY, EVERYWHERE) for role in ROLES)
        if not reached and one.route.name not in WITHOUT_A_SECOND_FACTOR:
            wrong.append(f"{at}: nobody gets through; its sample in tests/samples.py does not fit")
    assert wrong == []
    differing = {key: (shown.get(key), found.get(key)) for key in {*shown, *found} if shown.get(key) != found.get(key)}
    assert differing == {}, (
        f"docs/access.md (left) says otherwise than the program (right); if that is wanted run {access_table.COMMAND}"
    )
