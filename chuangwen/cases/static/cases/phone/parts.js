// What the liaison's and the patrol's screens have in common: a case as a card, its deadline in words, what of ours is still on its way to
// it, photos beside each other, sentences to tap. Nothing here shows as done what the server has not said is done.

const MINUTES_A_DAY = 24 * 60;

export function parts(app) {
  const { t, ui, words } = app;
  const { h, icon, button, badge, choice } = ui;

  /** A length of time in the two largest units that say something, as the pages write it: 3 天 4 小时. */
  function span(minutes) {
    const days = Math.floor(minutes / MINUTES_A_DAY), hours = Math.floor((minutes % MINUTES_A_DAY) / 60), left = Math.floor(minutes % 60);
    const said = [];
    if (days) said.push(t("{n} days", { n: days }));
    if (hours && days < 10) said.push(t("{n} hours", { n: hours }));
    if ((left && !days && hours < 10) || !said.length) said.push(t("{n} minutes", { n: left }));
    return said.join(" ");
  }

  /** How a case stands to its clock now, by the phone's own: {words, tone}. */
  function due(row) {
    if (["submitted", "refused"].includes(row.state)) return { words: "", tone: "quiet" }; // no clock of the unit runs
    if (row.state === "deferred") return { words: t("deferred until {day}", { day: words.day(row.deferred_until) }), tone: "quiet" };
    if (!row.due_at) return { words: "", tone: "quiet" };
    const minutes = (new Date(row.due_at) - Date.now()) / 60_000;
    if (minutes < 0) return { words: t("{time} overdue", { time: span(-minutes) }), tone: "bad" };
    const half = row.half_at && new Date(row.half_at) <= Date.now();
    return { words: t("{time} left", { time: span(minutes) }), tone: half ? "warn" : "ok" };
  }

  // -- what of ours is on its way -------------------------------------------------------------------------------------------------

  // The words are t("Answer"), t("More time"), t("Not ours"), t("Signature"), t("Remark"), t("Solved on the spot"), t("Report").
  const NAMES = {
    "cases.answer": "Answer", "cases.ask_time": "More time", "cases.not_ours": "Not ours", "cases.sign_for": "Signature",
    "cases.remark": "Remark", "cases.solved_on_spot": "Solved on the spot", "cases.report": "Report",
  };
  // The words are t("waits to be sent"), t("is being sent"), t("sent"), t("a choice is asked"), t("not taken"), t("could not be sent yet").
  const STATES = {
    waiting: ["waits to be sent", "wait"], sending: ["is being sent", "wait"], sent: ["sent", "ok"], conflict: ["a choice is asked", "bad"],
    refused: ["not taken", "bad"], stuck: ["could not be sent yet", "warn"],
  };

  /** The entries of this phone for a case that its row does not hold yet, newest first. */
  function entriesFor(row) {
    return app.queue.list().filter((entry) => entry.data?.case === row.id
      && !(entry.state === "sent" && (!entry.result || entry.result.version <= row.version || entry.result.done === "")));
  }

  /** The one that says how the case stands for whoever looks: what a unit did comes before remarks. */
  function pending(row) {
    const found = entriesFor(row);
    return found.find((entry) => entry.kind !== "cases.remark") ?? found[0] ?? null;
  }

  /** `short`: the state alone, where what it is stands beside it. */
  function entryBadge(entry, { short = false } = {}) {
    const [word, tone] = STATES[entry.state] ?? [entry.state, "quiet"];
    return badge(short ? t(word) : `${t(NAMES[entry.kind] ?? entry.kind)} · ${t(word)}`, tone);
  }

  /** What of ours is on its way, each with what it is and its state; tapping shows it in the queue. */
  function entryList(row) {
    const found = entriesFor(row);
    if (!found.length) return null;
    return ui.section(t("From this phone"), ui.list(found.map((entry) => ui.row({
      title: t(NAMES[entry.kind]), sub: entry.problem?.message || entry.notes?.join(" ") || detail(entry),
      end: entryBadge(entry, { short: true }), href: `#/queue/${entry.uid}`,
    }))));
  }

  const detail = ({ data, order }) => data.measure || data.reason || data.text || words.when(order);

  // -- a case ---------------------------------------------------------------------------------------------------------------------

  const thumb = (row) => {
    const photo = row.before[0] ?? row.after[0];
    return photo ? app.camera.image({ address: photo.thumb, alt: "" }) : h("span.case-nothing", icon("photo-off"));
  };

  /** A case in a list: what, where, how long, and what of ours is on its way. */
  function card(row, href) {
    const clock = due(row), own = pending(row);
    return h("li", h("a.row.case-card", { href, data: { case: row.id } },
      h("span.case-thumb", { "aria-hidden": "true" }, thumb(row)),
      h("span.row-text",
        h("span.row-title", row.what),
        h("span.row-sub", [row.where, row.kind_name].filter(Boolean).join(" · ")),
        h("span.case-badges",
          clock.words ? badge(clock.words, clock.tone) : null,
          row.severity >= 3 ? badge(row.severity_label, row.severity > 3 ? "bad" : "warn") : null,
          row.rework ? badge(t("sent back"), "bad") : null,
          own ? entryBadge(own) : row.state === "deferred" ? null : badge(row.state_label, row.tone))),
      icon("chevron-right")));
  }

  /** Photos one beside the other; tapping one shows it large. */
  function strip(photos, label, { before } = {}) {
    if (!photos.length) return null;
    return h("figure.case-photos", h("figcaption", label), h("div.case-strip", photos.map((photo, place) => h("button.case-photo", {
      type: "button", "aria-label": `${label} ${place + 1}`,
      onclick: () => large(photo, label, before),
    }, app.camera.image(photo.view ? { address: photo.thumb, alt: "" } : { uid: photo.uid, alt: "" })))));
  }

  function large(photo, label) {
    const when = photo.taken_at ? t("taken {when}", { when: words.when(photo.taken_at) }) : "";
    ui.sheet({
      title: label, full: true,
      body: h("div.case-large", app.camera.image(photo.view ? { address: photo.view, alt: label } : { uid: photo.uid, alt: label, large: true }),
        when ? h("p", when) : null),
    });
  }

  // -- writing --------------------------------------------------------------------------------------------------------------------

  /**
   * A text with sentences to tap. The first tap is the text, each further one is put behind it. Returns {node, value(), set(text), phrases(list)}.
   */
  function sentences({ label, phrases = [], value = "", on, hint, rows = 2 }) {
    const input = ui.textInput({ rows, value, maxlength: 500, on: (text) => { mark(); on?.(text); } });
    const taps = h("div.chips", { role: "group", "aria-label": t("Sentences to tap") });
    const mark = () => {
      for (const one of taps.children) one.setAttribute("aria-pressed", String(input.value.includes(one.textContent)));
    };
    const set = (text) => { input.value = text; mark(); on?.(text); };
    const tap = (phrase) => {
      const text = input.value.trim();
      if (text.includes(phrase)) set(text.replace(phrase, "").replace(/^[，,、；;]+|[，,、；;]+$/g, "").replace(/[，,]{2,}/g, "，"));
      else set(text ? `${text.replace(/[，。；,;.]$/, "")}，${phrase}` : phrase);
    };
    const offer = (list) => {
      ui.replace(taps, [...new Set(list)].map((phrase) => h("button.chip", { type: "button", "aria-pressed": "false", onclick: () => tap(phrase) }, phrase)));
      mark();
    };
    offer(phrases);
    return { node: h("div.sentences", ui.field(label, input, hint), taps), value: () => input.value.trim(), set, phrases: offer, input };
  }

  /** A number between two buttons. */
  function stepper({ label, value, least, most, on }) {
    const shown = h("output.step-value", { "aria-live": "polite" }, String(value));
    let now = value;
    const move = (step) => { now = Math.min(most, Math.max(least, now + step)); shown.textContent = String(now); on(now); };
    const node = h("div.stepper", { role: "group", "aria-label": label },
      ui.iconButton({ label: t("One less"), icon: "minus", on: () => move(-1) }), shown,
      ui.iconButton({ label: t("One more"), icon: "plus", on: () => move(1) }));
    return { node, set: (chosen) => { now = chosen; move(0); } };
  }

  /** Words and photos for a case that is known: a sheet. */
  function remark(row, { photos = [], section } = {}) {
    let kept = [...photos];
    const box = h("div.case-strip");
    const draw = () => ui.replace(box, kept.map((photo) => h("span.case-photo", app.camera.image({ uid: photo.uid, alt: "" }))));
    const text = sentences({ label: t("Remark"), phrases: [t("Seen again on site"), t("It has become worse"), t("Called by phone")] });
    draw();
    const shown = ui.sheet({
      title: t("Remark"),
      body: [text.node, box, button({
        label: t("Take a photo"), icon: "camera", on: async () => { kept = kept.concat(await app.camera.take({})); draw(); },
      })],
      foot: button({
        label: t("Save the remark"), kind: "primary", wide: true, on: async () => {
          if (!text.value() && !kept.length) { ui.toast(t("Write something or add a photo."), "warn"); return; }
          await put({ kind: "cases.remark", row, data: { text: text.value(), photos: kept.map((photo) => photo.uid) }, photos: kept, section });
          shown.close(true);
        },
      }),
    });
    return shown.closed;
  }

  /** Show the screen again whenever the state of an entry changes; gives what ends that. What was sent brings the package up to date. */
  function watch() {
    const key = () => app.queue.list().map((entry) => `${entry.uid}${entry.state}`).join();
    let seen = key();
    return app.queue.onChange((entry) => {
      const now = key();
      if (now === seen) return;
      seen = now;
      if (entry?.state === "sent") app.refreshPackage();
      app.refresh();
    });
  }

  /** Put something about a case into the queue. Says that it is kept here, never that it has arrived. */
  async function put({ kind, row, data, photos = [], draft, section = "cases.mine" }) {
    await app.queue.add({
      kind, data: { case: row.id, version: row.version, ...data }, photos: photos.map((photo) => photo.uid ?? photo),
      label: `${t(NAMES[kind])} · ${row.number}`, sub: row.what, sections: [section], draft,
    });
    ui.toast(t("Kept on the phone. It is sent by itself."));
  }

  /** Take the after photo with the before photo laid over the viewfinder; the records, [] when the person thought better of it. */
  async function after(row, before) {
    const address = before ?? row?.before.at(-1)?.view;
    const overlay = before?.startsWith?.("blob:") ? before : address ? await app.camera.picture(address) : "";
    return app.camera.take({ overlay: overlay || undefined, viewfinder: true });
  }

  /** The photos of cases kept for when there is no signal: small ones of all, large ones of what can be answered, first those due;
   * those of cases that are gone are forgotten. `name` tells the lists apart. */
  async function prefetch(name, rows, { views = 40 } = {}) {
    if (navigator.onLine === false || navigator.connection?.saveData) return;
    const wanted = rows.flatMap((row) => row.before.map((photo) => photo.thumb))
      .concat(rows.filter((row) => row.may.includes("submit") || row.may.includes("solve_on_spot")).slice(0, views)
        .flatMap((row) => row.before.slice(-1).map((photo) => photo.view)));
    const path = (address) => address.split("?")[0];
    const all = new Set(rows.flatMap((row) => [...row.before, ...row.after]).flatMap((photo) => [photo.thumb, photo.view]).map(path));
    const before = (await app.drafts.get(`cases.pictures:${name}`)) ?? [];
    for (const gone of before.filter((one) => !all.has(one))) await app.camera.forget(gone);
    await app.drafts.put(`cases.pictures:${name}`, [...all]);
    for (const address of wanted) await app.camera.picture(address).catch(() => "");
  }

  /** Something a case has, in a line: label and value. */
  const fact = (label, ...value) => (value.flat().some(Boolean) ? h("div.fact", h("dt", label), h("dd", value)) : null);

  for (const [kind, label] of Object.entries(NAMES)) app.kind(kind, { label: t(label) });

  return {
    badge, button, card, choice, due, entriesFor, entryBadge, entryList, fact, h, icon, large, pending, prefetch, put, remark, sentences, span,
    stepper, strip, after, watch,
  };
}
