// A visit: the checklist of the site, by family and by search; what is in order with one tap, what is not on a screen of its own.

import { entryData, good, isFinding, isRated, told } from "./data.js";
import * as drafts from "./drafts.js";
import * as skip from "./skip.js";

const FAR = 300; // metres
const filters = new Map(); // key of the visit -> {family, query}: kept while the app is open

export function register(inspector) {
  const { app, visitOf } = inspector;
  app.route("#/visit/:key", async ({ key }) => {
    const visit = visitOf(key);
    if (!visit) { app.go((await app.drafts.get(drafts.nameOf(key))) ? `#/visit/${key}/lost` : "#/"); return null; }
    return screen(inspector, visit, await drafts.open(app, visit));
  });
  app.route("#/visit/:key/lost", ({ key }) => lost(inspector, key));
}

export const filterOf = (key) => {
  if (!filters.has(key)) filters.set(key, { family: null, query: "" });
  return filters.get(key);
};

/** The criteria that the filter shows, in their order. */
export function shown(app, visit, draft) {
  const { family, query } = filterOf(visit.key);
  visit.index ??= app.index(visit.items, (item) => ({ text: item.text, words: item.keywords, initials: item.initials }));
  return visit.index.find(query).filter((item) => family === null || item.family === family
    || (family === "open" && !isRated(draft.results[item.key])) || (family === "found" && isFinding(draft.results[item.key])));
}

export const counts = (visit, draft) => {
  const results = Object.values(draft.results);
  const rated = results.filter(isRated).length;
  return {
    rated, total: visit.items.length, open: Math.max(0, visit.items.length - rated), found: results.filter(isFinding).length,
    photos: results.reduce((sum, result) => sum + (result.photos?.length ?? 0), 0),
  };
};

/** Where the visit is made is asked once, when it begins; nothing waits for it. */
async function askPlace(app, draft) {
  if (draft.asked) return;
  draft.asked = true;
  draft.place = await app.place.once();
  await drafts.save(app, draft).catch(() => {});
}

async function screen(inspector, visit, draft) {
  const { app, all, where, typeOf } = inspector;
  const { t } = app;
  const { h, button, iconButton, badge, icon, notice, replace, textInput, list } = app.ui;
  const filter = filterOf(visit.key);
  const summary = h("div.visit-sum");
  const rows = h("div.criteria", { "aria-live": "polite" });
  const chips = h("div.chips.scroll", { role: "group", "aria-label": t("Kind of criterion") });
  const over = visit.stop && ["done", "skipped"].includes(inspector.stateOf(visit.stop)) && inspector.entryOf(visit.stop) === undefined;

  const drawSummary = () => {
    const { rated, total, found, photos } = counts(visit, draft);
    replace(summary,
      h("p.hint", [typeOf(visit.site), where(visit.site)].filter(Boolean).join(" · ")),
      h("p", h("b", t("{n} of {m} rated", { n: draft.all_conform ? total : rated, m: total })),
        found ? badge(t("{n} findings", { n: found }), "warn") : null, photos ? badge(t("{n} photos", { n: photos }), "quiet") : null,
        draft.all_conform ? badge(t("the rest in order"), "ok") : null));
  };

  const drawChips = () => {
    const families = [...new Set(visit.items.map((item) => item.family))].map((id) => [id, all().families.get(id)?.name ?? t("Other")]);
    const order = [...all().families.keys()];
    families.sort((a, b) => order.indexOf(a[0]) - order.indexOf(b[0]));
    const chip = (value, label) => h("button.chip", {
      type: "button", "aria-pressed": String(filter.family === value), onclick: () => { filter.family = filter.family === value ? null : value; drawChips(); drawRows(); },
    }, label);
    replace(chips, chip(null, t("All")), chip("open", t("Not rated")), chip("found", t("Findings")), families.map(([id, name]) => chip(id, name)));
  };

  const drawRows = () => {
    const found = shown(app, visit, draft);
    replace(rows, found.length ? list(found.slice(0, 300).map(line))
      : h("p.lead", visit.items.length ? t("No criterion fits. Try other words or first letters: ljt.") : t("There is no checklist for this kind of site.")));
  };

  const line = (item) => {
    const element = h("li.criterion");
    const draw = () => {
      const result = draft.results[item.key];
      const word = told(t, result, draft.all_conform);
      replace(element,
        h("a.row", { href: `#/visit/${visit.key}/${item.key}` },
          h("span.row-text", h("span.row-title", item.text), result?.note || result?.photos?.length
            ? h("span.row-sub", [result.note, result.photos?.length ? t("{n} photos", { n: result.photos.length }) : ""].filter(Boolean).join(" · ")) : null),
          word ? h("span.row-end", badge(word[0], word[1])) : null),
        isRated(result) ? iconButton({ label: t("Take back: {text}", { text: item.text }), icon: "arrow-back-up", on: async () => set(item, null, draw) })
          : iconButton({ label: t("In order: {text}", { text: item.text }), icon: "check", kind: "ok", on: async () => set(item, good(item.grading), draw) }));
    };
    draw();
    return element;
  };

  const set = async (item, result, draw) => {
    const before = draft.results[item.key];
    if (result === null && (before?.note || before?.photos?.length)) { app.go(`#/visit/${visit.key}/${item.key}`); return; }
    const writing = drafts.set(app, draft, item, result);
    draw();
    drawSummary();
    await writing.catch(() => {}); // a full disk is said above the screen; the draft stays in hand
  };

  drawSummary();
  drawChips();
  drawRows();
  askPlace(app, draft).then(() => far(inspector, visit, draft, summary));
  return {
    title: visit.site.name, back: "#/", tab: "home",
    tools: visit.stop ? [iconButton({ label: t("Cannot go"), icon: "map-pin-off", on: () => skip.ask(inspector, visit.stop) })] : [],
    body: [
      over ? notice("warn", t("Somebody has been here already. You can record a visit all the same; the office is asked which holds.")) : null,
      summary, chips,
      h("div.search", icon("search"), textInput({
        type: "search", value: filter.query, placeholder: t("Words or first letters: ljt"), "aria-label": t("Search criteria"), on: (value) => { filter.query = value; drawRows(); },
      })),
      rows,
    ],
    foot: [
      button({ label: draft.all_conform ? t("Not all in order") : t("All in order"), icon: "checks", on: () => allConform(inspector, visit, draft, () => app.refresh()) }),
      button({ label: t("Finish"), icon: "flag", kind: "primary", on: () => finish(inspector, visit, draft) }),
    ],
  };
}

