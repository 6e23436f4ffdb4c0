"""Write docs/access.md: which role may do which verb, and which role reaches which address.

python tools/access_table.py           write it
python tools/access_table.py --check   write nothing; exit 1 when the first table is not what the rooms declare

The first table is what the rooms declare. The second is what the running program answers: two small towns are made in a database in
memory and every address is asked as every role. ``tests/test_access_walk.py`` compares both with what is committed.
"""

import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
DOCUMENT = ROOT / "docs" / "access.md"
COMMAND = "python tools/access_table.py"
ROOMS = {
    "kernel": "内核", "places": "地点", "people": "组织与账号", "messaging": "消息", "standards": "标准", "evidence": "照片",
    "phone": "手机端", "fieldwork": "实地测评", "cases": "问题件",
    "intake": "受理", "ledger": "台账", "duties": "责任分工与履职", "scoring": "计分", "papers": "文书", "overview": "总览",
    "volunteers": "志愿服务", "house": "首页、系统与账号", "api": "数据接口",
}  # fmt: skip
WORDS = {"all": "全部", "division": "本区域", "unit": "本单位", "own": "本人", "": "—"}
HEAD = """# 谁可以做什么

本文由 `{command}` 生成，请勿手改；测试会逐项核对。

角色的权限是数据，安全管理员可在“角色”页面调整；这里是出厂设置。每项权限都带一个范围：

- 全部：不分区域；
- 本区域：任职单位所属区划及其下级；
- 本单位：任职单位及其下级单位；
- 本人：自己经手的记录。

未登录的人除登录页外一律先去登录（接口答 401）。

照片另有规则：能看到某页面的人随页面得到照片的签名地址，该地址只对本人、在十二至二十四小时内有效。
"""


def prepare() -> None:
    """Django with a data folder of its own that is thrown away."""
    os.environ["CHUANGWEN_HOME"] = tempfile.mkdtemp(prefix="chuangwen-access-")
    os.environ["DATABASE_URL"] = ""
    os.environ.setdefault("CHUANGWEN_SECRET_KEY", "only-for-this-table-" + "x" * 40)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chuangwen.config.settings")
    import django
    from django.utils import translation

    from chuangwen.kernel.catalogs import ensure_compiled

    ensure_compiled()
    django.setup()
    translation.activate("zh-hans")


def line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def table(head: list[str], rows: Iterable[Iterable[str]]) -> list[str]:
    return [line(head), line("---" for _cell in head), *(line(row) for row in rows)]


def verb_rows() -> dict[str, list[list[str]]]:
    """By room: the verb's label and name, then the word of the scope for each role."""
    from django.utils import translation

    from chuangwen.kernel.access import ROLES, VERBS

    found: dict[str, list[list[str]]] = {}
    with translation.override("zh-hans"):
        for verb in VERBS.values():
            scopes = [WORDS[verb.default.get(role, "")] for role in ROLES]
            found.setdefault(verb.name.split(".")[0], []).append([str(verb.label), f"`{verb.name}`", *scopes])
    return {room: found[room] for room in ROOMS if room in found}


def route_row(asked) -> list[str]:
    """One line of the second table for what ``tests.walk`` found."""
    from chuangwen.kernel.access import ROLES
    from tests.walk import NOBODY, SHARED, STRANGER

    path = asked.route.path.replace("<slug:verb>", asked.verb) if asked.verb else asked.route.path
    name = asked.key[0]
    words = [*(asked.words[role] for role in ROLES), asked.words[NOBODY], asked.words.get(STRANGER, SHARED)]
    return [asked.method, f"`{path}`", name if not asked.route.api else "", *words]


def role_names() -> list[str]:
    from chuangwen.kernel.access import ROLES
    from chuangwen.people.rules import NAMES

    return [NAMES[role] for role in ROLES]


def verb_section() -> str:
    lines = ["## 一、权限与角色", ""]
    for room, rows in verb_rows().items():
        lines += [f"### {ROOMS[room]}", "", *table(["权限", "代号", *role_names()], rows), ""]
    return "\n".join(lines)


def route_section(by_room: dict[str, list[list[str]]]) -> str:
    lines = [
        "## 二、页面与接口",
        "",
        "“可”指对本镇的记录可以；“可（各镇）”指对各镇的记录都可以；“不可”答 403 或 404。末两列：未登录的人；他镇工作人员来取本镇的记录"
        "（“共用”指该记录不属于任何一镇，或地址里没有记录）。POST 是空白表单，“可”只说明权限够，内容仍会被检查。",
        "",
    ]
    for room in ROOMS:
        if room in by_room:
            head = ["方式", "地址", "名称", *role_names(), "未登录", "他镇"]
            lines += [f"### {ROOMS[room]}", "", *table(head, by_room[room]), ""]
    return "\n".join(lines)


def walked() -> dict[str, list[list[str]]]:
    """Asks everybody everywhere, in a database in memory."""
    from django.db import connection, transaction
    from django.test.utils import override_settings, setup_test_environment

    setup_test_environment()
    quick = {
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
        "STORAGES": {
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
        "AXES_ENABLED": False,
    }
    connection.creation.create_test_db(verbosity=0)
    with override_settings(**quick), transaction.atomic():
        from tests.walk import walk
        from tests.world import make_world

        found: dict[str, list[list[str]]] = {}
        for asked in walk(make_world()):
            found.setdefault(asked.route.room, []).append(route_row(asked))
        transaction.set_rollback(True)
    return found


def read() -> str:
    return DOCUMENT.read_text(encoding="utf-8") if DOCUMENT.exists() else ""


def main(arguments: list[str]) -> int:
    prepare()
    if "--check" in arguments:
        same = verb_section() in read()
        print("access: complete" if same else f"docs/access.md is not what the rooms declare; run {COMMAND}")
        return 0 if same else 1
    by_room = walked()
    broken = [row for rows in by_room.values() for row in rows if any(cell.startswith("出错") for cell in row)]
    for row in broken:
        print(" ".join(dict.fromkeys(row)))
    if broken:
        print("nothing is written while an address meets an error")
        return 1
    text = "\n".join([HEAD.format(command=COMMAND), verb_section(), route_section(by_room)])
    DOCUMENT.parent.mkdir(exist_ok=True)
    DOCUMENT.write_text(text.rstrip() + "\n", encoding="utf-8")
    print(f"written: {DOCUMENT.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
