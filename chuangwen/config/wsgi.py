"""The WSGI entry that the server loads."""

import os

from chuangwen.kernel.collector import while_loading

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chuangwen.config.settings")
with while_loading():
    from django.core.wsgi import get_wsgi_application

    application = get_wsgi_application()
