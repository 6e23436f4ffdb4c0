"""The frame of every action on something that has a life as a table of states: take it (policy, scope, lock, revision, state), write it
(state, event told in a sentence, what others hear, trail last). A life that a room has as a table stands in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from chuangwen.kernel import access, audit, clock, events
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Refusal


class NotNow(Conflict):
    """It is in a state in which this cannot be done."""

    code = "not_now"


@dataclass(frozen=True)
class Life:
    """``after(state, step)`` gives the new state or None; ``policy`` names the verb of each step. Rows have ``state`` and a ``counter`` of their
    changes. ``event`` keeps the history and leads to the row by ``link`` (None: the trail alone tells it). ``moved(key, before, after)`` is what
    other rooms hear when the state changes."""

    model: Any
    event: Any
    link: str
    after: Callable[[str, Any], str | None]
    policy: Mapping[Any, str]
    related: tuple[str, ...] = ()
    counter: str = "revision"
    moved: Callable[[int, str, str], Any] | None = None

    def _code(self, word: str) -> str:
        return f"{self.model._meta.app_label}.{word}"

    def allow(self, row: Any, step: Any, expected: int | None = None) -> None:
        """Raises Conflict when it was changed since it was seen, NotNow when this cannot be done in its state."""
        if expected is not None and expected != getattr(row, self.counter):
            raise Conflict(_("Somebody has changed this meanwhile. Look at it again before you go on."), self._code("changed"))
        if self.after(row.state, step) is None:
            raise NotNow(_("This is “%(state)s”: it cannot be done now.") % {"state": row.get_state_display()}, self._code("not_now"))

    def take(self, actor: Actor, step: Any, key: int, *, expected: int | None = None) -> Any:
        """The row, locked, when the actor may do this to it now. One query. Raises Denied, Missing, NotNow, Conflict."""
        rows = self.model.objects.select_related(*self.related) if self.related else self.model.objects.all()
        row = access.fetch(actor, self.policy[step], rows, lock=True, pk=key)
        self.allow(row, step, expected)
        return row

    def write(
        self, actor: Actor, step: Any, row: Any, said: Callable[[], str] | None = None, changes: Mapping[str, Any] | None = None, *,
        told: Mapping[str, Any] | None = None, known: Mapping[str, Any] | None = None, verb: str = "", quiet: bool = False, **more: Any,
    ) -> Any:  # fmt: skip
        """The new state and ``changes``, the event (with ``more`` columns), what others hear, the trail last; the event.

        ``said`` tells it in a sentence in the language of the installation: others read it. ``told`` and ``known`` are what the trail keeps
        beside the states, of afterwards and before; ``verb`` where it is not that of the policy. ``quiet``: no line of history.
        """
        before, words = row.state, ""
        if said is not None:
            with override(settings.LANGUAGE_CODE):
                words = said()[:300]
        for name, value in (changes or {}).items():
            setattr(row, name, value)
        row.state = self.after(before, step) or before
        setattr(row, self.counter, getattr(row, self.counter) + 1)
        row.save(update_fields=[*(changes or {}), "state", self.counter])
        made = None
        if self.event is not None and not quiet:
            made = self.event.objects.create(
                **{self.link: row}, step=step.value, at=clock.now(), account_id=actor.account_id, words=words, **more
            )
        if self.moved is not None and row.state != before:
            events.say(self.moved(row.pk, before, row.state))
        facts = {"state": row.state, "step": step.value} | dict(told or {})
        audit.record(actor, verb or self.policy[step], row, before={"state": before} | dict(known or {}), after=facts, note=words)
        return made


def needed(text: str, field: str, words: str, *, limit: int = 300) -> str:
    """A text as it is stored. Raises Refusal with ``words`` where it is empty."""
    clean = "".join(letter for letter in text if letter >= " " or letter in "\n\t").strip()
    if not clean:
        raise Refusal(words, "text", field=field)
    if len(clean) > limit:
        raise Refusal(_("This text is longer than %(count)d characters.") % {"count": limit}, "text", field=field)
    return clean


def one_of(value: str, choices: Any, field: str) -> str:
    """A value of a choice. Raises Refusal for any other."""
    if value not in choices.values:
        raise Refusal(_("Choose one of the list."), f"choice.{field}", field=field)
    return value


def own_photos(actor: Actor, photos: Any, model: Any) -> list[int]:
    """The keys of photos that the actor brought, each once. Raises Refusal for one that is not there or somebody else's. One query."""
    keys = list(dict.fromkeys(photos))
    if keys:
        found = model.objects.filter(pk__in=keys)
        if not actor.is_system:
            found = found.filter(uploaded_by=actor.account_id)
        if found.count() != len(keys):
            raise Refusal(_("One of the photos is not there, or somebody else brought it."), "photo", field="photos")
    return keys
