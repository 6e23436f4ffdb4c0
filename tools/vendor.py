"""Fetch the front-end packages that the pages stand on, and copy the few built files that are used into the tree.

Run by a developer when a version changes, never on a user's machine: `python tools/vendor.py` needs npm, `python
tools/vendor.py --check` needs nothing and says whether the files in the tree are those that the list in VENDORED.md names. The
package manager decides where packages come from; this file names none of those places.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

WEB = Path(__file__).resolve().parent.parent / "chuangwen" / "web"
VENDOR = WEB / "static" / "vendor"
ICONS = WEB / "icons"
LIST = VENDOR / "VENDORED.md"

TABLER, TABLER_ICONS, HTMX, ECHARTS, LEAFLET, ESBUILD = "1.6.1", "3.51.0", "2.0.11", "6.1.0", "1.9.4", "0.28.2"
TUS, IDB, JSQR = "4.3.1", "8.0.4", "1.4.0"

MIT_TABLER = """MIT License

Copyright (c) 2018-2026 The Tabler Authors

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
"""

# What each package gives: (package, version, licence, {file in the package: file under static/vendor}).
PACKAGES = [
    (
        "@tabler/core",
        TABLER,
        "MIT",
        {"dist/css/tabler.min.css": "tabler/tabler.min.css", "dist/js/tabler.min.js": "tabler/tabler.min.js"},
    ),
    ("htmx.org", HTMX, "0BSD", {"dist/htmx.min.js": "htmx/htmx.min.js", "LICENSE": "htmx/LICENSE"}),
    (
        "leaflet",
        LEAFLET,
        "BSD-2-Clause",
        {
            "dist/leaflet.js": "leaflet/leaflet.js",
            "dist/leaflet.css": "leaflet/leaflet.css",
            "dist/images/layers.png": "leaflet/images/layers.png",
            "dist/images/layers-2x.png": "leaflet/images/layers-2x.png",
            "dist/images/marker-icon.png": "leaflet/images/marker-icon.png",
            "LICENSE": "leaflet/LICENSE",
        },
    ),
    ("echarts", ECHARTS, "Apache-2.0", {"LICENSE": "echarts/LICENSE", "NOTICE": "echarts/NOTICE"}),
]

# The parts of ECharts that the product draws with; the whole of it is over half as large again.
ECHARTS_ENTRY = """
import * as echarts from "echarts/core";
import { BarChart, CustomChart, GaugeChart, HeatmapChart, LineChart, PieChart, ScatterChart } from "echarts/charts";
import { GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import { CanvasRenderer } from "echarts/renderers";
echarts.use([BarChart, CustomChart, GaugeChart, HeatmapChart, LineChart, PieChart, ScatterChart,
  GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, VisualMapComponent, CanvasRenderer]);
export const init = echarts.init;
"""

# What the phone's app uses of a package, each as one ES module: (package, version, licence, entry, file, its licence's file).
MODULES = [
    ("tus-js-client", TUS, "MIT", 'export { Upload } from "tus-js-client";', "tus/tus.js", "LICENSE"),
    ("idb", IDB, "ISC", 'export { deleteDB, openDB } from "idb";', "idb/idb.js", "LICENSE"),
    ("jsqr", JSQR, "Apache-2.0", 'import read from "jsqr";\nexport default read;', "jsqr/jsqr.js", "LICENSE"),
]

ICON_NAMES = """
activity ad-2 adjustments alarm alert-circle alert-triangle archive arrow-back-up arrow-down arrow-forward-up
arrow-left arrow-narrow-down arrow-narrow-up arrow-right arrow-up arrows-exchange arrows-join arrows-maximize
arrows-sort arrows-split award ban barrier-block battery bell bell-ringing bike bolt book bookmark briefcase brush
bucket building building-bank building-community building-hospital building-skyscraper building-store
building-warehouse buildings bulb bus calendar calendar-due calendar-event calendar-stats calendar-time camera
camera-plus car certificate chart-bar chart-dots chart-funnel chart-histogram chart-line chart-pie check checkbox
checklist checks chevron-down chevron-left chevron-right chevron-up chevrons-left chevrons-right circle circle-check
circle-dashed circle-dot circle-minus circle-plus circle-x clipboard clipboard-check clipboard-data clipboard-list
clipboard-text clipboard-x clock clock-exclamation clock-hour-4 clock-pause cloud-upload code coin color-swatch
columns copy crosshair current-location dashboard database database-export database-import device-desktop
device-floppy device-mobile dog dots dots-vertical download droplet edit external-link eye eye-off file
file-certificate file-check file-download file-export file-import file-search file-spreadsheet file-text file-type-doc
file-type-docx file-type-pdf file-type-xls file-upload file-zip files filter filter-off fingerprint fire-extinguisher
flag flag-3 flame focus-2 folder folder-open folders gauge gavel gift git-merge grid-4x4 grid-dots hammer hand-finger
hash heart heart-handshake help help-circle hierarchy hierarchy-2 hierarchy-3 history home home-2 hourglass id
id-badge-2 inbox info-circle key language layers-intersect layout-dashboard layout-grid layout-kanban layout-list leaf
license link list list-check list-details list-numbers list-search list-tree loader-2 location lock lock-open login
logout mail mail-opened map map-2 map-pin map-pin-check map-pin-off map-pins map-search medal medal-2 menu-2 message
message-2 message-circle message-report messages microphone minus mood-happy mood-sad moon news note notebook notes
old package paperclip parking password pencil phone phone-call photo photo-check photo-off photo-plus photo-search pin
player-pause player-play player-stop plug plus point presentation printer progress-check qrcode question-mark receipt
recycle refresh repeat report report-analytics report-search road rosette rotate rotate-clockwise route rubber-stamp
ruler-2 scale scan school search select send server settings settings-2 share shield shield-check shield-exclamation
shield-lock shopping-cart sign-left signature sitemap social sort-ascending sort-descending speakerphone square
square-check stack-2 stairs star stopwatch sum sun swords table table-export table-import tag tags target template
text-size timeline tool tools traffic-cone traffic-lights trash tree trees trending-down trending-up trophy truck
typography umbrella upload urgent user user-check user-circle user-cog user-edit user-plus user-question user-shield
user-x users users-group users-plus video walk wall wand wheelchair wifi wifi-off wood world writing writing-sign x
zoom-in zoom-out
""".split()  # noqa: SIM905


def pack(package: str, version: str, where: Path) -> Path:
    """Fetch one package as npm gives it and unpack it; returns its folder."""
    ran = subprocess.run(
        ["npm", "pack", "--silent", f"{package}@{version}"], cwd=where, check=True, capture_output=True, text=True
    )
    archive = where / ran.stdout.strip().splitlines()[-1]
    target = where / archive.stem
    with tarfile.open(archive) as tar:
        tar.extractall(target, filter="data")
    return next(target.iterdir())


def write(name: str, content: bytes) -> None:
    path = VENDOR / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def without_map_reference(content: bytes) -> bytes:
    """The maps are not carried; a reference to a missing one breaks storages that follow references."""
    return re.sub(rb"(?m)^\s*(//[#@] sourceMappingURL=.*|/\*[#@] sourceMappingURL=.*?\*/)\s*$", b"", content).rstrip() + b"\n"


def bundled(where: Path, package: str, version: str, entry: str) -> bytes:
    """What the entry exports of a package, as one small ES module for browsers."""
    where.mkdir()
    (where / "package.json").write_text('{"private": true, "type": "module"}')
    (where / "entry.js").write_text(entry)
    install = ["npm", "install", "--silent", "--no-save", "--no-audit", "--no-fund", f"{package}@{version}", f"esbuild@{ESBUILD}"]
    subprocess.run(install, cwd=where, check=True, capture_output=True)
    build = [
        "node_modules/.bin/esbuild",
        "entry.js",
        "--bundle",
        "--minify",
        "--format=esm",
        "--platform=browser",
        "--legal-comments=none",
        "--outfile=out.js",
    ]
    subprocess.run(build, cwd=where, check=True, capture_output=True)
    return (where / "out.js").read_bytes()


def build_charts(where: Path) -> bytes:
    """The chart library, cut to the parts that are used, as one ES module."""
    notice = f"/*! Apache ECharts {ECHARTS}, Apache License 2.0, see LICENSE and NOTICE beside this file */\n"
    return notice.encode() + bundled(where, "echarts", ECHARTS, ECHARTS_ENTRY)


def fetch_modules(where: Path) -> None:
    """The packages of the phone's app."""
    for package, version, licence, entry, target, terms in MODULES:
        folder = where / f"module-{package}"
        code = bundled(folder, package, version, entry)
        write(target, f"/*! {package} {version}, {licence}, see LICENSE beside this file */\n".encode() + code)
        write(str(Path(target).parent / "LICENSE"), (folder / "node_modules" / package / terms).read_bytes())


def small_icon(svg: str) -> str:
    """The drawing alone: what all icons share is written by the template tag."""
    inner = re.sub(r"(?s)^.*?<svg[^>]*>|</svg>\s*$", "", svg)
    inner = re.sub(r'<path stroke="none" d="M0 0h24v24H0z" fill="none" ?/>', "", inner)
    return re.sub(r"\s*\n\s*", "", inner).replace(" />", "/>").strip() + "\n"


def fetch() -> None:
    with tempfile.TemporaryDirectory() as folder:
        where = Path(folder)
        for package, version, _licence, files in PACKAGES:
            source = pack(package, version, where)
            for inside, target in files.items():
                write(
                    target,
                    without_map_reference((source / inside).read_bytes())
                    if inside.endswith((".js", ".css"))
                    else (source / inside).read_bytes(),
                )
        write("tabler/LICENSE", MIT_TABLER.encode())
        write("echarts/echarts.js", build_charts(where / "charts"))
        fetch_modules(where)
        icons = pack("@tabler/icons", TABLER_ICONS, where)
        ICONS.mkdir(exist_ok=True)
        for old in ICONS.glob("*.svg"):
            old.unlink()
        for name in ICON_NAMES:
            file = icons / "icons" / "outline" / f"{name}.svg"
            if not file.exists():
                print(f"no such icon: {name}", file=sys.stderr)
                continue
            (ICONS / f"{name}.svg").write_text(small_icon(file.read_text()))
        (ICONS / "LICENSE").write_bytes((icons / "LICENSE").read_bytes())
    LIST.write_text(listing())


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def icons_digest() -> str:
    """One hash over all icons: names and drawings, in order of name."""
    whole = hashlib.sha256()
    for path in sorted(ICONS.glob("*.svg")):
        whole.update(path.name.encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()


def listing() -> str:
    """The text of VENDORED.md for the files that are in the tree now."""
    lines = [
        "# Front-end packages carried in this folder",
        "",
        "Built files as their authors publish them, fetched by `tools/vendor.py`; nothing here is edited by hand and",
        "nothing is built on a user's machine. `python tools/vendor.py --check` compares the files with this list.",
        "",
        "| package | version | licence | file | sha256 |",
        "| --- | --- | --- | --- | --- |",
    ]
    for package, version, licence, files in PACKAGES:
        targets = list(files.values())
        if package == "@tabler/core":
            targets.append("tabler/LICENSE")
        if package == "echarts":
            targets.append("echarts/echarts.js")
        lines += [f"| {package} | {version} | {licence} | {target} | {digest(VENDOR / target)} |" for target in targets]
    for package, version, licence, _entry, target, _terms in MODULES:
        targets = [target, str(Path(target).parent / "LICENSE")]
        lines += [f"| {package} | {version} | {licence} | {name} | {digest(VENDOR / name)} |" for name in targets]
    count = len(list(ICONS.glob("*.svg")))
    lines.append(f"| @tabler/icons | {TABLER_ICONS} | MIT | ../../icons/ ({count} drawings) | {icons_digest()} |")
    lines += [
        "",
        f"echarts/echarts.js is ECharts cut with esbuild {ESBUILD} (MIT) to the charts that `tools/vendor.py` names; the modules",
        "of the phone's app are bundled with it too.",
        "",
    ]
    return "\n".join(lines)


def main() -> int:
    if "--check" in sys.argv[1:]:
        same = LIST.read_text() == listing()
        print("vendored files are as listed" if same else "vendored files differ from VENDORED.md")
        return 0 if same else 1
    fetch()
    return 0


if __name__ == "__main__":
    sys.exit(main())
