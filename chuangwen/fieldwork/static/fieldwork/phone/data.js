// What the inspector's screens know: stops, sites and checklists of the package, put together with drafts and queue. No screen in here.

export const GRADED = "graded";
export const PASS_FAIL = "pass_fail";
export const LOSS = "loss";

const key_of = (item) => (item.id === null ? `c${item.criterion}` : `i${item.id}`);

export function model(app) {
  let built = null;
  app.onBundle(() => { built = null; });

  /** Everything by its key; made once per package. */
  function all() {
    if (built) return built;
    const rounds = app.bundle("fieldwork.rounds") ?? { rounds: [], stops: [] };
    const sites = app.bundle("fieldwork.sites") ?? { sites: [], types: [], divisions: [] };
    const lists = app.bundle("standards.checklists") ?? { lists: [], families: [], editions: [] };
    const by = (rows) => new Map(rows.map((row) => [row.id, row]));
    built = {
      rounds: by(rounds.rounds), stops: rounds.stops, stop: by(rounds.stops), sites: by(sites.sites), types: by(sites.types),
      divisions: by(sites.divisions), lists: lists.lists, families: by(lists.families), ready: Boolean(app.bundle("fieldwork.rounds")),
    };
    return built;
  }

  /** The stops in the order in which they are visited: this day's and those left from before, then the coming days'. */
  function stops() {
    return [...all().stops].sort((a, b) => (a.day ?? "9").localeCompare(b.day ?? "9") || (a.position ?? 1e9) - (b.position ?? 1e9) || a.id - b.id);
  }

  /** What is in the queue for a stop: the entry of a visit or of why it could not be. */
  function entryOf(stop) {
    return app.queue.list().find((entry) => entry.kind.startsWith("fieldwork.") && entry.data.round_sites?.some((id) => stop.round_sites.includes(id)));
  }

  /** "done" | "skipped" | "left" of a stop, by the package or by what lies in the queue. */
  function stateOf(stop) {
    const entry = entryOf(stop);
    if (entry?.kind === "fieldwork.skip" || stop.skipped) return "skipped";
    return entry || stop.done ? "done" : "left";
  }

  /** The checklists of a site in the rounds that are served: of its type, or the one that stands in where the type has none. */
  function listsOf(site, round_ids) {
    const editions = new Set(round_ids.map((id) => all().rounds.get(id)?.edition).filter((id) => id !== undefined));
    return [...editions].map((edition) => {
      const here = all().lists.filter((list) => list.edition === edition);
      return here.find((list) => list.type === site.type) ?? here.find((list) => list.type === null);
    }).filter(Boolean);
  }

  /** A visit by the key of its address: "s12" a stop, "r3-45" a site in a round without places of its own. Null when it is unknown. */
  function visitOf(key) {
    const [, round, place] = /^r(\d+)-(\d+)$/.exec(key) ?? [];
    const stop = key.startsWith("s") ? all().stop.get(Number(key.slice(1))) : null;
    const site = all().sites.get(stop ? stop.site : Number(place));
    if (!site || (!stop && !all().rounds.get(Number(round)))) return null;
    const rounds = stop ? stop.rounds : [Number(round)];
    const lists = listsOf(site, rounds);
    const items = new Map();
    for (const list of lists) for (const item of list.items) if (!items.has(key_of(item))) items.set(key_of(item), { ...item, key: key_of(item) });
    return { key, stop, site, rounds, round_sites: stop?.round_sites ?? [], lists: lists.map((list) => list.etag), items: [...items.values()] };
  }

  /** Where a tap on a site leads: to its stop, else to a round that any site may be visited in. */
  function keyOfSite(site) {
    const here = stops().filter((stop) => stop.site === site.id);
    const stop = here.find((one) => stateOf(one) === "left") ?? here[0];
    if (stop) return `s${stop.id}`;
    const open = [...all().rounds.values()].find((round) => round.open);
    return open ? `r${open.id}-${site.id}` : null;
  }

  /** The site that a scanned code names: its code alone, or an address that says it (?site=, as on the codes that the office prints), ends with
   *  it or holds its number. */
  function siteOfCode(text) {
    const told = text.trim();
    const rows = [...all().sites.values()];
    const last = decodeURIComponent(told.replace(/[?#].*$/, "").replace(/\/+$/, "").split("/").pop() ?? "");
    const asked = new URLSearchParams(/\?([^#]*)/.exec(told)?.[1] ?? "").get("site");
    return rows.find((site) => site.code === told) ?? rows.find((site) => site.code === (asked ?? last))
      ?? (/\/sites\/\d+/.test(told) ? all().sites.get(Number(/\/sites\/(\d+)/.exec(told)[1])) : undefined);
  }

  function where(site) {
    const division = all().divisions.get(site.division)?.name ?? "";
    return site.address?.startsWith(division) ? site.address : [division, site.address].filter(Boolean).join(" ");
  }

  const typeOf = (site) => all().types.get(site.type)?.name ?? "";

  return { all, stops, stateOf, entryOf, visitOf, keyOfSite, siteOfCode, where, typeOf };
}

/** Whether something was found wrong: worse than A, not conforming, points lost, a defect. */
export function isFinding(result) {
  if (!result) return false;
  return Boolean((result.grade && result.grade !== "A") || result.conform === false || Number(result.loss) > 0 || result.defects > 0);
}

/** Whether the criterion has been judged. */
export const isRated = (result) => Boolean(result) && ["grade", "conform", "loss", "defects"].some((name) => result[name] !== undefined);

/** What stands for "in order" by the grading of the criterion. */
export function good(grading) {
  return { [GRADED]: { grade: "A" }, [PASS_FAIL]: { conform: true }, [LOSS]: { loss: "0" } }[grading];
}

/** The result in one word and its tone. */
export function told(t, result, all_conform) {
  if (!isRated(result)) return all_conform ? [t("in order"), "ok"] : null;
  const tone = isFinding(result) ? (result.grade === "B" || result.grade === "C" || (Number(result.loss) > 0 && Number(result.loss) < 1) ? "warn" : "bad") : "ok";
  if (result.grade) return [result.grade, tone];
  if (result.defects !== undefined) return [t("{n} defects", { n: result.defects }), tone];
  if (result.conform !== undefined) return [result.conform ? t("conforms") : t("does not conform"), tone];
  return [Number(result.loss) ? `−${Number(result.loss)}` : t("no loss"), tone];
}

/** What is sent of a draft, as the server asks. */
export function entryData(visit, draft) {
  const results = Object.entries(draft.results).filter(([, result]) => isRated(result));
  const items = new Map(visit.items.map((item) => [item.key, item]));
  return {
    round_sites: visit.round_sites, site: visit.site.id, rounds: visit.rounds, checklists: draft.lists, all_conform: Boolean(draft.all_conform),
    items: results.map(([key, result]) => {
      const item = items.get(key) ?? draft.items?.[key] ?? {};
      const { at: _, ...said } = result;
      return { item: item.id ?? null, criterion: item.criterion, severity: item.severity, note: "", photos: [], ...said };
    }),
    lat: draft.place?.lat ?? null, lon: draft.place?.lon ?? null, accuracy: draft.place?.accuracy ?? null, note: draft.note ?? "", finished: true,
  };
}
