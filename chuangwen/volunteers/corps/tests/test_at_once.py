"""Several desks and leaders at the same moment."""

from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.errors import Conflict, Missing
from chuangwen.people.models import Account
from chuangwen.testing import factories
from chuangwen.testing.threads import at_once
from chuangwen.volunteers.corps import actions
from chuangwen.volunteers.corps.models import Membership, Volunteer

from .ground import PASSWORD, SOMEBODY, application, make_volunteer, team_of


def tried(work):
    try:
        return work()
    except (Conflict, Missing):
        return None


def test_the_same_person_at_eight_desks_is_registered_once_and_others_get_numbers_of_their_own(shared_database):
    town = factories.make_town()

    def enrol(n):
        facts = application(town, name="同一人") if n % 2 else application(town, name=f"某人{n}")
        return tried(lambda: actions.enrol_volunteer(SYSTEM, **facts))

    done = [one for one in at_once(enrol, 8) if one is not None]
    assert len(done) == 5 and Volunteer.objects.filter(person__name="同一人").count() == 1
    numbers = sorted(int(number[5:]) for number in Volunteer.objects.values_list("number", flat=True))
    assert numbers == list(range(numbers[0], numbers[0] + 5))


def test_a_first_link_makes_one_account_and_a_membership_is_decided_once(shared_database):
    town = factories.make_town()
    volunteer = actions.enrol_volunteer(SYSTEM, **application(town))
    token = actions.make_first_link(SYSTEM, volunteer_id=volunteer.pk)
    opened = at_once(lambda n: tried(lambda: actions.set_first_password(SOMEBODY, token=token, password=PASSWORD + str(n))), 6)
    assert sum(one is not None for one in opened) == 1 and Account.objects.filter(person=volunteer.person_id).count() == 1
    team = team_of(town)
    resident = make_volunteer(town.communities[0], "王甲", town.accounts["resident"])
    asked = at_once(lambda n: tried(lambda: actions.ask_to_join(town.actors["resident"], team_id=team.pk)), 6)
    assert sum(one is not None for one in asked) == 1
    row = Membership.objects.get(team=team, volunteer=resident)
    decided = at_once(lambda n: tried(lambda: actions.decide_membership(SYSTEM, membership_id=row.pk, take=bool(n % 2), reason="x")), 6)
    assert sum(one is not None for one in decided) == 1
