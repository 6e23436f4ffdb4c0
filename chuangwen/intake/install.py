"""The settings of the room: one row, made at the first migration."""

from chuangwen.intake.models import IntakeSettings
from chuangwen.kernel.install import installs


@installs("intake settings", order=60)
def install_settings() -> int:
    """Put in the row where it is missing."""
    return int(IntakeSettings.objects.get_or_create(pk=1)[1])


def settings_row() -> IntakeSettings:
    """The office's settings; what is shipped where nobody has set any."""
    return IntakeSettings.objects.filter(pk=1).first() or IntakeSettings(pk=1)
