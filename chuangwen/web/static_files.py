"""Static files as they are served: compressed, and under names that carry their content, also where one module imports another."""

from django.contrib.staticfiles.storage import HashedFilesMixin
from whitenoise.storage import CompressedManifestStaticFilesStorage

_IMPORTS = HashedFilesMixin._js_module_import_aggregation_patterns[1]  # type: ignore[attr-defined]  # Django's own pattern has no public name


class HashedStorage(CompressedManifestStaticFilesStorage):
    """Imports between the modules of the phone's app, of the map and of the pages of volunteers that work without signal are rewritten to the
    hashed names, so that a page never mixes two versions.

    Only there: packages carry files whose imports a bundler was to resolve.
    """

    patterns = (*HashedFilesMixin.patterns, ("*phone/*.js", _IMPORTS), ("*overview/*.js", _IMPORTS), ("*volunteers/*.js", _IMPORTS))
