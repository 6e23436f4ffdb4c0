"""A visit that was made on a phone becomes observations once and whole; what came in between is told, never guessed."""

from datetime import timedelta
from decimal import Decimal

import pytest

from chuangwen.evidence.models import Photo
from chuangwen.fieldwork import actions
from chuangwen.fieldwork.models import Observation, ObservationPhoto, Round, RoundSite, Visit
from chuangwen.fieldwork.tests.phones import line
from chuangwen.kernel import clock
from chuangwen.kernel.models import AuditEntry
from chuangwen.people.models import Post
from chuangwen.phone.models import Entry
from chuangwen.standards import actions as standards
from chuangwen.standards.models import ChecklistItem, Responsibility
from chuangwen.testing import factories
from chuangwen.testing.pictures import jpeg


def nothing_stored() -> bool:
    return not (Visit.objects.exists() or Observation.every.exists() or Entry.objects.exists())


def codes(answer) -> tuple[int, str, list[str]]:
    told = answer.json()
    return answer.status_code, told["code"], [choice["code"] for choice in told.get("choices", [])]


def test_all_in_order_becomes_an_observation_of_each_item_as_it_is_graded(ground):
    phone = ground.phone().refresh()
    answer = phone.send(phone.visit(ground.site))
    assert answer.status_code == 200 and answer.json()["result"]["observations"] == 3
    found = {o.criterion_id: o for o in Observation.objects.filter(site=ground.site)}
    first, second, third = (found[item.criterion_id] for item in ground.items[ground.site.type_id])
    assert (first.grade, second.conform, third.loss) == ("A", True, Decimal(0))
    visit = Visit.objects.get()
    assert (visit.account, visit.team, visit.round_site) == (ground.inspector, ground.first, ground.place)
    ground.place.refresh_from_db()
    assert ground.place.done_at == visit.at


def test_examples_of_right_and_wrong_come_along_and_are_seen_with_the_phones_token(ground, town):
    item = ground.items[ground.site.type_id][0]
    standards.add_example(town.actors["system_admin"], item_id=item.pk, content=jpeg(4), right=False, caption="墙面有小广告")
    phone = ground.phone().refresh()
    told = next(one for one in phone.lists(ground.site)[0]["items"] if one["id"] == item.pk)["examples"]
    assert [(one["right"], one["caption"]) for one in told] == [(False, "墙面有小广告")]
    assert phone.client.get(told[0]["address"], headers=phone.header)["Content-Type"] == "image/jpeg"


def test_exceptions_stand_beside_what_is_in_order_with_their_photos_and_notes(ground):
    phone, photo = ground.phone().refresh(), ground.photo()
    items = ground.items[ground.site.type_id]
    exception = line(items[0], grade="C", severity=3, note="墙角有垃圾", photos=[str(photo.uid)])
    answer = phone.send(phone.visit(ground.site, [exception], all_conform=True, photos=[str(photo.uid)]))
    assert answer.json()["result"] | {"visits": []} == {"visits": [], "observations": 3, "wanting": 1, "finished": True}
    wanting = Observation.objects.get(grade="C")
    assert (wanting.note, wanting.severity, ObservationPhoto.objects.get().observation) == ("墙角有垃圾", 3, wanting)


def test_without_all_in_order_only_what_was_looked_at_is_recorded(ground):
    phone, items = ground.phone().refresh(), ground.items[ground.site.type_id]
    phone.send(phone.visit(ground.site, [line(items[1], conform=False)], all_conform=False, finished=False))
    assert Observation.objects.get().conform is False
    ground.place.refresh_from_db()
    assert ground.place.done_at is None, "a visit that is to be gone on with does not finish the place"


def test_the_rest_of_a_visit_that_is_gone_on_with_leaves_what_was_recorded(ground):
    phone, items = ground.phone().refresh(), ground.items[ground.site.type_id]
    phone.send(phone.visit(ground.site, [line(items[0], grade="D")], all_conform=False, finished=False))
    phone.send(phone.visit(ground.site))
    found = Observation.objects.filter(site=ground.site)
    assert found.count() == 3 and found.get(criterion=items[0].criterion).grade == "D"


def test_the_unit_that_answers_for_a_criterion_is_named(ground, town):
    Responsibility.objects.create(
        unit=town.units["department"], criterion=town.criteria[0], division=town.street, starts_on=factories.LONG_AGO
    )
    phone = ground.phone().refresh()
    phone.send(phone.visit(ground.site))
    named = {o.criterion_id: [u.pk for u in o.departments.all()] for o in Observation.objects.all()}
    assert named[town.criteria[0].pk] == [town.units["department"].pk]


