"""Commands of the ledger of credits. Where the room of volunteers is left out they say so."""

import base64

import click
from django.apps import apps

from chuangwen.commands import answer, chuangwen
from chuangwen.kernel.errors import Refusal


def _here() -> None:
    if not apps.is_installed("chuangwen.volunteers"):
        raise Refusal("此安装没有志愿服务功能。", "credits.left_out")


@chuangwen.command("credits-check")
@click.option("--json", "as_json", is_flag=True)
def credits_check(as_json: bool) -> None:
    """核对积分账目：由记账重新核算全部余额、批次、兑换券和库存。不符时退出码为 1。"""
    _here()
    from chuangwen.volunteers.credits import checking

    found = checking.check()
    names = ("issued", "redeemed", "expired", "held", "owed")
    data = {
        "accounts": found.accounts, "entries": found.entries, "postings": found.postings, "vouchers": found.vouchers,
        "programmes": [{"name": one.programme.name} | {name: getattr(one, name) for name in names} for one in found.programmes],
        "differences": found.differences,
    }  # fmt: skip
    lines = [f"已核算 {found.accounts} 个积分户、{found.entries} 笔分录、{found.postings} 条记账、{found.vouchers} 张兑换券。"]
    lines += [
        f"  {one.programme.name}：发放 {one.issued}，兑换 {one.redeemed}，过期 {one.expired}，现存 {one.held}，待抵扣 {one.owed}"
        for one in found.programmes
    ]
    lines += [f"  不符：{one}" for one in found.differences[:50]] or ["账目完全相符。"]
    answer(data, as_json, "\n".join(lines))
    if found.differences:
        raise click.exceptions.Exit(1)


@chuangwen.command("voucher-verify")
@click.argument("text")
@click.option("--key", default="", metavar="公钥", help="签发单位的公钥（Base64，32 字节）；不填用本机的")
@click.option("--json", "as_json", is_flag=True)
def voucher_verify(text: str, key: str, as_json: bool) -> None:
    """只凭二维码内容查验兑换券的真伪和有效期；不需要数据库和网络（是否已使用须联网查）。"""
    _here()
    from chuangwen.volunteers.credits import codes

    try:
        public = base64.b64decode(key, validate=True) if key else None
    except ValueError as wrong:
        raise Refusal("公钥应为 Base64 编码的 32 字节。", "credits.key") from wrong
    found = codes.read(codes.inner(text), public)
    facts = {"code": found.code, "expires_on": found.expires_on.isoformat(), "reward": found.reward} if found else {}
    told = f"签名有效：{found.reward}，券码 {found.code}，有效期至 {found.expires_on}。" if found else "签名无效：不是该单位签发的兑换券。"
    answer({"ok": found is not None} | facts, as_json, told)
    if found is None:
        raise click.exceptions.Exit(1)
