"""Finds a ranking of persons in what is shown: the tables of a page, of a sheet, of a paper. Knows no Django.

A table ranks persons in the making when one of its titles tells a result (place, score, points, how active somebody was) and another names
persons, or a cell of a column that is not about who did something holds the name of a person that is known. Who entered, checked or signed
something is told so that it can be answered for; it is no subject of a result. A name in running words is none either: the whole cell,
or one of the names that a cell lists, is.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator

import openpyxl
from lxml import etree, html

Table = list[list[str]]

RESULT = re.compile(
    r"名次|(?<!不)排名|排行|位次|得分|总分|分数|评分|积分|星级|分值|勋章|奖牌|点赞|活跃|步数|签到次数|打卡次数|登录次数|在线时长|巡查次数|上报次数|红黑榜|红榜|黑榜"
)
PERSON = re.compile(
    r"姓名|人员|个人|督导员|检查员|测评员|网格员|志愿者|工作人员|账号|用户|领导(?!小组)|负责人|居民(?!小区|委员会)|举报人|报告人|队员|成员(?!单位)"
)
WHO_DID_IT = re.compile(
    r"(录入|核对|核查|审核|签发|签署|起草|拟稿|办理|经办|答复|确认|决定|计算|上传|登记|接收|送达|提交|操作|创建|修改|复核|验收|派发|联系|见证)(人|者|人员)?|^由谁"
)
LONGEST = 16
"""No title is longer: what is, is a sentence or a record."""
APART = re.compile(r"[\s、，,；;/（）()·]+")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def ranking_in(table: Table, persons: Iterable[str] = ()) -> str:
    """What is wrong with a table (rows of texts, its titles in one of them); empty for nothing."""
    known = set(persons)
    for number, titles in enumerate(table):
        if any(len(title) > LONGEST for title in titles):
            continue
        results = [title for title in titles if RESULT.search(title)]
        people = [title for title in titles if PERSON.search(title) and not WHO_DID_IT.search(title) and title not in results]
        if not results or len([title for title in titles if title]) < 2:
            continue
        if people:
            return f"{'、'.join(results)} beside {'、'.join(people)}"
        for row in table[number + 1 :]:
            for title, cell in zip([*titles, *[""] * (len(row) - len(titles))], row, strict=False):
                named = known.intersection([cell, *APART.split(cell)])
                if named and not WHO_DID_IT.search(title):
                    return f"{'、'.join(results)} beside {'、'.join(sorted(named))}"
    return ""


def tables_of_page(text: str) -> Iterator[Table]:
    """The tables of a page, and its lists of facts as tables of two rows: what they call, what they say."""
    if not text.strip():
        return
    page = html.fromstring(text)
    for table in page.iter("table"):
        yield [[_said(cell) for cell in row.iter("th", "td")] for row in table.iter("tr")]
    for facts in page.iter("dl"):
        pairs = [(_said(one), _said(two)) for one, two in zip(facts.iter("dt"), facts.iter("dd"), strict=False)]
        if pairs:
            yield [list(row) for row in zip(*pairs, strict=True)]


def _said(cell: html.HtmlElement) -> str:
    return " ".join("".join(cell.itertext()).split())


def tables_of_sheet(content: bytes) -> Iterator[Table]:
    """Each sheet of a workbook (.xlsx)."""
    for sheet in openpyxl.load_workbook(io.BytesIO(content), data_only=True).worksheets:
        yield [["" if cell is None else " ".join(str(cell).split()) for cell in row] for row in sheet.iter_rows(values_only=True)]


def tables_of_paper(content: bytes) -> Iterator[Table]:
    """The tables of a paper (.docx), those inside others too."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        body = etree.fromstring(archive.read("word/document.xml"))
    for table in body.iter(f"{W}tbl"):
        yield [
            ["".join(cell.itertext(f"{W}t")).strip() for cell in row.iterchildren(f"{W}tc")] for row in table.iterchildren(f"{W}tr")
        ]
