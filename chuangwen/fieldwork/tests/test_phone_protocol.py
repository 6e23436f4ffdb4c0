"""The sync protocol against a model: lost answers, repetitions in any order, a phone that is killed, a clock that is set, a package that is
edited, rounds that close, places that go, colleagues who were quicker, posts and sign-ins that end.

Whatever happens, each entry is stored once or waits on the phone with a reason; in the end all of them are stored.
"""

import base64
import copy
import hashlib
import uuid
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from chuangwen.evidence.models import Photo
from chuangwen.fieldwork.models import Observation, ObservationPhoto, Round, RoundSite, Visit
from chuangwen.fieldwork.tests.phones import Ground, line
from chuangwen.kernel import clock
from chuangwen.people.actors import actor_of
from chuangwen.people.models import Post
from chuangwen.phone import actions as phones
from chuangwen.phone.models import Device, Entry
from chuangwen.standards.models import ChecklistItem
from chuangwen.testing.factories import make_town
from chuangwen.testing.pictures import jpeg

PICTURES = [jpeg(seed, (64, 48)) for seed in range(4)]
TUS = {"Tus-Resumable": "1.0.0"}


class Protocol(RuleBasedStateMachine):
    """``queue``: what the phone holds on its disk; ``stored``: uid -> the answer that was given. The rest says how the server stands."""

    entries = Bundle("entries")

    @initialize()
    def begin(self) -> None:
        cache.clear()
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.ground = Ground(make_town())
        self.phone = self.ground.phone().refresh()
        self.colleague = self.ground.phone(self.ground.other)
        self.ground.join(self.ground.first, self.ground.other)
        self.offset, self.epoch = timedelta(0), 0
        self.queue: dict[str, dict] = {}
        self.stored: dict[str, bytes] = {}
        self.dropped: set[str] = set()
        self.uploaded: set[str] = set()
        self.closed = self.lost_post = self.signed_out = False
        self.taken_off: set[int] = set()
        self.version: dict[int, int] = dict.fromkeys(self.ground.items, 0)
        self.taken_version = dict(self.version)
        self.finished: set[int] = set()
        self.recorded: dict[int, dict[int, set[int]]] = {site.pk: {} for site in self.ground.town.sites}
        self.observations = self.others_visits = 0

    def teardown(self) -> None:
        if not hasattr(self, "outer"):
            return
        try:
            self.settle()
        finally:
            transaction.set_rollback(True)
            self.outer.__exit__(None, None, None)

    # -- on the phone

    @rule(
        target=entries,
        site=st.integers(0, 2),
        exception=st.booleans(),
        photos=st.integers(0, 2),
        rest=st.booleans(),
        finished=st.booleans(),
    )
    def finish_a_visit(self, site, exception, photos, rest, finished):
        place = self.ground.town.sites[site]
        if not any(stop["site"] == place.pk for stop in self.phone.package["fieldwork.rounds"]["stops"]):
            return None
        item = next(one for one in self.ground.items[place.type_id])
        names = [str(uuid.uuid4()) for _n in range(photos)] if exception else []
        items = [line(item, grade="C", photos=names)] if exception else []
        message = self.phone.visit(place, items, photos=names, all_conform=rest or not exception, finished=finished)
        message["made_at"] = (clock.now() + self.offset).isoformat()
        self.queue[message["uid"]] = {
            "message": message, "site": place, "true": clock.now(), "epoch": self.epoch, "version": self.taken_version[place.type_id],
            "photos": dict(zip(names, PICTURES, strict=False)), "choice": "", "item": item,
        }  # fmt: skip
        return message["uid"]

    @rule(hours=st.sampled_from([-400 * 24, -26, -1, 0, 3, 5000]))
    def the_clock_is_set(self, hours):
        self.offset, self.epoch = timedelta(hours=hours), self.epoch + 1

    @rule()
    @precondition(lambda self: not (self.signed_out or self.lost_post))
    def the_package_is_fetched(self):
        self.phone.refresh()
        self.taken_version = dict(self.version)

    @rule()
    def the_phone_is_killed(self):
        """All that was in memory is gone: what lies in the queue is as it was written."""
        self.queue = copy.deepcopy(self.queue)
        self.phone.client.cookies.clear()

    @rule(uid=entries, cut=st.integers(0, 3000), lost=st.booleans())
    def a_piece_of_a_photo_goes(self, uid, cut, lost):
        entry = self.queue.get(uid) if uid else None
        waiting = [name for name in entry["photos"] if name not in self.uploaded] if entry else []
        if not waiting:
            return
        name, content = waiting[0], entry["photos"][waiting[0]]
        status, offset = self.announce(name, content)
        assert status == self.expected_gate((201,))
        if status != 201:
            return
        piece = content[offset : offset + max(1, cut)]
        headers = TUS | self.phone.header | {"Upload-Offset": str(offset)}
        answer = self.phone.client.patch(
            f"/evidence/uploads/{name}", piece, content_type="application/offset+octet-stream", headers=headers
        )
        assert answer.status_code == 204 and (lost or int(answer["Upload-Offset"]) == offset + len(piece))
        if offset + len(piece) == len(content):
            self.uploaded.add(name)

    def announce(self, name: str, content: bytes) -> tuple[int, int]:
        facts = {"uid": name, "sha256": hashlib.sha256(content).hexdigest()}
        metadata = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in facts.items())
        headers = TUS | self.phone.header | {"Upload-Length": str(len(content)), "Upload-Metadata": metadata}
        answer = self.phone.client.post("/evidence/uploads/", b"", content_type="text/plain", headers=headers)
        return answer.status_code, int(answer.get("Upload-Offset", 0))

    # -- on the way

    @rule(uid=entries, lost=st.booleans(), choose=st.integers(0, 3))
    def an_entry_is_sent(self, uid, lost, choose):
        if uid:
            self.send(uid, lost=lost, choose=choose)

    @rule(uid=entries, lost=st.booleans())
    def all_its_photos_go_and_then_the_entry(self, uid, lost):
        if not uid or self.signed_out or self.lost_post:
            return
        for name, content in self.queue[uid]["photos"].items():
            if name not in self.uploaded:
                self._whole(name, content)
        self.send(uid, lost=lost)

    def send(self, uid: str, *, lost: bool = False, choose: int = 0) -> int:
        """Send as the phone would; hold the answer against the model; with ``lost`` the phone learns nothing of it."""
        entry = self.queue[uid]
        message = entry["message"] | {"sent_at": (clock.now() + self.offset).isoformat()}
        if entry["choice"]:
            message["choice"] = entry["choice"]
        answer = self.phone.send(message)
        expected = self.expected(uid, entry)
        told = answer.json()
        assert (answer.status_code, told.get("code", "")) == expected, (told, entry["choice"])
        if answer.status_code == 200:
            self.hold(uid, entry, answer.content, told)
        elif not lost and told.get("choices"):
            codes = [choice["code"] for choice in told["choices"] if choice["code"] != "anew"]
            entry["choice"] = codes[min(choose, len(codes) - 1)]
        return answer.status_code

    def hold(self, uid: str, entry: dict, content: bytes, told: dict) -> None:
        if uid in self.stored:
            assert self.stored[uid] == content, "a repetition was answered otherwise"
            return
        self.stored[uid] = content
        if told["state"] == "dropped":
            self.dropped.add(uid)
            return
        visit = Visit.objects.get(entry_uid=uid)
        if entry["epoch"] == self.epoch:
            assert abs(visit.at - entry["true"]) < timedelta(seconds=20), "the time was not put right"
        assert visit.at <= clock.now() + timedelta(seconds=1)
        self.note(entry["site"], entry["message"]["data"], entry["version"], self.ground.inspector.pk)
        if entry["site"].pk in self.taken_off and entry["message"]["data"]["finished"]:
            self.taken_off.discard(entry["site"].pk)

    def note(self, site, data: dict, version: int, account: int) -> None:
        """What the model says was recorded. Every version of a list asks for the same criteria: only its words are edited."""
        known = self.recorded[site.pk]
        named = [one["criterion"] for one in data["items"]]
        new = list(named)
        if data["all_conform"]:
            new += [item.criterion_id for item in self.ground.items[site.type_id] if item.criterion_id not in {*named, *known}]
        for criterion in new:
            known.setdefault(criterion, set()).add(account)
        self.observations += len(new)
        if data["finished"]:
            self.finished.add(site.pk)

    def expected_gate(self, well: tuple) -> int:
        return 401 if self.signed_out else 403 if self.lost_post else well[0]

    def expected(self, uid: str, entry: dict) -> tuple[int, str]:
        """What the protocol says must be answered now."""
        if self.signed_out:
            return 401, "phone.signed_out"
        if self.lost_post:
            return 403, "denied"
        if uid in self.stored or entry["choice"] == "drop":
            return 200, ""
        chosen, site, data = entry["choice"].split("+"), entry["site"], entry["message"]["data"]
        if not set(entry["photos"]) <= self.uploaded:
            return 409, "phone.photos_missing"
        if site.pk in self.taken_off and "keep_place" not in chosen:
            return 409, "visits.taken_off"
        if self.closed and "late" not in chosen:
            return 409, "visits.round_closed"
        if site.pk in self.finished and "keep_both" not in chosen:
            return 409, "visits.done"
        changed = entry["version"] != self.version[site.type_id]
        if changed and "keep_list" not in chosen and self.touches(entry, data):
            return 409, "visits.list_changed"
        theirs = {c for c, accounts in self.recorded[site.pk].items() if accounts - {self.ground.inspector.pk}}
        if theirs & {one["criterion"] for one in data["items"]} and "keep_both" not in chosen:
            return 409, "visits.done"
        return 200, ""

    @staticmethod
    def touches(entry: dict, data: dict) -> bool:
        """The edits of ``a_checklist_is_edited`` are to the first item, the one that exceptions are about."""
        return data["all_conform"] or bool(data["items"])

    # -- at the office

    @rule(type=st.integers(0, 2))
    def a_checklist_is_edited(self, type):
        key = list(self.ground.items)[type]
        self.version[key] += 1
        ChecklistItem.objects.filter(pk=self.ground.items[key][0].pk).update(text=f"第{self.version[key]}次措辞")

    @rule()
    def the_round_is_closed_or_opened(self):
        self.closed = not self.closed
        Round.objects.filter(pk=self.ground.round.pk).update(state="closed" if self.closed else "running")

    @rule(site=st.integers(0, 2))
    def a_place_is_left_out(self, site):
        place = self.ground.places[site]
        if place.site_id in self.finished:
            return
        RoundSite.objects.filter(pk=place.pk).update(skipped_at=clock.now(), skipped_reason="封路")
        self.taken_off.add(place.site_id)

    @rule(site=st.integers(0, 2), finished=st.booleans())
    def a_colleague_goes_there(self, site, finished):
        place = self.ground.town.sites[site]
        if self.closed or place.pk in self.taken_off or place.pk in self.finished:
            return
        self.colleague.refresh()
        if not any(stop["site"] == place.pk for stop in self.colleague.package["fieldwork.rounds"]["stops"]):
            return
        message = self.colleague.visit(
            place, [line(self.ground.items[place.type_id][0], grade="B")], all_conform=False, finished=finished
        )
        answer = self.colleague.send(message | {"choice": "keep_both"})
        assert answer.status_code == 200, answer.content
        self.others_visits += 1
        self.note(place, message["data"], 0, self.ground.other.pk)

    @rule()
    def the_post_ends_or_begins_again(self):
        self.lost_post = not self.lost_post
        ends = clock.today() - timedelta(days=1) if self.lost_post else None
        Post.objects.filter(person=self.ground.inspector.person).update(ends_on=ends)

    @rule()
    def the_sign_in_ends(self):
        self.signed_out = True
        Device.objects.filter(pk=self.phone.device.pk).update(token_hash=None)

    @rule()
    @precondition(lambda self: self.signed_out and not self.lost_post)
    def the_phone_signs_in_again(self):
        uid = self.phone.device.uid
        self.phone.device, self.phone.token = phones.sign_in_device(actor_of(self.ground.inspector), name="手机", uid=uid)
        self.phone.header = {"Authorization": f"Bearer {self.phone.token}"}
        self.signed_out = False

    # -- what always holds

    @invariant()
    def nothing_is_doubled_and_nothing_half_stored(self):
        if not hasattr(self, "outer"):
            return
        kept = set(self.stored) - self.dropped
        assert set(map(str, Visit.objects.filter(account=self.ground.inspector).values_list("entry_uid", flat=True))) == kept
        assert Visit.objects.count() == len(kept) + self.others_visits
        assert Observation.every.count() == self.observations
        assert {str(uid) for uid in Entry.objects.filter(account=self.ground.inspector).values_list("uid", flat=True)} == set(
            self.stored
        )
        photos = sum(len(self.queue[uid]["photos"]) for uid in kept)
        assert ObservationPhoto.objects.count() == photos and Photo.objects.count() == len(self.uploaded)

    def settle(self) -> None:
        """Signal, a post and time enough: everything that waits is stored in the end, and each question was asked at most once."""
        if self.lost_post:
            self.the_post_ends_or_begins_again()
        if self.signed_out:
            self.the_phone_signs_in_again()
        for uid, entry in self.queue.items():
            for name, content in entry["photos"].items():
                while name not in self.uploaded:
                    self._whole(name, content)
            for _step in range(8):
                if self.send(uid) == 200:
                    break
            assert uid in self.stored, "an entry was never taken"
        self.nothing_is_doubled_and_nothing_half_stored()

    def _whole(self, name: str, content: bytes) -> None:
        _status, offset = self.announce(name, content)
        headers = TUS | self.phone.header | {"Upload-Offset": str(offset)}
        self.phone.client.patch(
            f"/evidence/uploads/{name}", content[offset:], content_type="application/offset+octet-stream", headers=headers
        )
        self.uploaded.add(name)


def run(examples: int, steps: int) -> None:
    checks = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        Protocol, settings=settings(max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=checks)
    )


def test_whatever_happens_each_entry_is_stored_once_or_waits_with_a_reason(db):
    run(12, 25)


@pytest.mark.long
def test_however_long_it_goes_on(db):
    run(60, 40)
