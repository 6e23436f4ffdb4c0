"""Forms of the room."""

from chuangwen.fieldwork.forms.planning import DrawForm, PlaceForm, QuotaGrid, ReasonForm, RerateForm, SettingsForm, TeamForm
from chuangwen.fieldwork.forms.results import CorrectForm, PhotosForm, RecordForm
from chuangwen.fieldwork.forms.rounds import PublishedForm, RoundForm, TreeChoice

__all__ = [
    "CorrectForm",
    "DrawForm",
    "PhotosForm",
    "PlaceForm",
    "PublishedForm",
    "QuotaGrid",
    "ReasonForm",
    "RecordForm",
    "RerateForm",
    "RoundForm",
    "SettingsForm",
    "TeamForm",
    "TreeChoice",
]
