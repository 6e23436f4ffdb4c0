// One criterion at one site, in ten seconds: how it came out, a photo, a few words, how serious, next.

import { LOSS, PASS_FAIL, isFinding, isRated } from "./data.js";
import * as drafts from "./drafts.js";
import { shown } from "./visit.js";

const LOSSES = ["0", "0.1", "0.2", "0.3", "1"];
const LONGEST = 500;
const REMEMBERED = 8;

export function register(inspector) {
  const { app, visitOf } = inspector;
  app.route("#/visit/:key/:item", async ({ key, item: wanted }) => {
    const visit = visitOf(key);
    if (!visit) { app.go(`#/visit/${key}`); return null; }
    const draft = await drafts.open(app, visit);
    const item = visit.items.find((one) => one.key === wanted) ?? (draft.items[wanted] ? { keywords: [], ...draft.items[wanted], key: wanted } : null);
    if (!item) { app.go(`#/visit/${key}`); return null; }
    return screen(inspector, visit, draft, item);
  });
}

async function screen(inspector, visit, draft, item) {
  const { app } = inspector;
  const { t } = app;
  const { h, button, choice, field, icon, notice, replace, section, textInput, toast } = app.ui;
  const result = () => draft.results[item.key] ?? {};
  const more = h("div");
  const photos = h("div.photos");
  const phrases = await phrasesOf(app, item);
  const keep = (changes) => drafts.set(app, draft, item, changes).catch(() => {}); // a full disk is said above the screen

  const set = (changes, others) => {
    for (const name of others) if (draft.results[item.key]) delete draft.results[item.key][name];
    keep(changes);
    drawMore();
  };

  const severity = choice({
    label: t("How serious"), kind: "small", value: result().severity ?? item.severity,
    options: [1, 2, 3, 4].map((value) => ({ value, label: [t("minor"), t("normal"), t("serious"), t("urgent")][value - 1], tone: ["quiet", "quiet", "warn", "bad"][value - 1] })),
    on: (value) => keep({ severity: value }),
  });
  const note = textInput({ rows: 2, maxlength: LONGEST, value: result().note ?? "", placeholder: t("What is to be seen, and where exactly"), on: (value) => keep({ note: value }) });
  const noteField = field(t("What was found"), note);
  const chips = h("div.chips", phrases.map((phrase) => h("button.chip", {
    type: "button", onclick: () => {
      note.value = note.value ? `${note.value}、${phrase}`.slice(0, LONGEST) : phrase;
      keep({ note: note.value });
    },
  }, phrase)));

  const drawPhotos = () => replace(photos,
    (result().photos ?? []).map((uid, place) => h("button", { type: "button", "aria-label": t("Photo {n}", { n: place + 1 }), onclick: () => look(uid) }, app.camera.image({ uid, alt: t("Photo {n}", { n: place + 1 }) }))),
    h("button.add", { type: "button", onclick: () => shoot(false) }, icon("photo-plus"), t("From the phone")));

  const drawMore = () => {
    more.hidden = !isRated(result());
    severity.parentElement?.classList.toggle("hidden", !isFinding(result()));
  };

  const shoot = async (viewfinder) => {
    try {
      const taken = await app.camera.take({ viewfinder, several: !viewfinder, at: undefined });
      if (!taken.length) return;
      keep({ photos: [...(result().photos ?? []), ...taken.map((photo) => photo.uid)] });
      drawPhotos();
      drawMore();
    } catch (problem) {
      toast(t("The photo could not be kept: {why}", { why: problem.message || t("no room on the phone") }), "bad");
    }
  };

  const look = async (uid) => {
    const asked = app.ui.sheet({
      title: t("Photo"), full: true, body: h("div.large-photo", app.camera.image({ uid, large: true, alt: t("Photo") })),
      foot: button({ label: t("Remove"), icon: "trash", kind: "danger", on: () => asked.close(true) }),
    });
    if (!(await asked.closed)) return;
    await keep({ photos: (result().photos ?? []).filter((one) => one !== uid) });
    await app.camera.drop(uid);
    drawPhotos();
  };

  const next = async () => {
    if (result().note) await remember(app, item, result().note);
    const open = shown(app, visit, draft).filter((one) => one.key !== item.key && !isRated(draft.results[one.key]));
    const order = visit.items.findIndex((one) => one.key === item.key);
    const following = open.find((one) => visit.items.indexOf(one) > order) ?? open[0];
    location.replace(following ? `#/visit/${visit.key}/${following.key}` : `#/visit/${visit.key}`);
  };

  const severityPart = h("div.field", h("span.label", t("How serious")), severity);
  replace(more, noteField, chips, severityPart);
  drawPhotos();
  drawMore();
  const place = visit.items.findIndex((one) => one.key === item.key);
  return {
    title: place >= 0 ? t("Criterion {n} of {m}", { n: place + 1, m: visit.items.length }) : t("Criterion"), back: `#/visit/${visit.key}`, tab: "home", kind: "finding",
    tools: item.exemptions || item.examples?.length ? [app.ui.iconButton({ label: t("Examples and exemptions"), icon: "help-circle", on: () => help(inspector, item) })] : [],
    body: [
      place < 0 ? notice("warn", t("This criterion is not on the checklist any more. What you entered is kept.")) : null,
      h("p.criterion-text", item.text),
      item.exemptions ? h("p.hint", t("Does not count: {text}", { text: item.exemptions })) : null,
      h("div.grading", grading(inspector, item, result(), set)),
      section(t("Photos"), photos),
      more,
    ],
    foot: [
      button({ label: t("Photo"), icon: "camera", on: () => shoot(true) }),
      button({ label: t("Next"), icon: "arrow-right", kind: "primary", on: next }),
    ],
  };
}

