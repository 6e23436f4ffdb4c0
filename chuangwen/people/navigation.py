"""The entries of the room in the navigation."""

from django.utils.translation import gettext_lazy as _

from chuangwen.people.access import SEE, SEE_ACCOUNTS, SEE_ROLES
from chuangwen.web import navigation
from chuangwen.web.navigation import NavEntry

navigation.register(NavEntry(navigation.ORGANISATION, _("Organisation chart"), "people:organisation", "sitemap", 10, SEE))
navigation.register(NavEntry(navigation.ORGANISATION, _("Persons"), "people:persons", "users-group", 20, SEE))
navigation.register(NavEntry(navigation.SYSTEM, _("User accounts"), "people:accounts", "user-cog", 30, SEE_ACCOUNTS))
navigation.register(NavEntry(navigation.SYSTEM, _("Roles and rights"), "people:roles", "shield-lock", 40, SEE_ROLES))
