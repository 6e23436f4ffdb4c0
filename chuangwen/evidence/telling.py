"""Doubts in words. Each sentence says what was seen and what an innocent reason may be; none says that somebody did something."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from chuangwen.evidence.models import Doubt

Kind = Doubt.Kind
STRENGTHS = ((0.75, gettext_lazy("strong sign")), (0.45, gettext_lazy("clear sign")), (0.0, gettext_lazy("faint sign")))
TONES = {"": "warn", Doubt.Decision.GENUINE: "ok", Doubt.Decision.NOT_ACCEPTABLE: "bad", Doubt.Decision.CANNOT_TELL: "quiet"}


def sentence(doubt: Doubt) -> str:
    """What was seen, for the person who decides."""
    told = doubt.detail
    return {
        Kind.SAME_FILE: lambda: _("The same file was handed in before. It may have been sent again by mistake."),
        Kind.ALIKE: lambda: _alike(told),
        Kind.FROM_BEFORE: lambda: (
            _(
                "Apart from the marked area the picture is the before photo itself, down to its grain. Two photos taken one after the other "
                "are never that much alike; please look at the marked area."
            )
            if told.get("regions")
            else _("The picture is the before photo itself, down to its grain. It may have been picked by mistake.")
        ),
        Kind.OTHER_VIEW: lambda: _(
            "The view of the before photo was not recognised in this picture. It may be taken from another side, or the place has "
            "changed a lot."
        ),
        Kind.UNCHANGED: lambda: _(
            "The picture shows the same view as before, and no difference was found that is larger than light and noise."
        ),
        Kind.COPIED_REGION: lambda: _(
            "The marked areas of the picture agree with each other point by point. It may be a repeated pattern, such as tiles or signs."
        ),
        Kind.COMPRESSION: lambda: _(
            "The marked area was compressed differently from the rest of the picture. It may come from a sticker, a text or a frame that an "
            "application has added."
        ),
        Kind.EARLY: lambda: (
            _("By its capture data the photo was taken %(span)s before the case began. The clock of the phone may be wrong.")
            % {"span": _span(told.get("minutes", 0))}
        ),
        Kind.LATE: lambda: (
            _("By its capture data the photo was taken %(span)s after it was handed in. The clock of the phone may be wrong.")
            % {"span": _span(told.get("minutes", 0))}
        ),
        Kind.FAR: lambda: (
            _("By its capture data the photo was taken %(metres)s from the site. The position of the phone may be wrong.")
            % {"metres": _metres(told.get("metres", 0))}
        ),
        Kind.NO_CAPTURE: lambda: _(
            "The photo has neither time nor place of capture. Chat programs remove both; a photo taken in the page has them."
        ),
        Kind.SCREENSHOT: lambda: (
            _("The picture looks like a photo of a screen or a screenshot: %(signs)s.")
            % {"signs": "、".join(str(SCREEN_SIGNS[sign]) for sign in told.get("signs", ()) if sign in SCREEN_SIGNS)}
        ),
    }[Kind(doubt.kind)]()


SCREEN_SIGNS = {
    "size": gettext_lazy("it has the size of a phone's screen"),
    "bar": gettext_lazy("a bar runs across its upper or lower edge"),
    "no_camera": gettext_lazy("no camera is named in it"),
    "flat": gettext_lazy("its areas are without any grain"),
    "moire": gettext_lazy("a fine regular pattern lies over it"),
    "border": gettext_lazy("it stands in an even frame"),
}


def _alike(told: dict[str, Any]) -> str:
    changes = []
    if told.get("mirrored"):
        changes.append(_("mirrored"))
    if told.get("cropped"):
        changes.append(_("cropped"))
    if told.get("regions"):
        changes.append(_("changed in the marked area"))
    if changes:
        return _("The picture agrees point by point with an earlier photo, %(how)s. Please compare the two.") % {
            "how": "、".join(changes)
        }
    return _("The picture agrees point by point with an earlier photo. Please compare the two.")


def _span(minutes: int) -> str:
    if minutes >= 2 * 1440:
        return ngettext("%(count)d day", "%(count)d days", minutes // 1440) % {"count": minutes // 1440}
    if minutes >= 120:
        return ngettext("%(count)d hour", "%(count)d hours", minutes // 60) % {"count": minutes // 60}
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}


def _metres(metres: float) -> str:
    return (
        _("%(distance)s km") % {"distance": f"{metres / 1000:.1f}"}
        if metres >= 1000
        else _("%(distance)d m") % {"distance": metres}
    )


def strength(doubt: Doubt) -> str:
    """How strong the sign is, in words: a score of 0.83 tells nobody anything."""
    return str(next(word for least, word in STRENGTHS if doubt.score >= least))


def tone(doubt: Doubt) -> str:
    return TONES[doubt.decision]
