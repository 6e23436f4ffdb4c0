"""Opening the app on the phone for the first time on a slow line, and again without any: bytes and seconds, in a real browser.

The package is that of a round with 300 places and 3,000 criteria. Needs Chromium and Playwright, which only the tests ask for.
"""

import shutil
import tempfile
import time
from typing import Any

from chuangwen.commands.benches.ground import ground, served
from chuangwen.commands.benches.visits import PHONES, fill
from chuangwen.commands.benches.web import connected
from chuangwen.kernel.errors import Refusal

SLOW_3G = {"offline": False, "latency": 2000, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
"""Milliseconds and bytes a second, as the developer tools of browsers have it: 400 kbit/s, two seconds to the first byte."""
PIN, PASSWORD = "258036", "Messung-2026-Hedong"
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "locale": "zh-CN"}
PATIENCE = 180_000  # milliseconds


def _with_password() -> str:
    """The user name of the inspector with 300 places, who can now sign in."""
    from chuangwen.people.models import Account

    account = Account.objects.get(username=f"bench-inspector-{PHONES}")
    account.set_password(PASSWORD)
    account.must_change_password = False
    account.save()
    return account.username


def measure() -> dict[str, Any]:
    """Raises Refusal where the browser or its driver is missing."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as missing:
        raise Refusal("需要 Playwright（测试依赖）。", "bench.playwright") from missing
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        raise Refusal("需要 Chromium（Debian 软件包 chromium）。", "bench.chromium")
    with ground() as on:
        connected(on)
        fill(1)
        user = _with_password()
        from django.db import connections

        connections.close_all()
        with served(on) as port, sync_playwright() as playwright, tempfile.TemporaryDirectory() as profile:
            context = playwright.chromium.launch_persistent_context(
                profile, executable_path=chromium, args=["--no-sandbox", "--disable-gpu"], **PHONE
            )
            try:
                return {"database": on.engine} | _opened(context, f"http://127.0.0.1:{port}", user)
            finally:
                context.close()


def _opened(context: Any, address: str, user: str) -> dict[str, Any]:
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{address}/account/login/")
    page.fill("input[name=login]", user)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit], form button[type=submit]")
    page.wait_for_url(lambda url: "/account/login/" not in url)
    page.wait_for_load_state("networkidle")
    page.goto("about:blank")
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    received: list[float] = []
    session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    session.send("Network.emulateNetworkConditions", SLOW_3G)

    def timed(do: Any, until: str) -> dict[str, float]:
        received.clear()
        begun = time.perf_counter()
        do()
        page.wait_for_selector(until)
        return {"seconds": round(time.perf_counter() - begun, 2), "bytes": int(sum(received))}

    figures: dict[str, Any] = {}
    figures["app, signed in"] = timed(lambda: page.goto(f"{address}/phone/", wait_until="commit"), ".pin-key")

    def pin() -> None:
        for digit in PIN:
            page.click(f".pin-key[data-digit='{digit}']")

    pin()
    page.wait_for_function("() => !document.querySelector('.pin-dots .on')")
    figures["package of 300 places"] = timed(pin, ".next-stop")
    page.evaluate("async () => { await navigator.serviceWorker.ready }")
    page.wait_for_function("() => navigator.serviceWorker.controller")
    session.send("Network.emulateNetworkConditions", SLOW_3G | {"offline": True})
    figures["again, without signal"] = timed(lambda: page.goto(f"{address}/phone/", wait_until="commit"), ".pin-key")
    figures["PIN to route, without signal"] = timed(pin, ".next-stop")
    figures["checklist, without signal"] = timed(lambda: page.click(".next-stop .btn.primary"), ".criterion")
    return figures
