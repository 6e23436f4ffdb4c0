"""A phone with a camera for the browser tests of the app's screens: signed in, opened with a PIN, with or without signal."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

PHONE = {"width": 390, "height": 844}
SMALL = {"width": 320, "height": 568}
PIN = "271828"
CAMERA = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
"""Chromium with a camera that shows a moving picture."""


def with_camera(chromium: str) -> Iterator[Any]:
    """A browser with such a camera; see ``chuangwen.testing.fixtures.browser`` for the rest."""
    import pytest
    from playwright.sync_api import sync_playwright

    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        started = playwright.chromium.launch(executable_path=chromium, args=CAMERA)
        yield started
        started.close()


@dataclass
class Handset:
    """A phone in somebody's hand. ``said`` are errors of the pages, which a test expects to be none."""

    context: Any
    page: Any
    url: str
    said: list[str] = field(default_factory=list)
    asked: set[Any] = field(default_factory=set)

    def put_away(self) -> None:
        """Wait until the server has answered everything, then close: the next test finds an empty database that nobody writes to."""
        for _ in range(40):
            if not self.asked:
                self.page.wait_for_timeout(300)
                if not self.asked:
                    break
            self.page.wait_for_timeout(250)
        self.context.close()

    def open(self, address: str = "#/") -> None:
        """Sign in for the first time: choose a PIN, wait for the package."""
        self.page.goto(f"{self.url}/phone/#/signed-in")
        for _ in range(2):
            self.type_pin()
        self.page.wait_for_selector("nav.tabs", timeout=30_000)
        self.go(address)

    def type_pin(self) -> None:
        self.page.wait_for_selector(".pin:not(.busy)")
        for digit in PIN:
            self.page.click(f".pin-key[data-digit='{digit}']")
        self.page.wait_for_timeout(200)

    def go(self, address: str) -> None:
        self.page.evaluate("address => { location.hash = address; }", address)

    def offline(self, is_so: bool = True) -> None:
        self.context.set_offline(is_so)

    def title(self) -> str:
        return self.page.inner_text("header.top h1")

    def shoot(self) -> None:
        """Press the shutter of the viewfinder."""
        self.page.wait_for_selector(".viewfinder .shutter:not([disabled])")
        self.page.click(".viewfinder .shutter")
        self.page.wait_for_selector(".viewfinder", state="detached")

    def is_narrow(self) -> bool:
        return self.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def handset(
    browser: Any, account: Any, url: str, *, size: dict[str, int] = PHONE, where: tuple[float, float] | None = None
) -> Handset:
    """A phone whose browser is signed in as the account. ``where``: latitude and longitude that it tells when asked once."""
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    more: dict[str, Any] = {"permissions": ["camera"]}
    if where is not None:
        more = {
            "geolocation": {"latitude": where[0], "longitude": where[1], "accuracy": 12},
            "permissions": ["geolocation", "camera"],
        }
    context = browser.new_context(viewport=size, locale="zh-CN", has_touch=True, is_mobile=True, device_scale_factor=2, **more)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}])
    page = context.new_page()
    page.set_default_timeout(40_000)
    found = Handset(context, page, url)
    quiet = ("Failed to load resource", "net::ERR_INTERNET_DISCONNECTED")
    page.on(
        "console",
        lambda one: found.said.append(one.text) if one.type == "error" and not any(q in one.text for q in quiet) else None,
    )
    page.on("pageerror", lambda error: found.said.append(str(error)))
    page.on("request", lambda one: found.asked.add(one))
    for over in ("requestfinished", "requestfailed"):
        page.on(over, lambda one: found.asked.discard(one))
    return found
