"""Every action asks before it acts: whoever has no grant is refused, whichever function is called."""


from chuangwen.kernel import access
from chuangwen.kernel.access import VERBS
from chuangwen.kernel.errors import Denied
from chuangwen.kernel.importing import IMPORTERS
from tests import parts
from tests.doing import actions, arguments, nobody_with_an_account

ASKED_ELSEWHERE = {
    "kernel.import": "asked before a sheet is read, with the verb of its kind",
    "phone.wipe": "asked when the phone is another's: see phone/tests",
    "people.end_sessions": "asked when the session is another's: see people/tests",
} | parts.brought("ASKED_ELSEWHERE")
"""Verbs that change something and that no action function asks for: each with where it is asked."""


def test_whoever_has_no_grant_is_denied_by_every_action(world, monkeypatch):
    nobody, asked, wrong = nobody_with_an_account(world.here), set(), []
    require = access.require

    def noting(actor, verb, **where):
        asked.add(verb)
        return require(actor, verb, **where)

    monkeypatch.setattr(access, "require", noting)
    for action in actions():
        try:
            positional, keywords = arguments(action, world.here)
            action.function(nobody, *positional, **keywords)
        except Denied:
            continue
        except Exception as other:
            wrong.append(f"{action}: {type(other).__name__}: {other}")
        else:
            wrong.append(f"{action} was done")
    assert wrong == []
    unasked = {v.name for v in VERBS.values() if v.changes and v.default} - asked - set(ASKED_ELSEWHERE)
    unasked -= {importer.verb for importer in IMPORTERS.values()}
    assert unasked == set(), "these verbs are granted to roles, and no action asks for them"
