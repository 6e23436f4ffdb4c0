"""What the room brings to the phone: what is carried, what can be entered, the inspector's screens."""

from django.utils.translation import gettext_lazy as _

from chuangwen.fieldwork import phone_entries as handle
from chuangwen.fieldwork import phone_sections as carry
from chuangwen.fieldwork.access import OBSERVE
from chuangwen.fieldwork.phone_words import WORDS
from chuangwen.phone import entries, screens, sections

sections.register("fieldwork.rounds", OBSERVE, carry.rounds)
sections.register("fieldwork.sites", OBSERVE, carry.sites)
sections.register("standards.checklists", OBSERVE, carry.lists)
sections.register("places.outlines", "places.see", carry.outlines, carry.outlines_mark)

entries.register("fieldwork.visit", OBSERVE, handle.visit, handle.photos_of)
entries.register("fieldwork.skip", OBSERVE, handle.skip)

screens.register(
    "fieldwork.inspector",
    module="fieldwork/phone/main.js",
    label=_("Today's route"),
    icon="route",
    verb=OBSERVE,
    order=10,
    words=WORDS,
)
