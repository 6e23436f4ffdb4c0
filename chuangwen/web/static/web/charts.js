// Draws what a Chart says (chuangwen/web/charts.py). Figures come as plain data; how they look is decided here, once for the whole product.

/** Colours follow the page's own variables, so that a dark page gets dark charts. */
const page = getComputedStyle(document.documentElement);
const given = (name, otherwise) => page.getPropertyValue(name).trim() || otherwise;
const INK = given("--cw-ink", "#1f2733"), SOFT = given("--cw-soft", "#566072"), LINE = given("--cw-line", "#e3e6eb"), SURFACE = given("--cw-chart-surface", "#fff");
const PALETTE = ["#2f5d8f", "#3f8f87", "#c28a2b", "#9d1f2f", "#6d6a9c", "#7c8796", "#5b8c3e", "#a7623a"];
const TONES = Object.fromEntries(Object.entries({ ok: "#2f8556", wait: "#2f6cab", warn: "#c28a2b", bad: "#c1432b", quiet: "#a3abb8", accent: "#9d1f2f" })
  .map(([tone, colour]) => [tone, given(`--cw-chart-${tone}`, colour)]));
const DAY = 86400000;

const font = () => getComputedStyle(document.body).fontFamily;
const size = () => Math.round(12 * given("--cw-chart-scale", 1) * parseFloat(getComputedStyle(document.documentElement).fontSize) / 16);
const shown = (value, data) => value === null || value === undefined || Number.isNaN(value) ? "—"
  : `${Number(value).toLocaleString("en-US", { minimumFractionDigits: data.digits, maximumFractionDigits: data.digits })}${data.unit}`;
/** The palette's next colour; where a series of the chart has a tone, its colour is taken and no other gets it. */
function colour(series, n, data) {
  if (TONES[series.tone]) return TONES[series.tone];
  const taken = new Set(data.series.map((one) => TONES[one.tone]));
  const left = PALETTE.filter((one) => !taken.has(one));
  const place = data.series.slice(0, n).filter((one) => !TONES[one.tone]).length;
  return left[place % left.length];
}

function base(data) {
  return {
    textStyle: { fontFamily: font(), fontSize: size(), color: SOFT },
    color: PALETTE,
    animationDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 350,
    grid: { left: 8, right: 20, top: data.series.length > 1 ? 36 : 16, bottom: 4, containLabel: true },
    legend: data.series.length > 1 ? { top: 0, left: 0, itemWidth: 12, itemHeight: 8, icon: "roundRect", textStyle: { color: INK, fontSize: size() } } : undefined,
    // Rich text is drawn on the canvas: the policy of the page allows no styles inside markup.
    tooltip: { renderMode: "richText", confine: true, borderColor: LINE, backgroundColor: SURFACE, textStyle: { color: INK, fontSize: size() }, valueFormatter: (value) => shown(Array.isArray(value) ? value[value.length - 1] : value, data) },
  };
}

const words = (data) => ({ type: "category", data: data.categories, axisTick: { show: false }, axisLine: { lineStyle: { color: "#b8c0cc" } }, axisLabel: { color: SOFT, fontSize: size(), hideOverlap: true, width: 120, overflow: "truncate" } });
const figures = (data) => ({ type: "value", min: data.low ?? undefined, max: data.high ?? undefined, minInterval: data.digits || data.unit ? 0 : 1, splitLine: { lineStyle: { color: LINE } }, axisLabel: { color: SOFT, fontSize: size(), formatter: (value) => `${value.toLocaleString("en-US")}${data.unit === "%" ? "%" : ""}` } });

