"""Three whole papers with generated content: a bulletin, a dispatch sheet and a briefing. Every figure in them is invented."""

import io
from datetime import UTC, date, datetime

from PIL import Image, ImageDraw

from chuangwen.papers.layout import (
    Annex,
    Chart,
    Column,
    FigureRef,
    Form,
    FormRow,
    Heading,
    Kind,
    Paper,
    Para,
    Photo,
    Photos,
    Series,
    Source,
    Table,
)

ORGAN = "茂名市茂南区河东街道创建全国文明城市指挥部办公室"
DAY = date(2026, 11, 21)
TAKEN = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)


def street_photo(seed: int, *, clean: bool = False, size: tuple[int, int] = (1600, 1200)) -> bytes:
    """A drawn street with litter, or without: JPEG bytes that carry EXIF."""
    picture = Image.new("RGB", size, (196, 214, 226))
    draw = ImageDraw.Draw(picture)
    wide, high = size
    draw.rectangle((0, high * 0.62, wide, high), fill=(128, 128, 126))
    for place in range(6):
        left = wide * place / 6
        tall = high * (0.12 + 0.05 * ((place * 7 + seed * 3) % 5))
        draw.rectangle(
            (left, tall, left + wide / 6.4, high * 0.62), fill=(150 + 12 * ((place + seed) % 5), 140, 120 + 8 * (place % 4))
        )
        for window in range(3):
            top = tall + 40 + window * 120
            draw.rectangle((left + 40, top, left + 110, top + 70), fill=(90, 110, 130))
    if not clean:
        for piece in range(24):
            x, y = (piece * 197 + seed * 61) % wide, high * 0.68 + (piece * 83 + seed * 29) % int(high * 0.28)
            draw.polygon(
                [(x, y), (x + 46, y + 12), (x + 30, y + 44), (x - 8, y + 30)], fill=(214 - piece * 3, 190, 90 + piece * 5)
            )
    exif = Image.Exif()
    exif[0x010F] = "GENERATED-CAMERA"
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=88, exif=exif)
    return out.getvalue()


UNITS = (
    ("双山社区居民委员会", 96, 92, "95.83", "94.79", 1),
    ("岭咀社区居民委员会", 88, 83, "94.32", "95.45", 2),
    ("荔红社区居民委员会", 104, 97, "93.27", "91.35", 3),
    ("竹园社区居民委员会", 75, 69, "92.00", "90.67", 4),
    ("为民社区居民委员会", 91, 83, "91.21", "87.91", 5),
    ("街道综合行政执法队、市容环境卫生管理站（联合专班）", 132, 117, "88.64", "84.85", 6),
    ("街道公共服务办公室", 58, 50, "86.21", "82.76", 7),
    ("茂名市公共汽车有限公司河东片区场站管理中心", 41, 33, "80.49", "75.61", 8),
)


