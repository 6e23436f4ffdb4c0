// The liaison: what is assigned to our units, answered with a photo of the same view, in thirty seconds and without signal.

import { parts } from "./parts.js";

const MOST_PHOTOS = 5;
const MOST_DAYS = 60;

export function register(app) {
  const { t, ui, words } = app;
  const make = parts(app);
  const { h, button, badge } = make;

  const section = () => app.bundle("cases.mine");
  const rows = () => section()?.cases ?? [];
  const find = (id) => rows().find((row) => String(row.id) === String(id));
  const todo = (row) => row.ours && row.state !== "submitted" && row.part !== "assist";
  /** Ours to do, and nothing of ours on its way that does it. */
  const open = (row) => todo(row) && !["cases.answer", "cases.not_ours"].includes(make.pending(row)?.kind);
  /** When it has to be done: what is deferred, on the day until which it is. */
  const dueBy = (row) => (row.state === "deferred" ? row.deferred_until : row.due_at) || "9";
  const byDue = (a, b) => dueBy(a).localeCompare(dueBy(b)) || a.id - b.id;

  const prefetch = () => make.prefetch("mine", [...rows()].sort(byDue)).catch(() => {}); // no room for pictures is no reason to stop

  app.kind("cases.answer", { label: t("Answer"), open: change });
  app.tab({ id: "cases", label: t("Our cases"), icon: "clipboard-list", href: "#/cases", order: 20, badge: () => rows().filter(open).length });
  app.home({ order: 20, view: home });
  app.route("#/cases", list);
  app.route("#/case/:id", page);
  app.route("#/case/:id/answer", answer);
  app.onBundle((changed) => { if (changed.includes("cases.mine")) prefetch(); });
  setTimeout(() => prefetch(), 3000);

  // -- lists ----------------------------------------------------------------------------------------------------------------------

  function home() {
    const ours = rows().filter(open).sort(byDue);
    if (!section()) return null;
    const late = ours.filter((row) => make.due(row).tone === "bad").length;
    return ui.section(t("Our cases"),
      ours.length ? h("p.case-sum", h("b", String(ours.length)), t("to put right"), late ? badge(t("{n} overdue", { n: late }), "bad") : null)
        : h("p.case-sum", t("Nothing to put right now.")),
      ui.list(ours.slice(0, 3).map((row) => make.card(row, `#/case/${row.id}`))),
      ours.length > 3 ? button({ label: t("All {n}", { n: ours.length }), wide: true, on: () => app.go("#/cases") }) : null);
  }

  function list() {
    const known = section();
    if (!known) return { title: t("Our cases"), tab: "cases", body: ui.empty({ icon: "clipboard-list", title: t("The package is not on the phone yet.") }) };
    const sorted = [...known.cases].sort(byDue);
    const today = new Date().toDateString();
    const group = (row) => {
      if (["conflict", "refused", "stuck"].includes(make.pending(row)?.state)) return "ask";
      if (!todo(row)) return row.part === "assist" ? "assist" : "away";
      if (!open(row)) return "way";
      if (!row.due_at || row.state === "deferred") return "later";
      return new Date(row.due_at) < Date.now() ? "late" : new Date(row.due_at).toDateString() === today ? "today" : "later";
    };
    const groups = [
      ["ask", t("Need you")], ["late", t("Overdue")], ["today", t("Due today")], ["later", t("Due later")], ["way", t("From this phone, on the way")],
      ["away", t("With the office or another unit")], ["assist", t("We assist")],
    ].map(([key, label]) => [label, sorted.filter((row) => group(row) === key)]).filter(([, found]) => found.length);
    return {
      title: t("Our cases"), tab: "cases", leave: make.watch(),
      body: groups.length ? [
        groups.map(([label, found]) => ui.section(`${label} ${found.length}`, ui.list(found.map((row) => make.card(row, `#/case/${row.id}`))))),
        known.more ? ui.notice("quiet", t("{n} more are not on the phone: the most urgent are.", { n: known.more })) : null,
      ] : ui.empty({ icon: "circle-check", title: t("Nothing is assigned to your unit"), text: t("What is dispatched to {unit} appears here by itself.", {
        unit: known.units.map((unit) => unit.name).join("、"),
      }) }),
    };
  }

  // -- one case -------------------------------------------------------------------------------------------------------------------

  const gone = () => ({
    title: t("Our cases"), back: "#/cases", tab: "cases",
    body: ui.empty({ icon: "circle-check", title: t("This case is not with your unit any more"), text: t("It was closed or given to another unit.") }),
  });

  function page({ id }) {
    const row = find(id);
    if (!row) return gone();
    const clock = make.due(row), own = make.pending(row), from = row.dispatched;
    const waits = own && ["cases.answer", "cases.not_ours"].includes(own.kind) && own.state !== "sent";
    return {
      title: row.number, back: "#/cases", tab: "cases", leave: make.watch(),
      body: [
        h("div.case-head",
          h("h2.case-what", row.what),
          h("p.case-where", make.icon("map-pin"), row.where || t("No place was given.")),
          h("p.case-badges", badge(row.state_label, row.tone), clock.words ? badge(clock.words, clock.tone) : null,
            row.severity >= 3 ? badge(row.severity_label, row.severity > 3 ? "bad" : "warn") : null,
            row.rework ? badge(t("sent back {n} times", { n: row.rework }), "bad") : null,
            row.extension_asked ? badge(t("asked for {n} more days", { n: row.extension_asked }), "wait") : null)),
        make.entryList(row),
        row.said.at(-1) ? ui.notice(row.said.at(-1).verb === "send_back" ? "bad" : "quiet",
          `${row.said.at(-1).by} ${row.said.at(-1).label}：${row.said.at(-1).note}`) : null,
        make.strip(row.before, t("Before putting right")),
        make.strip(row.after, t("After putting right")),
        h("dl.facts",
          make.fact(t("Due"), row.due_at ? `${words.when(row.due_at)}${row.limit ? ` · ${row.limit}` : ""}` : ""),
          make.fact(t("Kind of problem"), [row.family_name, row.kind_name].filter(Boolean).join(" · ")),
          make.fact(t("Address"), row.address),
          make.fact(t("Dispatched by"), from ? `${from.by}${from.unit ? ` · ${from.unit}` : ""} · ${words.when(from.at)}` : ""),
          from?.phone ? make.fact(t("Questions"), h("a.call", { href: `tel:${from.phone.replace(/[^\d+]/g, "")}` }, make.icon("phone"), `${from.contact} ${from.phone}`)) : null,
          make.fact(t("Handled by"), row.handler && row.handler !== row.lead ? `${row.lead} → ${row.handler}` : row.lead)),
        row.lat !== null ? h("div.case-map", button({
          label: t("Show on the map"), icon: "map", on: async (event) => {
            const node = await app.map({ points: [{ lat: row.lat, lon: row.lon, label: row.where, tone: clock.tone }] });
            event.target.closest(".case-map").replaceChildren(node);
          },
        })) : null,
      ],
      foot: foot(row, waits),
    };
  }

  function foot(row, waits) {
    const may = (verb) => row.may.includes(verb) && !waits;
    const more = moreOf(row, may);
    const first = may("submit") ? button({ label: t("Answer with a photo"), icon: "camera", kind: "primary", on: () => shoot(row) })
      : row.may.includes("comment") ? button({ label: t("Remark"), icon: "message", on: () => make.remark(row).then(app.refresh) }) : null;
    return [
      more.length ? ui.iconButton({ label: t("More actions"), icon: "dots", on: () => offer(more) }) : null,
      may("sign_for") && make.pending(row)?.kind !== "cases.sign_for"
        ? button({ label: t("Sign for"), icon: "writing", on: () => sign(row) }) : null,
      first,
    ];
  }

  function moreOf(row, may) {
    return [
      may("ask_extension") && { label: t("Ask for more time"), icon: "hourglass", on: () => askTime(row) },
      (may("refuse") || may("hand_back")) && {
        label: may("refuse") ? t("Not ours") : t("Hand back to the lead"), icon: "circle-minus", on: () => notOurs(row, !may("refuse")),
      },
      row.may.includes("comment") && { label: t("Remark"), icon: "message", on: () => make.remark(row).then(app.refresh) },
    ].filter(Boolean);
  }

  function offer(more) {
    const shown = ui.sheet({
      title: t("More actions"), body: ui.list(more.map((one) => ui.row({ title: one.label, lead: make.icon(one.icon), on: () => { shown.close(); one.on(); } }))),
    });
  }

  async function sign(row) {
    await make.put({ kind: "cases.sign_for", row, data: {} });
    app.refresh();
  }

  // -- an answer ------------------------------------------------------------------------------------------------------------------

  const draftOf = (row) => `cases.answer:${row.id}`;

  /** The camera first: the photo is what an answer is. What was begun before is gone on with. */
  async function shoot(row) {
    const begun = await app.drafts.get(draftOf(row));
    if (!begun?.photos?.length) {
      const taken = await make.after(row);
      if (!taken.length) return;
      await app.drafts.put(draftOf(row), { photos: taken.map(({ uid }) => ({ uid })), measure: begun?.measure ?? "" });
    }
    app.go(`#/case/${row.id}/answer`);
  }

  /** An answer that was not taken comes back to be changed. */
  async function change(entry) {
    const draft = { photos: entry.data.after.map((uid) => ({ uid })), measure: entry.data.measure };
    await app.queue.reopen(entry.uid, `cases.answer:${entry.data.case}`, draft);
    return `#/case/${entry.data.case}/answer`;
  }

  async function answer({ id }) {
    const row = find(id);
    if (!row) return gone();
    const draft = (await app.drafts.get(draftOf(row))) ?? { photos: [], measure: "" };
    const keep = () => app.drafts.put(draftOf(row), draft);
    const photos = h("div.case-pair");
    const send = button({ label: t("Send"), icon: "send", kind: "primary", wide: true, on: submit });
    const ready = () => { send.disabled = !draft.photos.length || !text.value(); };
    const take = async (instead) => {
      const taken = await make.after(row);
      if (!taken.length) return;
      if (instead) { draft.photos = draft.photos.filter((photo) => photo.uid !== instead.uid); }
      draft.photos.push(...taken.map(({ uid }) => ({ uid })));
      await keep();
      if (instead) await app.camera.drop(instead.uid);
      draw();
    };
    const draw = () => {
      const before = row.before.at(-1);
      ui.replace(photos,
        before ? h("figure", h("figcaption", t("Before putting right")), app.camera.image({ address: before.view, alt: t("Before putting right") })) : null,
        draft.photos.map((photo) => h("figure", h("figcaption", t("After putting right")), app.camera.image({ uid: photo.uid, alt: t("After putting right"), large: true }),
          button({ label: t("Take again"), icon: "refresh", kind: "quiet", on: () => take(photo) }))));
      ui.replace(add, draft.photos.length < MOST_PHOTOS ? button({
        label: draft.photos.length ? t("Another photo") : t("Take the photo"), icon: "camera", kind: draft.photos.length ? "" : "primary", on: () => take(null),
      }) : null);
      ready();
    };
    const add = h("div.case-add");
    const known = section();
    const text = make.sentences({
      label: t("What was put right"), phrases: [...(known.measures[row.family] ?? []), ...known.any_measure], value: draft.measure,
      on: (value) => { draft.measure = value.trim(); keep(); ready(); },
    });
    async function submit() {
      await make.put({
        kind: "cases.answer", row, data: { measure: text.value(), after: draft.photos.map((photo) => photo.uid) }, photos: draft.photos,
        draft: draftOf(row),
      });
      app.go("#/cases");
    }
    draw();
    return {
      title: t("Answer"), back: `#/case/${row.id}`, tab: "cases",
      body: [h("p.case-where", row.what), photos, add, text.node], foot: send,
    };
  }

  // -- more time, not ours --------------------------------------------------------------------------------------------------------

  function askTime(row) {
    let days = 3;
    const steps = make.stepper({ label: t("Working days"), value: days, least: 1, most: MOST_DAYS, on: (now) => { days = now; quick.set(now); } });
    const quick = ui.choice({
      label: t("Working days"), kind: "small", value: days, on: (chosen) => { days = Number(chosen); steps.set(days); },
      options: [1, 2, 3, 5, 10].map((n) => ({ value: n, label: t("{n} days", { n }) })),
    });
    const why = make.sentences({ label: t("Reason"), phrases: section().reasons.ask_time });
    const shown = ui.sheet({
      title: t("Ask for more time"),
      body: [h("p.hint", t("The clock goes on until the office answers.")), h("h3", t("Working days")), steps.node, quick, why.node],
      foot: button({
        label: t("Ask"), kind: "primary", wide: true, on: async () => {
          if (!why.value()) { ui.toast(t("Say why more time is needed."), "warn"); why.input.focus(); return; }
          await make.put({ kind: "cases.ask_time", row, data: { days, reason: why.value() } });
          shown.close();
          app.refresh();
        },
      }),
    });
  }

  function notOurs(row, back) {
    const known = section();
    let unit = null;
    const found = app.index(known.others, (one) => ({ text: one.name, initials: one.initials }));
    const chosen = h("div.unit-chosen"), near = h("div.unit-near");
    const search = ui.textInput({ type: "search", placeholder: t("Name or first letters"), on: (typed) => draw(typed) });
    const draw = (typed = "") => {
      ui.replace(chosen, unit ? h("p.unit-is", unit.name, ui.iconButton({ label: t("Remove"), icon: "x", on: () => { unit = null; draw(); } })) : null);
      ui.replace(near, typed ? ui.list(found.find(typed).slice(0, 6).map((one) => ui.row({
        title: one.name, on: () => { unit = one; search.value = ""; draw(); },
      }))) : null);
    };
    draw();
    const why = make.sentences({ label: t("Reason"), phrases: back ? known.reasons.hand_back : known.reasons.not_ours });
    const shown = ui.sheet({
      title: back ? t("Hand back to the lead") : t("Not ours"),
      body: [why.node, back ? null : [ui.field(t("Whose it seems to be"), search, t("If you know: it helps the office.")), near, chosen]],
      foot: button({
        label: back ? t("Hand back to the lead") : t("Say that it is not ours"), kind: "danger", wide: true, on: async () => {
          if (!why.value()) { ui.toast(t("Say why it is not yours."), "warn"); why.input.focus(); return; }
          await make.put({ kind: "cases.not_ours", row, data: { reason: why.value(), ...(unit ? { suggested_unit: unit.id } : {}) } });
          shown.close();
          app.go("#/cases");
        },
      }),
    });
  }
}