def test_one_visit_serves_the_places_of_two_rounds(ground, town):
    round = ground.make_round("季度对比")
    joined = ground.draw(ground.site, round, merged_with=ground.place)
    phone = ground.phone().refresh()
    assert phone.stop(ground.site)["round_sites"] == [ground.place.pk, joined.pk]
    answer = phone.send(phone.visit(ground.site))
    assert len(answer.json()["result"]["visits"]) == 2
    assert {(o.round_id, o.criterion_id) for o in Observation.objects.all()} == {
        (r.pk, c.pk) for r in (ground.round, round) for c in town.criteria
    }
    joined.refresh_from_db()
    assert joined.done_at is not None


def test_the_same_entry_again_is_answered_alike_and_stored_once(ground):
    phone = ground.phone().refresh()
    message = phone.visit(ground.site)
    first = phone.send(message)
    later = message | {"sent_at": (clock.now() + timedelta(minutes=9)).isoformat(), "choice": "keep_both"}
    assert phone.send(later).content == first.content
    assert (Visit.objects.count(), Observation.objects.count()) == (1, 3)
    other = phone.send(message | {"data": message["data"] | {"note": "anders"}})
    assert codes(other)[:2] == (409, "phone.other_content")


def test_an_entry_without_its_photos_waits_and_stores_nothing(ground):
    phone, items = ground.phone().refresh(), ground.items[ground.site.type_id]
    uid = "01936b2e-0000-7000-8000-000000000001"
    message = phone.visit(ground.site, [line(items[0], grade="B", photos=[uid])], photos=[uid])
    answer = phone.send(message)
    assert codes(answer)[:2] == (409, "phone.photos_missing") and answer.json()["missing"] == [uid]
    assert nothing_stored()


def test_somebody_elses_photo_and_a_photo_that_is_not_announced_are_refused(ground):
    phone, items = ground.phone().refresh(), ground.items[ground.site.type_id]
    theirs = str(ground.photo(ground.other).uid)
    refused = phone.send(phone.visit(ground.site, [line(items[0], grade="B", photos=[theirs])], photos=[theirs]))
    assert codes(refused)[:2] == (422, "phone.foreign_photo")
    assert phone.send(phone.visit(ground.site, [line(items[0], grade="B", photos=[theirs])])).status_code == 422
    assert nothing_stored()


def test_a_result_of_another_grading_is_refused_by_name_and_nothing_is_half_stored(ground):
    phone, items = ground.phone().refresh(), ground.items[ground.site.type_id]
    before = AuditEntry.objects.count()
    for wrong in ({"conform": True}, {"grade": "E"}, {}, {"grade": "B", "loss": 0.5}):
        answer = phone.send(phone.visit(ground.site, [line(items[1], conform=True), line(items[0], **wrong)]))
        assert answer.status_code == 422 and answer.json()["message"]
    assert nothing_stored() and AuditEntry.objects.count() == before


def test_a_place_that_was_taken_off_is_told_and_the_visit_is_kept_if_wanted(ground, town):
    phone = ground.phone().refresh()
    message = phone.visit(ground.site)
    actions.leave_out(town.actors["clerk"], place_id=ground.place.pk, reason="封路施工")
    told = phone.send(message)
    assert codes(told) == (409, "visits.taken_off", ["keep_place", "drop"]) and "封路施工" in told.json()["message"]
    assert nothing_stored()
    assert phone.send(message | {"choice": "keep_place"}).status_code == 200
    ground.place.refresh_from_db()
    assert ground.place.done_at and ground.place.skipped_at is None


def test_a_place_that_is_gone_altogether_keeps_its_visit_outside_the_draw(ground):
    phone = ground.phone().refresh()
    message = phone.visit(ground.site)
    ground.place.delete()
    assert codes(phone.send(message)) == (409, "visits.taken_off", ["keep_place", "drop"])
    assert phone.send(message | {"choice": "keep_place"}).status_code == 200
    assert Visit.objects.get().round_site is None and Observation.objects.count() == 3


def test_dropping_is_answered_alike_ever_after_and_stands_in_the_trail(ground):
    phone = ground.phone().refresh()
    message = phone.visit(ground.site)
    ground.place.delete()
    dropped = phone.send(message | {"choice": "drop"})
    assert (dropped.status_code, dropped.json()["state"]) == (200, "dropped")
    assert phone.send(message).content == dropped.content and not Visit.objects.exists()
    assert AuditEntry.objects.order_by("-number").first().note == "dropped after a conflict"