/** Far from the site: said once, quietly; the place may be wrong on the list. */
function far(inspector, visit, draft, summary) {
  const { app } = inspector;
  if (!draft.place || !Number.isFinite(visit.site.lat)) return;
  const metres = app.place.metres(draft.place, visit.site);
  if (metres > FAR + (draft.place.accuracy ?? 0)) {
    summary.append(app.ui.notice("quiet", app.t("You are {distance} from this site. Is it the right one?", { distance: app.words.distance(metres) })));
  }
}

/** The whole site in order, with what was found as the exceptions. */
async function allConform(inspector, visit, draft, after) {
  const { app } = inspector;
  const { t } = app;
  const { open, found } = counts(visit, draft);
  if (!draft.all_conform) {
    const yes = await app.ui.confirm({
      title: t("All in order?"), yes: t("Yes, all in order"),
      text: found ? t("The {n} criteria that are not rated count as in order; the {m} findings stay.", { n: open, m: found })
        : t("The {n} criteria that are not rated count as in order. You can still record exceptions.", { n: open }),
    });
    if (!yes) return;
  }
  draft.all_conform = !draft.all_conform;
  await drafts.save(app, draft).catch(() => {});
  after();
}

async function finish(inspector, visit, draft) {
  const { app } = inspector;
  const { t } = app;
  const { h, button, notice, sheet, textInput, toast } = app.ui;
  const { rated, open, found, photos, total } = counts(visit, draft);
  const nothing = !rated && !draft.all_conform;
  const send = async () => {
    try {
      await app.queue.add({
        kind: "fieldwork.visit", data: entryData(visit, draft), draft: drafts.nameOf(visit.key), made: draft.made, based_on: draft.based_on, uid: draft.uid,
        photos: Object.values(draft.results).flatMap((result) => result.photos ?? []), label: visit.site.name,
        sub: t("{n} rated, {m} findings", { n: draft.all_conform ? total : rated, m: found }),
      });
    } catch (problem) {
      toast(t("It could not be kept: {why}. The draft is still there.", { why: problem.message }), "bad");
      return;
    }
    await drafts.close(visit.key);
    filters.delete(visit.key);
    asked.close(true);
  };
  const asked = sheet({
    title: t("Finish this visit"),
    body: [
      h("p", t("{n} rated, {m} findings, {k} photos.", { n: draft.all_conform ? total : rated, m: found, k: photos })),
      nothing ? notice("warn", t("Nothing is rated yet.")) : open && !draft.all_conform ? notice("warn", t("{n} criteria are not rated.", { n: open }),
        button({ label: t("They are in order"), on: async () => { draft.all_conform = true; await drafts.save(app, draft).catch(() => {}); asked.close(); finish(inspector, visit, draft); } })) : null,
      app.ui.field(t("Note on the visit"), textInput({ rows: 2, maxlength: 300, value: draft.note, on: (value) => { draft.note = value; drafts.save(app, draft).catch(() => {}); } })),
    ],
    foot: [button({ label: t("Finish"), icon: "flag", kind: "primary", attributes: { disabled: nothing }, on: send })],
  });
  if (!(await asked.closed)) return;
  toast(t("Finished. It is sent as soon as there is signal."));
  app.go("#/");
}