def bulletin() -> Paper:
    """通报: two tables, two charts, photos in pairs, an annex and the sources of its figures."""
    sources = {
        "rate": Source(
            "总体得分率", "94.03%", "测评得分", {"轮次": "2026年第四季度实地测评", "考核办法": "季度测评办法第2版"}, 24, 27, TAKEN
        ),
        "closed": Source("按期办结率", "91.24%", "问题办结", {"起": "2026-10-01", "止": "2026-11-20"}, 685, 702, TAKEN),
        "photos": Source(
            "整改前后照片", "1,248张", "佐证照片", {"轮次": "2026年第四季度实地测评", "状态": "已核验"}, 1248, 1261, TAKEN
        ),
    }
    ranking = Table(
        caption="各责任单位问题办结情况",
        columns=[
            Column("名次", 0.7),
            Column("责任单位", 3.4, "left"),
            Column("交办", 0.9, "right", group="问题（件）"),
            Column("办结", 0.9, "right", group="问题（件）"),
            Column("按期办结率", 1.2, "right", group="比率（%）"),
            Column("一次合格率", 1.2, "right", group="比率（%）"),
        ],
        rows=[(str(rank), name, str(given), str(done), rate, first) for name, given, done, rate, first, rank in UNITS],
        note="按期办结率为期内办结件数除以应办结件数（扣除经批准延期的件数）；办结不足30件的单位不排名。",
    )
    kinds = [
        ("主次干道", "35", "212", "198", "93.40"),
        ("背街小巷", "28", "168", "149", "88.69"),
        ("居民小区", "40", "240", "221", "92.08"),
        ("农贸市场", "9", "81", "70", "86.42"),
        ("公共厕所", "16", "64", "62", "96.88"),
        ("社区综合文化服务中心", "12", "60", "60", "100.00"),
    ]
    types = Table(
        caption="各类点位测评情况",
        columns=[
            Column("点位类型", 2.2, "left"),
            Column("点位数", 1, "right"),
            Column("观测数", 1, "right"),
            Column("合格数", 1, "right"),
            Column("合格率（%）", 1.2, "right"),
        ],
        rows=kinds,
    )
    problems = Table(
        caption="未办结问题清单",
        size="tiny",
        columns=[
            Column("序号", 0.6),
            Column("点位编码", 1.4),
            Column("点位名称", 2.2, "left"),
            Column("存在问题", 3.4, "left"),
            Column("责任单位", 2.2, "left"),
            Column("整改时限", 1.5),
        ],
        rows=[
            (
                str(number),
                f"HD-{number:04d}",
                f"健康北路{number * 3}号路段",
                ("人行道地砖破损，盲道被占用" if number % 3 else "垃圾桶满溢，周边有散落垃圾，未及时清运"),
                UNITS[number % len(UNITS)][0],
                f"2026-11-{20 + number % 9}",
            )
            for number in range(1, 41)
        ],
    )
    return Paper(
        kind=Kind.BULLETIN,
        red_head=ORGAN + "文件",
        number="河东创文〔2026〕3号",
        title="关于2026年第四季度创建全国文明城市实地测评情况的通报",
        addressee="各社区居民委员会，街道各办公室、各专班，驻街道各单位",
        date=DAY,
        organ=ORGAN,
        body=[
            Para(
                "为全面掌握创建工作进展，检验“门前三包”“十乱”整治等专项行动成效，指挥部办公室于2026年10月12日至11月18日组织开展了第四季度实地测评。现将有关情况通报如下："
            ),
            Heading("总体情况"),
            Para(
                "本次测评随机抽取140个点位，覆盖6类点位、16个社区，总体得分率为",
                FigureRef("rate", "94.03%"),
                "，比第三季度提高1.26个百分点。测评发现的问题按期办结率为",
                FigureRef("closed", "91.24%"),
                "，留存经核验的整改前后照片",
                FigureRef("photos", "1,248张"),
                "。各类点位测评情况见表1。",
            ),
            types,
            Chart(
                "bar",
                [name for name, *_ in kinds],
                [Series("合格率", [float(rate) for *_, rate in kinds])],
                title="各类点位合格率",
                unit="%",
                number_format="0.00",
                floor=60.0,
                ceiling=100.0,
            ),
            Heading("主要做法和成效"),
            Heading(
                "强化组织领导。", 2, ["街道党工委每周专题研究一次创建工作，设立7个工作组，16个网格、105个小网格逐一落实责任。"]
            ),
            Heading(
                "整治环境卫生。", 2, ["累计清理“牛皮癣”56309处，清运垃圾25199吨，拆除乱搭建25945平方米，占道经营现象明显减少。"]
            ),
            Heading("完善基础设施。", 2, ["共安装微型消防站30个、灭火器820个，划定摩托车位9720个、小车位2500多个。"]),
            Heading("存在问题"),
            Heading("办结质量不平衡", 2),
            Para("各责任单位办结情况见表2。排在末位的单位一次合格率不足80%，返工较多。"),
            ranking,
            Chart(
                "line",
                ["第一季度", "第二季度", "第三季度", "第四季度"],
                [Series("总体得分率", [89.7, 91.4, 92.77, 94.03]), Series("按期办结率", [82.1, 85.6, None, 91.24])],
                title="各季度总体得分率和按期办结率",
                unit="%",
                number_format="0.00",
                floor=75.0,
                ceiling=100.0,
            ),
            Heading("部分问题反复发生", 2),
            Heading("占道经营。", 3, ["健康北路、计星北路、方兴市场周边早晚时段仍有反弹。"]),
            Heading("乱张贴。", 3, ["部分老旧小区楼道清理后又被喷涂，主要表现为："]),
            Heading("楼道口小广告清理不彻底，留有残迹；", 4),
            Heading("电箱、灯杆等设施无人管护。", 4),
            Photos(
                [
                    Photo(street_photo(1), "健康北路12号（10月13日）"),
                    Photo(street_photo(1, clean=True), "健康北路12号（10月16日）"),
                    Photo(street_photo(4), "方兴市场东门（10月20日）"),
                    Photo(street_photo(4, clean=True), "方兴市场东门（10月21日）"),
                ],
                caption="典型问题整改前后对比",
                pairs=True,
            ),
            Heading("下一步工作要求"),
            Para(
                "各责任单位要对照附件所列问题，逐项落实整改措施、整改时限和责任人，11月30日前全部办结，并通过系统一次报送整改情况，不再另行填报表格。指挥部办公室将随机抽取已办结问题进行不打招呼的复查，复查不合格的按反弹重新交办。"
            ),
        ],
        annexes=[Annex("未办结问题清单", [problems])],
        sources=sources,
        copies=[("抄送", "茂南区创建全国文明城市指挥部办公室，街道党工委、人大工委、纪工委，街道办事处各领导")],
        print_organ=ORGAN,
        print_date=DAY,
    )


