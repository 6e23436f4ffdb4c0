// Silent re-checks: closed cases that somebody else looks at again. What was found is kept on the phone and sent by itself.

import { parts } from "./parts.js";

const MOST_PHOTOS = 5;

export function register(app) {
  const { t, ui, words } = app;
  const make = parts(app);
  const { h, button, badge } = make;

  const rows = () => app.bundle("cases.rechecks") ?? [];
  const find = (id) => rows().find((row) => String(row.id) === String(id));
  const entryOf = (row) => app.queue.list().find((entry) => entry.kind === "cases.recheck" && entry.data?.recheck === row.id);
  const open = (row) => !entryOf(row);
  const draftOf = (row) => `cases.recheck:${row.id}`;

  // Pictures of before and after come along: what one compares with is needed where there is no signal.
  const prefetch = () => make.prefetch("rechecks", rows().map((row) => ({ before: [...row.before, ...row.after], may: ["submit"] }))).catch(() => {});
  app.onBundle((changed) => { if (changed.includes("cases.rechecks")) prefetch(); });
  setTimeout(prefetch, 3000);

  app.kind("cases.recheck", { label: t("Silent re-check"), open: change });
  app.home({ order: 40, view: home });
  app.route("#/rechecks", list);
  app.route("#/recheck/:id", page);

  function home() {
    const waiting = rows().filter(open);
    if (!waiting.length) return null;
    return ui.section(t("Silent re-checks"),
      h("p.case-sum", h("b", String(waiting.length)), t("to look at again")),
      ui.list(waiting.slice(0, 3).map(line)),
      waiting.length > 3 ? button({ label: t("All {n}", { n: waiting.length }), wide: true, on: () => app.go("#/rechecks") }) : null);
  }

  function line(row) {
    const own = entryOf(row);
    const late = row.due_on < new Date().toLocaleDateString("sv");
    return ui.row({
      title: row.description, sub: [row.case, row.site || row.address || row.place].filter(Boolean).join(" · "),
      end: own ? make.entryBadge(own, { short: true }) : badge(t("by {day}", { day: words.day(row.due_on) }), late ? "bad" : "quiet"),
      href: own ? `#/queue/${own.uid}` : `#/recheck/${row.id}`,
    });
  }

  function list() {
    const all = rows();
    return {
      title: t("Silent re-checks"), back: "#/", leave: make.watch(),
      body: all.length ? ui.list(all.map(line)) : ui.empty({ icon: "circle-check", title: t("Nothing to look at again") }),
    };
  }

  async function change(entry) {
    const { recheck, result, note, photos } = entry.data;
    await app.queue.reopen(entry.uid, `cases.recheck:${recheck}`, { photos: photos.map((uid) => ({ uid })), result, note });
    return `#/recheck/${recheck}`;
  }

  async function page({ id }) {
    const row = find(id);
    if (!row) return { title: t("Silent re-check"), back: "#/rechecks", body: ui.empty({ icon: "circle-check", title: t("This is not yours to look at any more") }) };
    const draft = (await app.drafts.get(draftOf(row))) ?? { photos: [], result: "", note: "" };
    const keep = () => app.drafts.put(draftOf(row), draft);
    const send = button({ label: t("Send"), icon: "send", kind: "primary", wide: true, on: submit });
    const shown = h("div.case-pair"), add = h("div.case-add");
    const ready = () => { send.disabled = !draft.result || (draft.result === "unclear" ? !note.value() : !draft.photos.length); };
    const take = async () => {
      const last = (row.after.at(-1) ?? row.before.at(-1))?.view;
      draft.photos.push(...(await make.after(null, last)).map(({ uid }) => ({ uid })));
      await keep();
      draw();
    };
    const remove = async (photo) => {
      draft.photos = draft.photos.filter((one) => one.uid !== photo.uid);
      await keep();
      await app.camera.drop(photo.uid);
      draw();
    };
    const draw = () => {
      ui.replace(shown, draft.photos.map((photo) => h("figure", app.camera.image({ uid: photo.uid, alt: t("How it looks now"), large: true }),
        button({ label: t("Remove"), icon: "x", kind: "quiet", on: () => remove(photo) }))));
      ui.replace(add, draft.photos.length < MOST_PHOTOS ? button({
        label: draft.photos.length ? t("Another photo") : t("Take the photo"), icon: "camera", kind: draft.photos.length ? "" : "primary", on: take,
      }) : null);
      ready();
    };
    const found = ui.choice({
      label: t("What do you find?"), value: draft.result || null, on: (value) => { draft.result = value; keep(); ready(); },
      options: [
        { value: "solved", label: t("Still solved"), tone: "ok" }, { value: "back", label: t("The problem is back"), tone: "bad" },
        { value: "unclear", label: t("Could not tell"), tone: "warn" },
      ],
    });
    const note = make.sentences({
      label: t("Remark"), phrases: [t("Nobody let me in"), t("The place cannot be found")], value: draft.note,
      on: (value) => { draft.note = value.trim(); keep(); ready(); },
    });
    async function submit() {
      const where = await app.place.once().catch(() => null);
      await app.queue.add({
        kind: "cases.recheck", label: `${t("Silent re-check")} · ${row.case}`, sub: row.description, sections: ["cases.rechecks"], draft: draftOf(row),
        data: {
          recheck: row.id, result: draft.result, note: note.value(), photos: draft.photos.map((photo) => photo.uid),
          ...(where ? { lat: where.lat, lon: where.lon } : {}),
        },
        photos: draft.photos.map((photo) => photo.uid),
      });
      ui.toast(t("Kept on the phone. It is sent by itself."));
      app.go("#/rechecks");
    }
    draw();
    return {
      title: row.case, back: "#/rechecks",
      body: [
        h("div.case-head", h("h2.case-what", row.description), h("p.case-where", make.icon("map-pin"), [row.site, row.address, row.place].filter(Boolean).join(" · ")),
          h("p.case-badges", badge(t("by {day}", { day: words.day(row.due_on) }), "quiet"), row.kind ? badge(row.kind, "quiet") : null)),
        make.strip(row.before, t("Before putting right")),
        make.strip(row.after, t("After putting right")),
        row.measure ? h("dl.facts", make.fact(t("What was put right"), row.measure)) : null,
        shown, add, found, note.node,
        row.lat !== null ? h("div.case-map", button({
          label: t("Show on the map"), icon: "map", on: async (event) => {
            const node = await app.map({ points: [{ lat: row.lat, lon: row.lon, label: row.site || row.address, tone: "wait" }] });
            event.target.closest(".case-map").replaceChildren(node);
          },
        })) : null,
      ],
      foot: send,
    };
  }
}