def test_a_closed_round_takes_a_late_visit_made_on_its_days_and_no_other(ground, town):
    phone = ground.phone().refresh()
    message = phone.visit(ground.site)
    actions.move_round(town.actors["clerk"], round_id=ground.round.pk, state="closed")
    assert codes(phone.send(message)) == (409, "visits.round_closed", ["late", "drop"])
    assert nothing_stored()
    assert phone.send(message | {"choice": "late"}).status_code == 200
    assert Observation.objects.count() == 3 and Round.objects.get(pk=ground.round.pk).state == "closed"
    Round.objects.filter(pk=ground.round.pk).update(ends_on=clock.today() - timedelta(days=1))
    assert codes(phone.send(phone.visit(town.sites[1])))[2] == ["drop"]
    assert codes(phone.send(phone.visit(town.sites[1], choice="late")))[2] == ["drop"]


def test_of_two_rounds_one_closed_the_open_one_can_be_served_alone(ground, town):
    round = ground.make_round("季度对比")
    ground.draw(ground.site, round, merged_with=ground.place)
    phone = ground.phone().refresh()
    message = phone.visit(ground.site)
    actions.move_round(town.actors["clerk"], round_id=round.pk, state="closed")
    assert codes(phone.send(message)) == (409, "visits.round_closed", ["late", "open_only", "drop"])
    phone.send(message | {"choice": "open_only"})
    assert [v.round for v in Visit.objects.all()] == [ground.round]


def test_a_changed_checklist_is_told_and_means_what_it_meant(ground):
    phone, items = ground.phone().refresh(), ground.items[ground.site.type_id]
    message = phone.visit(ground.site)
    ChecklistItem.objects.filter(pk=items[0].pk).delete()
    ChecklistItem.objects.create(site_type=ground.site.type, criterion=items[2].criterion, text="又一条", order=9)
    assert codes(phone.send(message)) == (409, "visits.list_changed", ["keep_list", "anew", "drop"])
    anew = phone.send(message | {"choice": "anew"})
    assert (anew.status_code, anew.json()["state"]) == (422, "refused") and nothing_stored()
    assert phone.send(message | {"choice": "keep_list"}).json()["result"]["observations"] == 3
    assert Observation.objects.filter(criterion=items[0].criterion).exists(), "the item of then was said to be in order"


def test_a_change_elsewhere_on_the_list_does_not_disturb_a_single_finding(ground):
    phone, items = ground.phone().refresh(), ground.items[ground.site.type_id]
    message = phone.visit(ground.site, [line(items[0], grade="B")], all_conform=False)
    ChecklistItem.objects.filter(pk=items[2].pk).update(text="措辞改了")
    assert phone.send(message).status_code == 200
    ChecklistItem.objects.filter(pk=items[1].pk).update(text="措辞改了")
    again = phone.visit(ground.site, [line(items[1], conform=True)], all_conform=False, choice="keep_both")
    assert codes(phone.send(again)) == (
        409,
        "visits.list_changed",
        ["keep_both+keep_list", "keep_both+anew", "drop"][0:1] + ["anew", "drop"],
    )


def test_all_in_order_by_a_list_that_was_never_given_out_is_not_guessed(ground):
    phone = ground.phone().refresh()
    for etags in ([], ["0" * 24]):
        assert codes(phone.send(phone.visit(ground.site, checklists=etags))) == (409, "visits.list_changed", ["anew", "drop"])
    assert nothing_stored()


def test_a_site_that_a_colleague_has_finished_is_told_with_the_name(ground):
    mine, theirs = ground.phone().refresh(), ground.phone(ground.other)
    ground.join(ground.first, ground.other)
    theirs.refresh()
    assert theirs.send(theirs.visit(ground.site)).status_code == 200
    message = mine.visit(ground.site)
    told = mine.send(message)
    assert codes(told) == (409, "visits.done", ["keep_both", "drop"]) and str(ground.other) in told.json()["message"]
    assert mine.send(message | {"choice": "keep_both"}).status_code == 200
    assert (Visit.objects.count(), Observation.objects.count()) == (2, 3), "what was in order is not said twice"


