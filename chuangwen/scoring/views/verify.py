"""Anyone can recompute a score: a score file, or a result of units, is checked and answered in words. Nothing of it is kept."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from chuangwen.kernel import signatures
from chuangwen.scoring import score_file, words
from chuangwen.scoring.appraisal import result_file
from chuangwen.scoring.forms import VerifyForm
from chuangwen.web.form_pages import FormPage

LIMITS = score_file.Limits(
    file_bytes=64 << 20,
    text_bytes=1 << 20,
    scores_bytes=32 << 20,
    table_bytes=192 << 20,
    rows=300_000,
    groups=100_000,
    engine_mib=512,
)
"""What a file may ask of a server that has others to serve; the command line allows more."""


class Verify(FormPage):
    """Upload a score file; what was found stands on the same page."""

    required_verb = "scoring.see_scores"
    title = _("Verify a score file")
    submit = _("Verify")
    template_name = "scoring/verify.html"
    form_class = VerifyForm
    answer_found: score_file.Verification | result_file.Verification | None = None
    name = ""

    def act(self, form: VerifyForm) -> Any:
        file = form.cleaned_data["file"]
        self.name = file.name
        self.answer_found = verified(file)
        return self.answer(VerifyForm(), 200 if self.answer_found.ok else 422)

    def extra_context(self) -> dict[str, Any]:
        found = self.answer_found
        ours = signatures.fingerprint(signatures.public_bytes())
        full = score_file.fingerprint(signatures.public_bytes())
        head = None
        if isinstance(found, score_file.Verification) and found.result is not None:
            head = next((row for row in found.result.rows if row.level == "index"), None)
        return {
            "found": found,
            "name": self.name,
            "ours": ours,
            "full": full,
            "is_ours": found is not None and found.public_key_fingerprint == full,
            "head": head,
            "meta": [(label, found.meta[key]) for key, label in META.items() if key in found.meta] if found else [],
            "coverage": found.result.coverage if found is not None and found.result is not None else None,
            "kind_words": words.KINDS,
        }


META = {
    "round": _("Round"),
    "period": pgettext_lazy("appraisal", "Period"),
    "scheme": _("Scheme"),
    "scheme_version": _("Version"),
    "signed_by": _("Signed by"),
    "signed_at": _("Signed at"),
}


def verified(file: Any) -> score_file.Verification | result_file.Verification:
    """Check an upload: from its place on the disk where it is large, else from a copy there."""
    import tempfile
    from pathlib import Path

    if hasattr(file, "temporary_file_path"):
        return _checked(file.temporary_file_path())
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "uploaded"
        with place.open("wb") as target:
            for chunk in file.chunks():
                target.write(chunk)
        return _checked(place)


def _checked(place: Any) -> score_file.Verification | result_file.Verification:
    """The check for what the file is by its members."""
    if result_file.is_appraisal_file(place):
        return result_file.verify_appraisal_file(place, limits=LIMITS)
    return score_file.verify_score_file(place, limits=LIMITS)