/** A refused visit is taken back to be changed: its data as a draft, under the same identifier. */
export async function reopen(inspector, entry) {
  const { app, all, visitOf } = inspector;
  const stop = all().stops.find((one) => one.round_sites.some((id) => entry.data.round_sites.includes(id)));
  const key = stop ? `s${stop.id}` : `r${entry.data.rounds[0]}-${entry.data.site}`;
  const visit = visitOf(key);
  const known = new Map((visit?.items ?? []).map((item) => [item.id === null ? `c${item.criterion}` : `i${item.id}`, item]));
  const results = {}, items = {};
  for (const { item, criterion, ...said } of entry.data.items) {
    const name = item === null ? `c${criterion}` : `i${item}`;
    results[name] = said;
    items[name] = known.get(name) ? { ...known.get(name) } : { id: item, criterion, severity: said.severity, text: `#${criterion}` };
  }
  drafts.forget(key);
  await app.queue.reopen(entry.uid, drafts.nameOf(key), {
    key, uid: entry.uid, site: entry.data.site, name: entry.label, made: entry.made, results, items, all_conform: entry.data.all_conform, note: entry.data.note,
    based_on: app.etags(["fieldwork.rounds", "standards.checklists"]), lists: visit?.lists ?? entry.data.checklists, asked: true,
    place: entry.data.lat === null ? null : { lat: entry.data.lat, lon: entry.data.lon, accuracy: entry.data.accuracy },
  });
  return visit ? `#/visit/${key}` : `#/visit/${key}/lost`;
}

/** A draft whose place has gone from the package: it can be read, sent as it is (the server asks what holds), or thrown away. */
async function lost(inspector, key) {
  const { app } = inspector;
  const { t } = app;
  const { h, button, badge, list, row, notice, confirm } = app.ui;
  const draft = await app.drafts.get(drafts.nameOf(key));
  if (!draft) { app.go("#/"); return null; }
  const results = Object.entries(draft.results).filter(([, result]) => isRated(result));
  const stop = key.startsWith("s");
  const visit = { key, site: { id: draft.site }, rounds: stop ? [] : [Number(/^r(\d+)/.exec(key)[1])], round_sites: stop ? [Number(key.slice(1))] : [], items: [] };
  return {
    title: draft.name, back: "#/", tab: "home",
    body: [
      notice("warn", t("This place is not in your package any more: it was taken off the round, or the round has ended.")),
      list(results.map(([item, result]) => row({ title: draft.items?.[item]?.text ?? item, sub: result.note, end: badge(...told(t, result)) }))),
      h("p.hint", t("Send it all the same: the server says what is possible, and you choose.")),
    ],
    foot: [
      button({
        label: t("Throw it away"), kind: "danger", icon: "trash", on: async () => {
          if (!(await confirm({ title: t("Throw away what was entered?"), text: t("{n} results will be gone.", { n: results.length }), yes: t("Throw it away"), danger: true }))) return;
          await app.drafts.remove(drafts.nameOf(key));
          drafts.forget(key);
          app.go("#/");
        },
      }),
      button({
        label: t("Send it"), kind: "primary", icon: "send", on: async () => {
          await app.queue.add({
            kind: "fieldwork.visit", data: entryData(visit, draft), draft: drafts.nameOf(key), made: draft.made, based_on: draft.based_on, uid: draft.uid,
            photos: Object.values(draft.results).flatMap((result) => result.photos ?? []), label: draft.name,
          });
          drafts.forget(key);
          app.go("#/queue");
        },
      }),
    ],
  };
}
