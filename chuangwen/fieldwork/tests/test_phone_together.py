"""Many at once, as two processes of an installation would be: the same entry fifty times, members of a team, photos that arrive meanwhile."""

import json
import uuid

from chuangwen.evidence import uploads
from chuangwen.fieldwork.models import Observation, Visit
from chuangwen.fieldwork.tests.phones import Ground, line
from chuangwen.kernel import audit
from chuangwen.people.actors import actor_of
from chuangwen.phone.models import Entry
from chuangwen.testing.factories import make_town
from chuangwen.testing.pictures import jpeg
from chuangwen.testing.threads import at_once


def test_an_entry_sent_fifty_times_at_once_is_stored_once_and_answered_fifty_times_alike(shared_database):
    ground = Ground(make_town())
    phone = ground.phone().refresh()
    photo = str(ground.photo().uid)
    message = phone.visit(
        ground.site, [line(ground.items[ground.site.type_id][0], grade="C", photos=[photo])], all_conform=True, photos=[photo]
    )
    answers = at_once(lambda _n: phone.send(message), 50)
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert (Entry.objects.count(), Visit.objects.count(), Observation.objects.count()) == (1, 1, 3)
    assert list(audit.broken_links()) == []


def test_of_two_contents_under_one_identifier_at_once_one_is_stored(shared_database):
    ground = Ground(make_town())
    phone = ground.phone().refresh()
    message = phone.visit(ground.site)
    other = json.loads(json.dumps(message))
    other["data"]["note"] = "另一份"
    answers = at_once(lambda n: phone.send((message, other)[n % 2]), 12)
    by_note = {n % 2: {answer.status_code for answer in answers[n % 2 :: 2]} for n in range(2)}
    assert sorted(map(sorted, by_note.values())) == [[200], [409]] and Visit.objects.count() == 1


def test_two_members_who_finish_one_site_at_once_leave_one_visit_and_one_question(shared_database):
    ground = Ground(make_town())
    ground.join(ground.first, ground.other)
    phones = [ground.phone().refresh(), ground.phone(ground.other).refresh()]
    messages = [phone.visit(ground.site) for phone in phones]
    answers = at_once(lambda n: phones[n].send(messages[n]), 2)
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert (Visit.objects.count(), Observation.objects.count()) == (1, 3)


def test_different_visits_at_once_are_all_stored(shared_database):
    town = make_town()
    ground = Ground(town)
    phone = ground.phone().refresh()
    answers = at_once(lambda n: phone.send(phone.visit(town.sites[n % 3], finished=False, choice="keep_both")), 12)
    assert {answer.status_code for answer in answers} == {200} and Visit.objects.count() == 12
    assert Entry.objects.count() == 12 and list(audit.broken_links()) == []


def test_a_photo_whose_last_piece_comes_ten_times_at_once_is_one_photo(shared_database):
    ground = Ground(make_town())
    actor, uid, content = actor_of(ground.inspector), uuid.uuid4(), jpeg(5)
    uploads.begin(actor, length=len(content), metadata={"uid": str(uid)})

    def finish(_n: int) -> str:
        pieces = iter([content, b""])
        try:
            state = uploads.append(actor, uid, offset=0, length=len(content), read=lambda _most: next(pieces))
        except (uploads.Busy, uploads.WrongOffset):
            return "again"
        return "done" if state.done else "more"

    said = at_once(finish, 10)
    assert "done" in said and set(said) <= {"done", "again"}
    assert uploads.state(actor, uid).done and uploads.Photo.objects.count() == 1
