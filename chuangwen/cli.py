"""The command ``chuangwen``: thin; every subcommand calls the same actions and queries as the pages."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chuangwen.config.settings")
    from chuangwen.commands import main as command

    sys.exit(command())
