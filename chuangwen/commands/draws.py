"""The command that repeats a draw from its file."""

from pathlib import Path

import click

from chuangwen.commands import answer, chuangwen


@chuangwen.group()
def draw() -> None:
    """点位抽取记录。"""


@draw.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--frame", "announced", default="", metavar="指纹", help="事先公布的抽样框指纹，一并核对")
@click.option("--key", default="", metavar="指纹", help="应为哪把签名公钥（指纹）")
@click.option("--json", "as_json", is_flag=True)
def verify_draw(file: Path, announced: str, key: str, as_json: bool) -> None:
    """只凭抽取记录（.json 或 .xlsx）重复抽取，核对结果、抽样框与签名；不需要数据库和网络。"""
    from chuangwen.fieldwork import draw_file

    try:
        found = draw_file.verify(draw_file.read(file.read_bytes()), announced=announced, key=key)
    except draw_file.NotADraw as wrong:
        found = draw_file.Verified({}, [str(wrong)])
    facts = found.facts
    if found.ok:
        text = f"核对通过：用种子“{facts['seed']}”重复抽取，{facts['sites']} 个点位中抽中 {facts['drawn']} 个，与记录完全一致，签名有效。"
    else:
        text = "核对未通过：\n" + "\n".join(f"  {problem}" for problem in found.problems)
    for name, label in (("frame_key", "抽样框指纹"), ("fingerprint", "公钥指纹")):
        if facts.get(name):
            text += f"\n  {label}：{facts[name]}"
    answer({"ok": found.ok, "problems": found.problems, **facts}, as_json, text)
    if not found.ok:
        raise click.exceptions.Exit(1)
