"""Puts the shipped example of the service list in: 64 items in ten kinds, with the skills that they need."""

from __future__ import annotations

import json
from pathlib import Path

from django.db import transaction

from chuangwen.kernel.install import installs
from chuangwen.volunteers.corps.models import Skill
from chuangwen.volunteers.orders.models import OrderRules, ServiceItem, ServiceKind

SHIPPED = Path(__file__).with_name("services.json")


@installs("志愿服务项目清单", order=70)
def install_services() -> int:
    """Once, where there is no service list at all: what an office has edited or removed stays as it is. Items put in."""
    OrderRules.objects.get_or_create(pk=1)
    if ServiceItem.objects.exists():
        return 0
    shipped = json.loads(SHIPPED.read_text(encoding="utf-8"))
    with transaction.atomic():
        skills = {
            row["code"]: Skill.objects.get_or_create(code=row["code"], defaults={"name": row["name"], "group": row["group"], "order": number})[0]
            for number, row in enumerate(shipped["skills"])
        }
        count = 0
        for order, kind in enumerate(shipped["kinds"]):
            under = ServiceKind.objects.get_or_create(code=kind["code"], defaults={"name": kind["name"], "order": order})[0]
            for number, row in enumerate(kind["items"]):
                facts = {name: row[name] for name in ("name", "about", "minutes", "people", "mode")}
                item = ServiceItem.objects.create(code=row["code"], kind=under, order=number, **facts)
                item.skills.set([skills[code] for code in row["skills"]])
                count += 1
    return count
