"""Units with their places in the tree, invented people, their posts, and an account for each role."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from chuangwen.demo.filling.keys import Keys
from chuangwen.kernel.errors import Refusal
from chuangwen.people.actions.units import plant
from chuangwen.people.models import Account, Person, Post, Role
from chuangwen.people.rules import ADMINISTRATORS

PASSWORD = "Hedong-2026"
WORKING = ("dispatched", "rectifying")


@dataclass(frozen=True)
class Demonstrator:
    """An account of the demonstration: the user name is the role, where ``username`` says nothing else. ``unit`` and ``title`` find the post; no
    unit: the role alone."""

    role: str
    unit: str = ""
    title: str = ""
    username: str = ""

    @property
    def name(self) -> str:
        return self.username or self.role


def demonstrators(keys: Keys) -> list[Demonstrator]:
    """One for each role, each where work waits: the liaison in the street's office, the head in the community with most to do, the grid
    worker in that one of its grids where most is open; and the head of the street's office, above the communities."""
    cases = [case for case in keys.data.cases if case.state in WORKING and (case.handling or "").startswith("community-")]
    busiest = max(sorted({case.handling or "" for case in cases}), key=Counter(case.handling for case in cases).__getitem__)
    open_in = Counter(case.grid for case in keys.data.cases if case.state in WORKING)
    workers = [post for post in keys.data.posts if post.unit == busiest and post.role == "grid_worker" and post.ends_on is None]
    worker = max(workers, key=lambda post: (open_in[post.grid or ""], post.grid or ""))
    return [
        Demonstrator("clerk", "campaign-office", "问题交办"),
        Demonstrator("leader", "leading-group", "组长"),
        Demonstrator("unit_head", busiest, "社区书记、主任"),
        Demonstrator("unit_head", "street-office", "办事处主任", "street_head"),
        Demonstrator("liaison", "street-office", "联络员"),
        Demonstrator("inspector", "group-8", "督导员1"),
        Demonstrator("grid_worker", busiest, worker.title),
        Demonstrator("resident"),
        Demonstrator("system_admin", "campaign-office", "系统管理员"),
        Demonstrator("security_admin", "campaign-office", "安全管理员"),
        Demonstrator("audit_admin", "campaign-office", "审计管理员"),
    ]


def fill_people(keys: Keys) -> None:
    """Units, persons, posts, accounts. Administrators of the demonstration sign in without a second factor."""
    for row in keys.data.units:
        facts = {
            "name": row.name, "short_name": row.short_name if row.short_name != row.name else "", "kind": row.kind,
            "division": keys.divisions[row.division], "peer_group": row.peer_group, "phone": row.phone, "starts_on": row.starts_on,
            "generated": row.generated,
        }  # fmt: skip
        keys.units[row.key] = plant(keys.units[row.parent] if row.parent else None, facts)
    for unit in keys.units.values():
        unit.refresh_from_db(fields=["path", "depth", "numchild"])
    made = Person.objects.bulk_create(
        Person(name=row.name, phone=row.phone, generated=row.generated) for row in keys.data.people
    )
    keys.people = {row.key: person for row, person in zip(keys.data.people, made, strict=True)}
    keys.roles = {role.code: role for role in Role.objects.all()}
    Post.objects.bulk_create(
        Post(
            person=keys.people[row.person],
            unit=keys.units[row.unit],
            kind=row.kind,
            title=row.title,
            role=keys.roles[row.role] if row.role else None,
            grid=keys.grids[row.grid] if row.grid else None,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
        )
        for row in keys.data.posts
    )
    _accounts(keys)


def _accounts(keys: Keys) -> None:
    Role.objects.filter(code__in=ADMINISTRATORS).update(needs_second_factor=False)
    for who in demonstrators(keys):
        if not who.unit:
            person = Person.objects.create(name="示例居民", phone="19900009999", generated=True)
            keys.accounts[who.name] = Account.objects.create_user(who.name, PASSWORD, base_role=keys.roles[who.role], person=person)
            continue
        post = next(
            post for post in keys.data.posts
            if post.unit == who.unit and post.role == who.role and post.ends_on is None and (not who.title or post.title == who.title)
        )  # fmt: skip
        account = Account.objects.create_user(who.name, PASSWORD, person=keys.people[post.person])
        keys.accounts[who.name] = account
        keys.account_ids[post.person] = account.pk


def refuse_taken_names(names: list[str]) -> None:
    """Raises Refusal when somebody has one of the user names already."""
    taken = list(Account.objects.filter(username__in=names).values_list("username", flat=True))
    if taken:
        raise Refusal(f"已有名为 {'、'.join(taken)} 的账号，不装入演示数据。请使用新的数据目录（CHUANGWEN_HOME）。", "demo.names_taken")
