"""What every test stands on: the house's fixtures and factories (the data folder is chuangwen/testing/home.py), and its catalogues."""

from chuangwen.kernel.catalogs import ensure_compiled

pytest_plugins = ["chuangwen.testing.fixtures"]

ensure_compiled()
