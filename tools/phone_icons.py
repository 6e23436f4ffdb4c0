"""Draw the icons of the phone's app from the mark of the house: `python tools/phone_icons.py`. Needs Chromium and Playwright (tests).

The pictures are committed; this is run when the mark changes.
"""

import re
from pathlib import Path

from playwright.sync_api import sync_playwright

STATIC = Path(__file__).resolve().parent.parent / "chuangwen"
MARK = STATIC / "web" / "static" / "web" / "mark.svg"
TARGET = STATIC / "phone" / "static" / "phone" / "icons"
GROUND = "#9d1f2f"
SAFE = 0.64
"""A mask may cut everything outside a circle of 80 % of the width; the drawing stays well within."""


def page_of(svg: str, side: int, maskable: bool) -> str:
    drawn = f'<div style="width:{side}px;height:{side}px">{svg}</div>'
    if maskable:
        inner = round(side * SAFE)
        plain = re.sub(r"<rect[^>]*/>", "", svg)
        drawn = (
            f'<div style="width:{side}px;height:{side}px;background:{GROUND};display:grid;place-items:center">'
            f'<div style="width:{inner}px;height:{inner}px">{plain}</div></div>'
        )
    return (
        f"<!doctype html><style>body{{margin:0;background:transparent}}svg{{display:block;width:100%;height:100%}}</style>{drawn}"
    )


def main() -> None:
    svg = MARK.read_text()
    TARGET.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for name, side, maskable in (("icon-192", 192, False), ("icon-512", 512, False), ("maskable-512", 512, True)):
            page = browser.new_page(viewport={"width": side, "height": side})
            page.set_content(page_of(svg, side, maskable))
            page.screenshot(path=TARGET / f"{name}.png", omit_background=not maskable)
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
