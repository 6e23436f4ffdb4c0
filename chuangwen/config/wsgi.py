"""The WSGI entry that the server loads. Pages and their addresses are loaded here, not by whoever comes first."""

import os
from importlib import import_module

from chuangwen.kernel.collector import while_loading

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chuangwen.config.settings")
with while_loading():
    from django.core.wsgi import get_wsgi_application

    application = get_wsgi_application()
    from django.conf import settings

    import_module(settings.ROOT_URLCONF)
    from chuangwen.kernel import beforehand

beforehand.in_background()
