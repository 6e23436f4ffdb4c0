"""A data folder of their own for the tests of one process, named before settings are read and gone when it ends; the catalogues compiled.

pytest loads this with ``-p`` (pyproject.toml): a conftest.py comes too late, Django has read its settings and perhaps a catalogue by then.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from chuangwen.kernel.catalogs import ensure_compiled

HOME = Path(tempfile.mkdtemp(prefix="chuangwen-test-"))
(HOME / "static").mkdir()
atexit.register(shutil.rmtree, HOME, ignore_errors=True)

os.environ["CHUANGWEN_HOME"] = str(HOME)
os.environ.setdefault("CHUANGWEN_SECRET_KEY", "only-for-tests-" + "x" * 40)

ensure_compiled()
