"""What one module imports from another is there under the name by which it is served."""

import re
from fnmatch import fnmatch
from pathlib import Path

from django.contrib.staticfiles.finders import get_finders

from chuangwen.web.static_files import _IMPORTS, HashedStorage

NEARBY = re.compile(r"""^import\b[^;]*?["'](\.{1,2}/[^"']+)["']""", re.MULTILINE)


def test_every_module_of_ours_that_imports_another_has_its_imports_rewritten():
    """Served files bear hashed names alone: an import by the plain name would find nothing, and the page would stand still."""
    rewritten = [pattern for pattern, rules in HashedStorage.patterns if rules is _IMPORTS]
    modules = {
        name: Path(storage.path(name)) for finder in get_finders() for name, storage in finder.list([])
        if name.endswith(".js") and "vendor/" not in name and not name.startswith("admin/")
    }  # fmt: skip
    importing = {name for name, path in modules.items() if NEARBY.search(path.read_text(encoding="utf-8"))}
    assert len(importing) > 20
    assert {name for name in importing if not any(fnmatch(name, pattern) for pattern in rewritten)} == set()
