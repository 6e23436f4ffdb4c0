"""Native charts: the DrawingML part that Word draws and edits, and the workbook of its numbers inside the file."""

import io
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from .fonts import LATIN, SONG
from .model import Chart
from .ooxml import NAMESPACES, clean

COLORS = ("1F4E79", "C00000", "7F7F7F", "BF9000", "548235", "7030A0")  # told apart in grey print as well
TEXT_SIZE = 1050  # hundredths of a point: 五号
CATEGORY_AXIS, VALUE_AXIS = 111111111, 222222222


def workbook(chart: Chart, created: datetime) -> bytes:
    """The .xlsx behind a chart: categories in column A, a series in each further column."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"created": created, "title": clean(chart.title)})
    sheet = book.add_worksheet("数据")
    for place, series in enumerate(chart.series, 1):
        sheet.write_string(0, place, clean(series.name))
        for line, value in enumerate(series.values, 1):
            if value is not None:
                sheet.write_number(line, place, float(value))
    for line, category in enumerate(chart.categories, 1):
        sheet.write_string(line, 0, clean(category))
    book.close()
    return out.getvalue()


def chart_xml(chart: Chart, workbook_id: str) -> bytes:
    """The chart part. `workbook_id` is its relationship to the workbook."""
    body = _plot(chart)
    legend = ""
    if len(chart.series) > 1:
        legend = f'<c:legend><c:legendPos val="b"/><c:overlay val="0"/>{_text()}</c:legend>'
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<c:chartSpace xmlns:c="{NAMESPACES["c"]}" xmlns:a="{NAMESPACES["a"]}" xmlns:r="{NAMESPACES["r"]}">'
        '<c:date1904 val="0"/><c:lang val="zh-CN"/><c:roundedCorners val="0"/><c:chart><c:autoTitleDeleted val="1"/>'
        f'<c:plotArea><c:layout/>{body}</c:plotArea>{legend}<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        '<c:spPr><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill><a:ln><a:noFill/></a:ln></c:spPr>'
        f'{_text()}<c:externalData r:id={quoteattr(workbook_id)}><c:autoUpdate val="0"/></c:externalData></c:chartSpace>'
    ).encode()


def _text(size: int = TEXT_SIZE) -> str:
    face = f'<a:latin typeface="{LATIN}"/><a:ea typeface="{SONG.name}"/>'
    fill = '<a:solidFill><a:srgbClr val="000000"/></a:solidFill>'
    return (
        f'<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="{size}" b="0">{fill}{face}</a:defRPr></a:pPr>'
        '<a:endParaRPr lang="zh-CN"/></a:p></c:txPr>'
    )


def _plot(chart: Chart) -> str:
    series = "".join(_series(chart, place) for place in range(len(chart.series)))
    axes = f'<c:axId val="{CATEGORY_AXIS}"/><c:axId val="{VALUE_AXIS}"/>'
    if chart.kind == "line":
        drawn = f'<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>{series}<c:marker val="1"/>{axes}</c:lineChart>'
    else:
        direction = "bar" if chart.kind == "hbar" else "col"
        drawn = (
            f'<c:barChart><c:barDir val="{direction}"/><c:grouping val="clustered"/><c:varyColors val="0"/>{series}'
            f'<c:gapWidth val="{60 if len(chart.series) == 1 else 80}"/>{axes}</c:barChart>'
        )
    return drawn + _axes(chart)


def _series(chart: Chart, place: int) -> str:
    series, color = chart.series[place], COLORS[place % len(COLORS)]
    column, last = xl_col_to_name(place + 1), len(chart.categories) + 1
    fill = f'<a:solidFill><a:srgbClr val="{color}"/></a:solidFill>'
    points = "".join(
        f'<c:pt idx="{index}"><c:v>{float(value)!r}</c:v></c:pt>'
        for index, value in enumerate(series.values)
        if value is not None
    )
    names = "".join(f'<c:pt idx="{index}"><c:v>{escape(clean(name))}</c:v></c:pt>' for index, name in enumerate(chart.categories))
    count = f'<c:ptCount val="{len(chart.categories)}"/>'
    if chart.kind == "line":
        look = (
            f'<c:spPr><a:ln w="25400" cap="rnd">{fill}<a:round/></a:ln></c:spPr><c:marker><c:symbol val="circle"/><c:size val="5"/>'
            f"<c:spPr>{fill}<a:ln><a:noFill/></a:ln></c:spPr></c:marker>"
        )
    else:
        look = f'<c:spPr>{fill}<a:ln><a:noFill/></a:ln></c:spPr><c:invertIfNegative val="0"/>'
    labels = ""
    if chart.labels:
        where = "t" if chart.kind == "line" else "outEnd"
        labels = (
            f'<c:dLbls><c:numFmt formatCode={quoteattr(chart.number_format)} sourceLinked="0"/>'
            f'<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>{_text(900)}<c:dLblPos val="{where}"/>'
            '<c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/>'
            '<c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>'
        )
    return (
        f'<c:ser><c:idx val="{place}"/><c:order val="{place}"/><c:tx><c:strRef><c:f>数据!${column}$1</c:f><c:strCache><c:ptCount val="1"/>'
        f'<c:pt idx="0"><c:v>{escape(clean(series.name))}</c:v></c:pt></c:strCache></c:strRef></c:tx>{look}{labels}'
        f"<c:cat><c:strRef><c:f>数据!$A$2:$A${last}</c:f><c:strCache>{count}{names}</c:strCache></c:strRef></c:cat>"
        f"<c:val><c:numRef><c:f>数据!${column}$2:${column}${last}</c:f><c:numCache><c:formatCode>General</c:formatCode>{count}{points}</c:numCache>"
        f"</c:numRef></c:val>{'<c:smooth val=' + chr(34) + '0' + chr(34) + '/>' if chart.kind == 'line' else ''}</c:ser>"
    )


def _axes(chart: Chart) -> str:
    flat = chart.kind == "hbar"
    line = '<c:spPr><a:ln w="6350"><a:solidFill><a:srgbClr val="595959"/></a:solidFill></a:ln></c:spPr>'
    grid = '<c:majorGridlines><c:spPr><a:ln w="3175"><a:solidFill><a:srgbClr val="D9D9D9"/></a:solidFill></a:ln></c:spPr></c:majorGridlines>'
    title = ""
    if chart.unit:
        run = f'<a:rPr lang="zh-CN" sz="{TEXT_SIZE}" b="0"><a:latin typeface="{LATIN}"/><a:ea typeface="{SONG.name}"/></a:rPr>'
        turned = "<a:bodyPr/>" if flat else '<a:bodyPr rot="-5400000" vert="horz"/>'
        title = (
            f"<c:title><c:tx><c:rich>{turned}<a:lstStyle/><a:p><a:r>{run}<a:t>{escape(clean(chart.unit))}</a:t></a:r></a:p></c:rich></c:tx>"
            '<c:overlay val="0"/></c:title>'
        )
    ends = f'<c:max val="{chart.ceiling!r}"/>' if chart.ceiling is not None else ""
    ends += f'<c:min val="{chart.floor!r}"/>' if chart.floor is not None else ""
    return (
        f'<c:catAx><c:axId val="{CATEGORY_AXIS}"/><c:scaling><c:orientation val="{"maxMin" if flat else "minMax"}"/></c:scaling>'
        f'<c:delete val="0"/><c:axPos val="{"l" if flat else "b"}"/><c:numFmt formatCode="General" sourceLinked="0"/>'
        f'<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/>{line}{_text()}'
        f'<c:crossAx val="{VALUE_AXIS}"/><c:crosses val="autoZero"/>'
        '<c:auto val="0"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/><c:noMultiLvlLbl val="1"/></c:catAx>'
        f'<c:valAx><c:axId val="{VALUE_AXIS}"/><c:scaling><c:orientation val="minMax"/>{ends}</c:scaling><c:delete val="0"/>'
        f'<c:axPos val="{"b" if flat else "l"}"/>{grid}{title}<c:numFmt formatCode={quoteattr(chart.number_format)} sourceLinked="0"/>'
        f'<c:majorTickMark val="out"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>{line}{_text()}'
        f'<c:crossAx val="{CATEGORY_AXIS}"/><c:crosses val="{"max" if flat else "autoZero"}"/><c:crossBetween val="between"/></c:valAx>'
    )


def height_mm(chart: Chart) -> float:
    """Printed height: a horizontal bar chart grows with its bars, up to a page."""
    if chart.kind != "hbar":
        return 78.0
    return min(200.0, 22.0 + max(5.5, 4.2 * len(chart.series)) * len(chart.categories) + (8 if len(chart.series) > 1 else 0))