/** The big buttons that the grading of the criterion asks for. */
function grading(inspector, item, result, set) {
  const { app } = inspector;
  const { t } = app;
  const { h, choice, iconButton } = app.ui;
  if (item.grading === PASS_FAIL) {
    return choice({
      label: t("Result"), value: result.conform === undefined ? null : String(result.conform),
      options: [{ value: "true", label: t("conforms"), tone: "ok" }, { value: "false", label: t("does not conform"), tone: "bad" }],
      on: (value) => set({ conform: value === "true" }, ["grade", "defects", "loss"]),
    });
  }
  if (item.grading === LOSS) {
    return choice({
      label: t("Points lost"), value: result.loss ?? null,
      options: LOSSES.map((value) => ({ value, label: value === "0" ? t("nothing lost") : value === "1" ? t("all of it") : `−${value}`, tone: value === "0" ? "ok" : value === "1" ? "bad" : "warn" })),
      on: (value) => set({ loss: value }, ["grade", "defects", "conform"]),
    });
  }
  const count = h("output.count-value", { "aria-live": "polite" }, result.defects ?? "—");
  const grades = choice({
    label: t("Grade"), value: result.grade ?? null,
    options: ["A", "B", "C", "D"].map((value) => ({ value, label: value, sub: { A: t("in order"), B: t("slight"), C: t("clear"), D: t("bad") }[value], tone: { A: "ok", B: "warn", C: "warn", D: "bad" }[value] })),
    on: (value) => { count.textContent = "—"; set({ grade: value }, ["defects", "conform", "loss"]); },
  });
  let number = result.defects ?? 0;
  const step = (by) => {
    number = Math.max(0, Math.min(999, (count.textContent === "—" ? (by > 0 ? 0 : 1) : number) + by));
    count.textContent = number;
    grades.set(null);
    set({ defects: number }, ["grade", "conform", "loss"]);
  };
  return [grades, h("div.counter", h("span", t("or count the defects")),
    iconButton({ label: t("one less"), icon: "minus", on: () => step(-1) }), count, iconButton({ label: t("one more"), icon: "plus", on: () => step(1) }))];
}

/** Photos of right and wrong, and what does not count. */
function help(inspector, item) {
  const { app } = inspector;
  const { t } = app;
  const { h, badge, sheet } = app.ui;
  sheet({
    title: t("Examples and exemptions"),
    body: [
      h("p", item.text),
      item.exemptions ? h("div.notice.tone-quiet", h("span", t("Does not count: {text}", { text: item.exemptions }))) : null,
      (item.examples ?? []).map((example) => h("figure.example",
        app.camera.image({ address: example.address, alt: example.caption || (example.right ? t("right") : t("wrong")) }),
        h("figcaption", badge(example.right ? t("right") : t("wrong"), example.right ? "ok" : "bad"), " ", example.caption ?? ""))),
    ],
  });
}

/** What inspectors write about this criterion: what this phone has noted before, then the words of the criterion. */
async function phrasesOf(app, item) {
  const own = (await app.kept.get(`phrases:${item.criterion}`)) ?? [];
  return [...new Set([...own, ...(item.keywords ?? [])])].slice(0, REMEMBERED);
}

async function remember(app, item, note) {
  if (note.length > 40) return;
  const own = (await app.kept.get(`phrases:${item.criterion}`)) ?? [];
  await app.kept.put(`phrases:${item.criterion}`, [note, ...own.filter((one) => one !== note)].slice(0, REMEMBERED)).catch(() => {});
}