def test_two_members_who_rated_the_same_criterion_are_asked(ground):
    ground.join(ground.first, ground.other)
    mine, theirs = ground.phone().refresh(), ground.phone(ground.other).refresh()
    items = ground.items[ground.site.type_id]
    theirs.send(theirs.visit(ground.site, [line(items[0], grade="B")], all_conform=False, finished=False))
    message = mine.visit(ground.site, [line(items[0], grade="C")], all_conform=False, finished=False)
    assert codes(mine.send(message)) == (409, "visits.done", ["keep_both", "drop"])
    mine.send(message | {"choice": "keep_both"})
    assert sorted(Observation.objects.values_list("grade", flat=True)) == ["B", "C"]


def test_several_questions_come_one_after_the_other_and_end(ground, town):
    phone = ground.phone().refresh()
    message = phone.visit(ground.site)
    ground.join(ground.first, ground.other)
    theirs = ground.phone(ground.other).refresh()
    theirs.send(theirs.visit(ground.site))
    ChecklistItem.objects.filter(site_type=ground.site.type).update(text="措辞改了")
    actions.move_round(town.actors["clerk"], round_id=ground.round.pk, state="closed")
    asked, choice = [], ""
    for _step in range(6):
        answer = phone.send(message | ({"choice": choice} if choice else {}))
        if answer.status_code == 200:
            break
        asked.append(answer.json()["code"])
        choice = answer.json()["choices"][0]["code"]
    assert answer.status_code == 200 and asked == ["visits.round_closed", "visits.done", "visits.list_changed"]


def test_a_site_to_be_rated_again_shows_nothing_of_the_first_result_and_is_kept_apart(ground):
    first = ground.phone().refresh()
    first.send(first.visit(ground.site, [line(ground.items[ground.site.type_id][0], grade="D", note="第一次的秘密")]))
    ground.place.refresh_from_db()
    again = ground.draw(ground.site, ground.round, ground.second, 1, purpose=RoundSite.Purpose.RERATE, rerate_of=ground.place)
    second = ground.phone(ground.other).refresh()
    told = str(second.package)
    assert "秘密" not in told and "rerate" not in told and second.stop(ground.site) | {"id": 0} == {
        "id": 0, "round_sites": [again.pk], "rounds": [ground.round.pk], "site": ground.site.pk, "team": ground.second.pk,
        "day": clock.today().isoformat(), "position": 1, "arrive_at": None, "done": False, "skipped": "",
    }  # fmt: skip
    answer = second.send(second.visit(ground.site))
    assert answer.status_code == 200 and answer.json()["notes"] == [], (
        "that somebody was there is no conflict for the second team"
    )
    assert (Observation.objects.count(), Observation.every.filter(rerating=True).count()) == (1, 3)


def test_nobody_else_takes_the_place_of_the_second_team(ground):
    again = ground.draw(ground.site, ground.round, ground.second, 1, purpose=RoundSite.Purpose.RERATE, rerate_of=ground.place)
    phone = ground.phone().refresh()
    assert again.pk not in phone.stop(ground.site)["round_sites"]
    assert phone.send(phone.visit(ground.site, round_sites=[again.pk])).status_code == 403


def test_who_has_lost_the_post_is_told_and_keeps_the_entry(ground):
    phone = ground.phone().refresh()
    message = phone.visit(ground.site)
    Post.objects.filter(person=ground.inspector.person).update(ends_on=clock.today() - timedelta(days=1))
    answer = phone.send(message)
    assert answer.status_code == 403 and answer.json()["message"] and nothing_stored()


def test_another_towns_places_and_sites_are_not_there(ground, other_town):
    from chuangwen.fieldwork.tests.phones import Ground

    phone = ground.phone().refresh()
    there = Ground.__new__(Ground)
    there.town = other_town
    round = Ground.make_round(there, "他镇检查")
    place = Ground.draw(there, other_town.sites[0], round)
    for data in (
        {"round_sites": [place.pk], "site": other_town.sites[0].pk, "rounds": [round.pk]},
        {"round_sites": [], "site": other_town.sites[0].pk, "rounds": [ground.round.pk]},
        {"round_sites": [], "site": ground.site.pk, "rounds": [round.pk]},
    ):
        for choice in ("", "keep_place"):
            message = phone.visit(ground.site) | {"choice": choice}
            message["data"] |= data
            assert phone.send(message).status_code in (409, 422)
    assert nothing_stored()


