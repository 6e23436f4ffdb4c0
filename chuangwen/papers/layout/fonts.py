"""The official fonts, by what names a machine may have them, and what stands in for them when it has none.

GB/T 9704-2012 asks for 仿宋, 楷体, 黑体 and 小标宋; they are not free and are only named in the file. Word finds another name for them
through the font table; a PDF is made with the free fonts named here, first found first.
"""

from dataclasses import dataclass
from xml.sax.saxutils import escape


@dataclass(frozen=True, slots=True)
class Face:
    """One official typeface: its name in the file, other names of the same face, free stand-ins, and their weight."""

    name: str
    other_names: tuple[str, ...]
    stand_ins: tuple[str, ...]
    bold_stand_in: bool = False


LATIN = "Times New Roman"
FANGSONG = Face(
    "仿宋_GB2312",
    ("仿宋", "FangSong", "FangSong_GB2312"),
    (
        "STFangsong",
        "FandolFang",
        "Zhuque Fangsong (technical preview)",
        "Noto Serif CJK SC",
        "Source Han Serif SC",
        "AR PL UMing CN",
    ),
)
# Without a Kai face the stand-in is bold, or level 2 could not be told from the text around it.
KAI = Face(
    "楷体_GB2312",
    ("楷体", "KaiTi", "KaiTi_GB2312"),
    ("STKaiti", "FandolKai", "LXGW WenKai", "AR PL UKai CN", "Noto Serif CJK SC", "Source Han Serif SC"),
    bold_stand_in=True,
)
HEI = Face(
    "黑体",
    ("SimHei",),
    ("STHeiti", "FandolHei", "Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Zen Hei"),
)
SONG = Face("宋体", ("SimSun",), ("STSong", "FandolSong", "Noto Serif CJK SC", "Source Han Serif SC", "AR PL UMing CN"))
XIAOBIAOSONG = Face(
    "方正小标宋简体",
    ("FZXiaoBiaoSong-B05S", "方正小标宋_GBK", "FZXiaoBiaoSong-B05", "小标宋"),
    ("Noto Serif CJK SC", "Source Han Serif SC", "AR PL UMing CN"),
    bold_stand_in=True,
)
FACES = (FANGSONG, KAI, HEI, SONG, XIAOBIAOSONG)


def fontconfig(cache: str) -> str:
    """A fontconfig file that adds our stand-ins to the machine's own settings; `cache` is a writable folder."""
    rules = []
    for face in FACES:
        families = "".join(f"<string>{escape(name)}</string>" for name in (*face.other_names, *face.stand_ins))
        weight = '<edit name="weight" mode="assign" binding="strong"><const>bold</const></edit>' if face.bold_stand_in else ""
        rules.append(
            f'<match target="pattern"><test name="family" qual="any"><string>{escape(face.name)}</string></test>'
            f'<edit name="family" mode="append" binding="strong">{families}</edit>{weight}</match>'
        )
    return (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        + "".join(rules)
        + '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
        + f"<cachedir>{escape(cache)}</cachedir></fontconfig>"
    )