/** The interval around each value: a thin line with two caps. */
function intervals(series, n, data) {
  return {
    type: "custom", name: series.name, silent: true, tooltip: { show: false }, z: 5,
    encode: data.horizontal ? { x: [1, 2], y: 0 } : { x: 0, y: [1, 2] },
    data: series.values.map((_, at) => [at, series.low[at], series.high[at]]).filter((row) => row[1] !== null && row[2] !== null),
    renderItem(_, api) {
      const flip = data.horizontal;
      const point = (value) => api.coord(flip ? [value, api.value(0)] : [api.value(0), value]);
      const [a, b] = [point(api.value(1)), point(api.value(2))];
      const cap = flip ? [0, 4] : [4, 0];
      const stroke = (x1, y1, x2, y2) => ({ type: "line", shape: { x1, y1, x2, y2 }, style: { stroke: INK, lineWidth: 1.25 } });
      return { type: "group", children: [stroke(...a, ...b), ...[a, b].map(([x, y]) => stroke(x - cap[0], y - cap[1], x + cap[0], y + cap[1]))] };
    },
  };
}

const mark = (data) => data.mark === null ? undefined : {
  silent: true, symbol: "none", lineStyle: { color: SOFT, type: "dashed" },
  label: { formatter: data.markLabel, color: SOFT, position: "insideEndTop" },
  data: [data.horizontal ? { xAxis: data.mark } : { yAxis: data.mark }],
};

function cartesian(data) {
  const option = base(data);
  const across = { ...words(data), inverse: data.horizontal, boundaryGap: data.kind === "bar" };
  [option.xAxis, option.yAxis] = data.horizontal ? [figures(data), across] : [across, figures(data)];
  option.tooltip.trigger = "axis";
  option.tooltip.axisPointer = { type: data.kind === "bar" ? "shadow" : "line" };
  option.series = data.series.flatMap((series, n) => {
    const one = { type: data.kind, name: series.name, data: series.values, stack: series.stack || undefined, itemStyle: { color: colour(series, n, data) }, markLine: n === 0 ? mark(data) : undefined };
    if (data.kind === "bar") Object.assign(one, { barMaxWidth: 28, itemStyle: { ...one.itemStyle, borderRadius: series.stack ? 0 : data.horizontal ? [0, 3, 3, 0] : [3, 3, 0, 0] }, label: data.horizontal && !series.stack && !series.low.length ? { show: true, position: "right", color: INK, fontSize: size(), formatter: ({ value }) => shown(value, data) } : undefined });
    else Object.assign(one, { step: series.step ? "end" : false, symbolSize: 6, showSymbol: series.values.length < 40, lineStyle: { width: 2 }, areaStyle: series.area ? { opacity: .12 } : undefined, connectNulls: false });
    return series.low.length ? [one, intervals(series, n, data)] : [one];
  });
  if (data.horizontal) option.grid.right = 64;
  return option;
}

function pie(data) {
  const option = base(data);
  option.tooltip.trigger = "item";
  option.legend = { orient: "vertical", right: 0, top: "middle", icon: "circle", itemWidth: 8, textStyle: { color: INK } };
  option.series = [{ type: "pie", radius: ["52%", "80%"], center: ["36%", "50%"], label: { show: false }, itemStyle: { borderColor: "#fff", borderWidth: 2 },
    data: data.categories.map((name, n) => ({ name, value: data.series[0].values[n] })) }];
  return option;
}

function heatmap(data) {
  const option = base(data);
  const cells = data.series.flatMap((series, y) => series.values.map((value, x) => [x, y, value])).filter((cell) => cell[2] !== null);
  option.legend = undefined;
  option.xAxis = { ...words(data), splitArea: { show: false }, axisLine: { show: false } };
  option.yAxis = { type: "category", data: data.rows, inverse: true, axisTick: { show: false }, axisLine: { show: false }, axisLabel: { color: SOFT } };
  option.grid = { left: 8, right: 8, top: 8, bottom: 40, containLabel: true };
  option.visualMap = { min: data.low ?? Math.min(...cells.map((cell) => cell[2])), max: data.high ?? Math.max(...cells.map((cell) => cell[2])), orient: "horizontal", left: "center", bottom: 0, itemHeight: 120, itemWidth: 10, inRange: { color: ["#f1f5f9", "#c5d7e8", "#86aed3"] }, textStyle: { color: SOFT }, text: [shown(data.high ?? Math.max(...cells.map((cell) => cell[2])), data), shown(data.low ?? Math.min(...cells.map((cell) => cell[2])), data)] };
  option.tooltip.formatter = ({ value }) => `${data.rows[value[1]]} · ${data.categories[value[0]]}\n${shown(value[2], data)}`;
  option.series = [{ type: "heatmap", data: cells, itemStyle: { borderColor: "#fff", borderWidth: 2, borderRadius: 3 }, label: { show: cells.length <= 120, color: INK, formatter: ({ value }) => shown(value[2], { ...data, unit: "" }) } }];
  return option;
}

