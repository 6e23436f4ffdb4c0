"""Every address of the house: found by walking the resolver, so that a new page cannot be forgotten.

Knows Django and the routes; knows no database.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import get_resolver, reverse
from django.urls.resolvers import URLResolver
from ninja.operation import PathView

API = "/api/v1"
FOREIGN = {
    "openapi-json": "the description of the API itself",
    "openapi-view": "the description of the API itself, for reading",
    "api-root": "leads nowhere: only names the API",
}
"""Addresses of the API library: the description is fetched as every role, but is no record of ours."""


@dataclass(frozen=True)
class Route:
    """One address. ``name`` is what ``reverse`` takes; ``path`` as it stands in the table; ``methods`` of an API operation."""

    name: str
    path: str
    view: Any
    keys: tuple[str, ...]
    methods: tuple[str, ...] = ()
    api: bool = False

    @property
    def room(self) -> str:
        return "api" if self.api else (self.name.split(":")[0] if ":" in self.name else "house")

    def url(self, kwargs: dict[str, Any]) -> str:
        if not self.api:
            return reverse(self.name, kwargs=kwargs)
        return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(kwargs[found[1]]), self.path)

    def __str__(self) -> str:
        return self.name


def _walk(resolver: Any, prefix: str = "", namespace: str = "") -> Iterator[tuple[str, str, Any]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            below = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern, prefix + str(pattern.pattern), below)
        else:
            yield prefix + str(pattern.pattern), f"{namespace}{pattern.name}", pattern


def readable(path: str) -> str:
    """A pattern as people write it: ``^(?P<pk>\\d{1,18})/file\\.(?P<form>docx|pdf)$`` becomes ``<pk>/file.<form>``."""
    path = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", path)
    return path.replace("^", "").replace("$", "").replace("\\", "")


@cache
def routes() -> tuple[Route, ...]:
    """Console pages and API operations, each address once, in the order of their paths."""
    found: dict[tuple[str, bool], Route] = {}
    for path, name, pattern in _walk(get_resolver()):
        view, address = pattern.callback, f"/{readable(path)}"
        keys = tuple(re.findall(r"<(?:\w+:)?(\w+)>", address))
        if not address.startswith(f"{API}/"):
            assert (name, False) not in found, f"two addresses are called {name}"
            found[name, False] = Route(name, address, view, keys)
        elif (short := name.removeprefix("api:")) not in FOREIGN:
            found[address, True] = Route(address, address, view, keys, api=True)
            del short
    shown = []
    for route in found.values():
        if route.api:
            route = Route(route.name, route.path, route.view, route.keys, _methods(route.path), True)
        shown.append(route)
    return tuple(sorted(shown, key=lambda route: (route.api, route.path, route.name)))


@cache
def _operations() -> dict[str, PathView]:
    from chuangwen.config.api import api

    known = {}
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            known["/" + "/".join(p for p in f"{API}/{prefix}/{path}".split("/") if p)] = view
    return known


def _methods(address: str) -> tuple[str, ...]:
    """The methods of an API address, as its operations name them."""
    plain = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", address)
    for path, view in _operations().items():
        if re.sub(r"\{(?:\w+:)?(\w+)\}", r"{\1}", path) == plain:
            return tuple(sorted({method for operation in view.operations for method in operation.methods}))
    raise AssertionError(f"no operation stands at {address}")


def rooms() -> list[str]:
    return sorted({route.room for route in routes()})