def dispatch_sheet(*, items: int = 6, photos: int = 4, photo_size: tuple[int, int] = (1600, 1200)) -> Paper:
    """交办单: who, to whom, by when; the problems; photos from before; room for the receipt."""
    texts = [
        ("主次干道", "健康北路12号路段", "人行道地砖破损3处，盲道被共享单车占用", "7个工作日"),
        ("农贸市场", "方兴市场东门", "占道经营，摊位超出划线约1.5米", "4个工作小时"),
        ("居民小区", "计星公产房小区2栋", "楼道内停放电动自行车，消防通道堵塞", "3个工作日"),
        ("公共厕所", "崩塘仔市场公厕", "洗手台水龙头损坏，无障碍厕位堆放杂物", "3个工作日"),
        ("背街小巷", "迎宾路29号大院北侧", "墙面小广告12处，线缆低垂", "4个工作小时"),
        ("公交站台", "河东路口站", "公益广告褪色，站台垃圾桶满溢", "3个工作日"),
    ]
    table = Table(
        caption="交办问题",
        columns=[
            Column("序号", 0.6),
            Column("类别", 1.1),
            Column("点位名称", 2.1, "left"),
            Column("存在问题", 3.3, "left"),
            Column("整改时限", 1.4),
        ],
        rows=[(str(n + 1), *texts[n % len(texts)]) for n in range(items)],
    )
    return Paper(
        kind=Kind.DISPATCH,
        red_head="创建全国文明城市问题交办单",
        number="河东创文交〔2026〕15号",
        title="",
        date=DAY,
        organ=ORGAN,
        body=[
            Form(
                [
                    FormRow([("交办单位", ORGAN)]),
                    FormRow([("承办单位", "街道综合行政执法队"), ("协办单位", "双山社区居民委员会、岭咀社区居民委员会")]),
                    FormRow([("交办依据", "2026年第四季度实地测评"), ("办结时限", "2026年12月2日")]),
                    FormRow(
                        [
                            (
                                "办理要求",
                                "请按所列时限逐项整改，整改前后照片由系统一次上传；确有困难的，在时限过半前申请延期并说明理由；认为不属本单位职责的，收到后1个工作日内提出。",
                            )
                        ]
                    ),
                ]
            ),
            table,
            Photos(
                [Photo(street_photo(n, size=photo_size), f"问题{n + 1}：{texts[n][1]}") for n in range(photos)],
                caption="整改前照片",
            ),
            Form(
                [
                    FormRow([("签收人", ""), ("签收时间", "　　年　　月　　日　　时")]),
                    FormRow([("整改情况", "")], height_mm=28),
                    FormRow([("复核意见", "")], height_mm=22),
                ]
            ),
        ],
    )


def briefing() -> Paper:
    """简报 with an issue number."""
    return Paper(
        kind=Kind.BRIEFING,
        red_head="创文简报",
        issue=12,
        total_issue=86,
        title="河东街道以网格微治理推进老旧小区消防设施全覆盖",
        date=DAY,
        organ=ORGAN,
        body=[
            Para("连日来，河东街道聚焦无人管理小区消防器材缺口，发动网格员、业主和包联单位共同补短板，取得阶段性成效。"),
            Heading("摸清底数，建好台账"),
            Para("街道组织105名网格员逐栋排查，236个无人管理小区中，已有消防器材的47个，未安装的189个，逐一登记、上图、定责。"),
            Chart(
                "hbar",
                ["双山社区", "岭咀社区", "荔红社区", "竹园社区", "为民社区", "健康社区"],
                [Series("已安装", [12, 9, 8, 7, 6, 5]), Series("未安装", [31, 28, 36, 22, 40, 32])],
                title="部分社区无人管理小区消防器材情况",
                unit="小区（个）",
                number_format="0",
            ),
            Heading("多方出力，一次补齐"),
            Para("街道统筹资金、包联单位认购、居民自筹相结合，新增微型消防站30个、灭火器820个。"),
            Para("居民普遍反映：“灭火器就在楼道口，用起来放心。”"),
        ],
        copies=[
            ("报", "茂南区创建全国文明城市指挥部"),
            ("送", "街道党工委、办事处各领导"),
            ("发", "各社区居民委员会，街道各办公室"),
        ],
        print_count=60,
    )