function gauge(data) {
  const option = base(data);
  const [series] = data.series;
  const [low, high] = [data.low ?? 0, data.high ?? 100];
  option.series = [{ type: "gauge", min: low, max: high, startAngle: 210, endAngle: -30, radius: "96%", center: ["50%", "58%"],
    progress: { show: true, width: 14, itemStyle: { color: colour(series, 0, data) } }, axisLine: { lineStyle: { width: 14, color: [[1, "#e7eaef"]] } },
    pointer: { show: false }, axisTick: { show: false }, splitLine: { show: false }, axisLabel: { show: false },
    detail: { offsetCenter: [0, 0], color: INK, fontSize: size() * 2.2, fontWeight: 600, formatter: (value) => shown(value, data) },
    title: { offsetCenter: [0, "34%"], color: SOFT, fontSize: size() }, data: [{ value: series.values[0], name: series.name }] }];
  return option;
}

function scatter(data) {
  const option = base(data);
  option.xAxis = { ...figures({ ...data, low: null, high: null }), name: data.categories[0] || "", nameLocation: "middle", nameGap: 28, scale: true };
  option.yAxis = { ...figures(data), name: data.categories[1] || "", scale: true };
  option.grid.bottom = 28;
  option.grid.top = 40;
  option.tooltip.formatter = ({ dataIndex, value }) => `${data.names[dataIndex] ?? ""}\n${data.categories[0] ?? "x"} ${value[0]}\n${data.categories[1] ?? "y"} ${value[1]}`;
  option.series = data.series.map((series, n) => ({ type: "scatter", name: series.name, data: series.values, symbolSize: 9, itemStyle: { color: colour(series, n, data), opacity: .75 } }));
  return option;
}

function gantt(data) {
  const option = base(data);
  const [start, end] = data.series.map((series) => series.values.map((day) => Date.parse(day)));
  option.legend = undefined;
  option.grid.top = 8;
  option.xAxis = { type: "time", position: "bottom", splitLine: { show: true, lineStyle: { color: LINE } }, axisLabel: { color: SOFT, hideOverlap: true, formatter: "{yyyy}-{MM}-{dd}" } };
  option.yAxis = { ...words(data), inverse: true };
  option.tooltip.formatter = ({ dataIndex }) => `${data.categories[dataIndex]}\n${data.series[0].values[dataIndex]} – ${data.series[1].values[dataIndex]}`;
  option.series = [{ type: "custom", encode: { x: [1, 2], y: 0 }, data: start.map((from, n) => [n, from, end[n] + DAY]),
    renderItem(_, api) {
      const [a, b] = [api.coord([api.value(1), api.value(0)]), api.coord([api.value(2), api.value(0)])];
      const height = Math.min(18, api.size([0, 1])[1] * .6);
      return { type: "rect", shape: { x: a[0], y: a[1] - height / 2, width: Math.max(2, b[0] - a[0]), height, r: 3 }, style: { fill: PALETTE[0] } };
    } }];
  return option;
}

const KINDS = { bar: cartesian, line: cartesian, pie, heatmap, gauge, scatter, gantt };
const resized = new ResizeObserver((entries) => { for (const { target } of entries) target.chart?.resize(); });

export async function draw(places, assets) {
  const { init } = await import(assets.echarts);
  for (const place of places) {
    const data = JSON.parse(document.getElementById(place.dataset.chart).textContent);
    const chart = init(place, null, { renderer: "canvas" });
    chart.setOption(KINDS[data.kind](data));
    chart.on("click", ({ dataIndex }) => { if (data.links[dataIndex]) location.assign(data.links[dataIndex]); });
    place.chart = chart;
    resized.observe(place);
  }
}
