"""The command that verifies a certificate of service without network and database."""

import base64
import binascii
from pathlib import Path
from typing import Any

import click

from chuangwen.commands import answer, chuangwen


@chuangwen.command("verify-certificate")
@click.argument("file_or_code")
@click.option("--key", default="", metavar="公钥", help="签名公钥（Base64，或含公钥的文件）；不填则用本机的公钥")
@click.option("--name", default="", metavar="姓名", help="证明上的姓名，一并核对")
@click.option("--json", "as_json", is_flag=True)
def verify_certificate(file_or_code: str, key: str, name: str, as_json: bool) -> None:
    """只凭公钥查验志愿服务记录证明（PDF、查验码或二维码网址）；不需要数据库和网络。能否继续使用以联网查验为准。"""
    from chuangwen.kernel import signatures
    from chuangwen.volunteers.hours import certificate_code as codes
    from chuangwen.volunteers.hours.rules import hours_told

    problems: list[str] = []
    facts: dict[str, Any] = {}
    path = Path(file_or_code) if len(file_or_code) < 256 else None
    content = path.read_bytes() if path is not None and path.is_file() else file_or_code.encode()
    try:
        public = _public(key) if key else signatures.public_bytes()
        code = codes.code_in(content)
        told = codes.genuine(code, public)
        if told is None:
            problems.append("签名不符：查验码被改动过，或不是这把公钥签发。")
        else:
            facts = {
                "number": told.number, "name": told.name, "hours": hours_told(told.minutes), "first": told.first.isoformat(),
                "last": told.last.isoformat(), "organ": told.organ, "issued_on": told.day.isoformat(), "key": signatures.fingerprint(public),
            }  # fmt: skip
            if name and codes.name_check(told.number, name) != told.check:
                problems.append("姓名与证明不符。")
            if content.startswith(b"%PDF") and not codes.file_whole(content, public):
                problems.append("查验码有效，但 PDF 文件在签发后被改动过。")
    except codes.NotACode as wrong:
        problems.append(str(wrong))
    if problems:
        text = "查验未通过：\n" + "\n".join(f"  {problem}" for problem in problems)
    else:
        text = f"查验通过：{facts['number']}，{facts['name']}，{facts['first']} 至 {facts['last']} 志愿服务 {facts['hours']} 小时。"
        text += f"\n  出具单位：{facts['organ']}\n  出具日期：{facts['issued_on']}\n  公钥指纹：{facts['key']}"
    answer({"ok": not problems, "problems": problems, **facts}, as_json, text)
    if problems:
        raise click.exceptions.Exit(1)


def _public(key: str) -> bytes:
    """The 32 bytes of a public key given as Base64 or by a file that holds it. Raises BadParameter."""
    text = Path(key).read_text(encoding="utf-8").strip() if len(key) < 256 and Path(key).is_file() else key.strip()
    try:
        found = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        found = b""
    if len(found) != 32:
        raise click.BadParameter("公钥应为 32 字节的 Base64 文本。", param_hint="--key")
    return found