def test_a_round_without_places_takes_visits_to_any_site_of_its_area(ground, town):
    RoundSite.objects.all().delete()
    ground.round.teams.all().delete()
    phone = ground.phone().refresh()
    told = phone.package["fieldwork.rounds"]
    assert told["stops"] == [] and told["rounds"][0]["open"] is True
    assert {site["id"] for site in phone.package["fieldwork.sites"]["sites"]} == {site.pk for site in town.sites}
    etags = [one["etag"] for one in phone.lists(ground.site)]
    data = {
        "site": ground.site.pk,
        "round": ground.round.pk,
        "all_conform": True,
        "finished": True,
        "checklists": etags,
        "items": [],
    }
    now = clock.now().isoformat()
    answer = phone.send(
        {"uid": "01936b2e-0000-7000-8000-000000000002", "kind": "fieldwork.visit", "made_at": now, "sent_at": now, "data": data}
    )
    assert answer.status_code == 200 and Observation.objects.count() == 3


def test_a_place_that_cannot_be_visited_is_skipped_with_the_reason(ground):
    phone = ground.phone().refresh()
    now = clock.now().isoformat()
    message = {"uid": "01936b2e-0000-7000-8000-000000000003", "kind": "fieldwork.skip", "made_at": now, "sent_at": now}
    data = {"round_sites": [ground.place.pk], "reason": "大门紧锁"}
    assert phone.send(message | {"data": data | {"reason": " "}}).status_code == 422
    assert phone.send(message | {"data": data}).json()["result"] == {"skipped": [ground.place.pk]}
    ground.place.refresh_from_db()
    assert (ground.place.skipped_reason, phone.refresh().stop(ground.site)["skipped"]) == ("大门紧锁", "大门紧锁")


def test_the_time_of_a_visit_is_put_right_when_the_phones_clock_is_wrong(ground):
    phone = ground.phone().refresh()
    ahead = timedelta(days=400)
    message = phone.visit(ground.site, made_at=(clock.now() + ahead - timedelta(hours=2)).isoformat())
    message["sent_at"] = (clock.now() + ahead).isoformat()
    answer = phone.send(message).json()
    assert answer["state"] == "stored" and len(answer["notes"]) == 1
    assert abs(Visit.objects.get().at - (clock.now() - timedelta(hours=2))) < timedelta(minutes=1)


@pytest.mark.parametrize("made_at", ["1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00"])
def test_an_absurd_time_never_refuses_a_visit(ground, made_at):
    phone = ground.phone().refresh()
    answer = phone.send(phone.visit(ground.site, made_at=made_at))
    assert answer.status_code == 200 and answer.json()["notes"]
    assert abs(Visit.objects.get().at - clock.now()) < timedelta(minutes=1)


def test_a_visit_far_from_its_site_is_mentioned_and_counts(ground):
    phone = ground.phone().refresh()
    answer = phone.send(phone.visit(ground.site, lat=ground.site.lat + 0.05, lon=ground.site.lon)).json()
    assert answer["state"] == "stored" and "5." in answer["notes"][0]
    assert Visit.objects.get().lat == ground.site.lat + 0.05


@pytest.mark.parametrize(
    "wrong", [{"lat": 91, "lon": 0}, {"lat": "x"}, {"lon": True}, {"accuracy": -1e9}, {"items": [1]}, {"items": {}}, {"note": 5}]
)
def test_a_part_of_a_visit_that_cannot_be_is_named(ground, wrong):
    phone = ground.phone().refresh()
    message = phone.visit(ground.site)
    message["data"] |= wrong
    answer = phone.send(message)
    assert codes(answer)[:2] == (422, "phone.bad_entry") and set(answer.json()["fields"]) <= set(wrong) and nothing_stored()


def test_a_visit_with_ten_observations_and_five_photos_takes_few_queries(ground, town, django_assert_max_num_queries):
    type = ground.site.type
    items = [
        ChecklistItem.objects.create(
            site_type=type, criterion=factories.make_criterion(town.requirement, f"又一条{n}"), order=10 + n
        )
        for n in range(7)
    ]
    photos = [str(ground.photo(seed=n).uid) for n in range(5)]
    phone = ground.phone().refresh()
    findings = [line(item, grade="B", photos=[photo]) for item, photo in zip(items, photos, strict=False)]
    message = phone.visit(ground.site, findings, all_conform=True, photos=photos)
    phone.send(phone.visit(town.sites[1]))
    with django_assert_max_num_queries(27):  # with the two of the savepoint
        answer = phone.send(message)
    assert answer.json()["result"]["observations"] == 10 and Photo.objects.count() == 5
