"""An installation without the room has no address, no verb, no table and no entry of it, and stands."""

import os
import subprocess
import sys

ASKED = """
import django
django.setup()
from django.apps import apps
from django.core.management import call_command
from django.urls import get_resolver
from chuangwen.config.api import api
from chuangwen.kernel.access import VERBS
from chuangwen.kernel.importing import IMPORTERS
from chuangwen.web import navigation
call_command("check", fail_level="WARNING")
call_command("makemigrations", check=True, verbosity=0)
words = {
    "models": [model._meta.label for model in apps.get_models()],
    "verbs": list(VERBS),
    "namespaces": list(get_resolver().namespace_dict),
    "tags": [path.split("/")[3] for path in api.get_openapi_schema()["paths"]],
    "navigation": list(navigation._entries),
}
assert "cases.Case" in words["models"] and "cases.dispatch" in words["verbs"] and "cases" in words["namespaces"]
print([word for found in words.values() for word in found if "volunteer" in word])
"""


def test_the_house_stands_without_volunteers(tmp_path):
    environment = os.environ | {
        "CHUANGWEN_WITHOUT": "volunteers", "CHUANGWEN_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "chuangwen.config.settings",
        "DATABASE_URL": "",
    }  # fmt: skip
    asked = subprocess.run([sys.executable, "-c", ASKED], env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert asked.returncode == 0, asked.stderr[-2000:]
    assert asked.stdout.strip().splitlines()[-1] == "[]"
