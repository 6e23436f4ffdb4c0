"""What every test stands on: the house's fixtures and factories (the data folder is chuangwen/testing/home.py)."""

import gc

import pytest

pytest_plugins = ["chuangwen.testing.fixtures"]

TOGETHER = {"chuangwen/demo/tests/": "the filled town"}
"""Files that share something dear: one process runs them all. Otherwise a file is what one process runs."""
FIRST = (
    "chuangwen/overview/tests/test_browser.py", "tests/test_bad_input.py", "chuangwen/phone/tests/test_app_browser.py",
    "chuangwen/phone/tests/test_app_pages.py", "tests/test_access_walk.py", "tests/test_commands.py", "tests/test_bad_pictures.py",
    "chuangwen/demo/tests/", "chuangwen/cases/tests/", "tests/",
)  # fmt: skip
"""What takes longest begins first, so that no process works long alone at the end; while one fills the town for the browser, the other does
something else."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Say which tests stay in one process: what a file makes once for all its tests is made once, and not by every process."""

    def rank(item: pytest.Item) -> int:
        return next((n for n, start in enumerate(FIRST) if item.nodeid.startswith(start)), len(FIRST))

    for item in items:
        file = item.nodeid.partition("::")[0]
        item.add_marker(pytest.mark.xdist_group(next((TOGETHER[start] for start in TOGETHER if file.startswith(start)), file)))
    items.sort(key=rank)


def pytest_collection_finish() -> None:
    """What was found stays: the garbage collector need not go through thousands of tests again and again (a fifth of their time)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 10, 20)
