// The patrol: a photo before, a photo after, the kind, done. What cannot be put right on the spot is reported. Where somebody walks is
// never asked; where something was found is asked once, when its photo is taken.

import { nearest, areaAt, alike, closedBefore } from "./near.js";
import { parts } from "./parts.js";

const RECENT = 6;
const KEPT_SHOWN = 5;
const MADE = ["cases.report", "cases.solved_on_spot"];
const draftName = (id) => `cases.finding:${id}`;

export function register(app) {
  const { t, ui, words } = app;
  const make = parts(app);
  const { h, button, badge } = make;

  const known = () => app.bundle("cases.grid");
  const rows = () => known()?.cases ?? [];
  const find = (id) => rows().find((row) => String(row.id) === String(id));
  const siteOf = (id) => known()?.sites.find((site) => site.id === id) ?? null;
  const kindOf = (id) => known()?.kinds.find((kind) => kind.id === id) ?? null;
  const familyOf = (kind) => known()?.families.find((family) => family.id === kind?.family) ?? null;
  let shownAs = "list";

  const prefetch = () => make.prefetch("grid", rows(), { views: 20 }).catch(() => {}); // no room for pictures is no reason to stop

  for (const [kind, label] of [["cases.report", t("Report")], ["cases.solved_on_spot", t("Solved on the spot")]]) app.kind(kind, { label, open: change });
  app.tab({ id: "patrol", label: t("Patrol"), icon: "walk", href: "#/patrol", order: 30 });
  app.home({ order: 30, view: home });
  app.route("#/patrol", patrol);
  app.route("#/patrol/find/:id", finding);
  app.route("#/patrol/case/:id", page);
  app.onBundle((changed) => { if (changed.includes("cases.grid")) prefetch(); });
  setTimeout(() => prefetch(), 4000);

  const gridName = () => {
    const top = known()?.by_grid ? known().grids.filter((one) => !known().grids.some((other) => other.id === one.parent)) : [];
    return top.map((one) => one.name).join("、");
  };

  const shoot = () => button({ label: t("Found something: photo before"), icon: "camera", kind: "primary", wide: true, on: begin });

  function home() {
    if (!known()) return null;
    return ui.section(gridName() ? t("Patrol of {name}", { name: gridName() }) : t("Patrol"), h("div.patrol-begin", shoot()),
      h("p.case-sum", h("b", String(rows().length)), t("open problems"), h("a.case-all", { href: "#/patrol" }, t("List and map"))));
  }

  /** What was begun and not finished, what was found lately, what is open. */
  async function patrol() {
    if (!known()) return { title: t("Patrol"), tab: "patrol", body: ui.empty({ icon: "walk", title: t("The package is not on the phone yet.") }) };
    const begun = (await app.drafts.list("cases.finding:")).map(([, draft]) => draft);
    const made = app.queue.list().filter((entry) => MADE.includes(entry.kind)).slice(0, KEPT_SHOWN);
    const place = h("div.patrol-open");
    const draw = async () => {
      try {
        ui.replace(place, shownAs === "map" ? await map() : list());
      } catch (problem) {
        ui.replace(place, ui.notice("bad", problem.message), list());
      }
    };
    await draw();
    return {
      title: gridName() || t("Patrol"), tab: "patrol", leave: make.watch(),
      body: [
        h("div.patrol-begin", shoot()),
        begun.length ? ui.section(t("Begun, not finished"), ui.list(begun.map((draft) => ui.row({
          title: kindOf(draft.kind)?.name ?? t("Photo before is taken"), sub: siteOf(draft.site)?.name ?? words.when(draft.at),
          lead: draft.before[0] ? h("span.case-thumb", app.camera.image({ uid: draft.before[0].uid, alt: "" })) : null, href: `#/patrol/find/${draft.id}`,
          end: badge(t("go on"), "warn"),
        })))) : null,
        made.length ? ui.section(t("From this phone"), ui.list(made.map((entry) => ui.row({
          title: entry.label, sub: entry.problem?.message ?? [entry.result?.number, entry.notes?.join(" ") || entry.sub].filter(Boolean).join(" · "),
          end: make.entryBadge(entry, { short: true }), href: `#/queue/${entry.uid}`,
        })))) : null,
        ui.section(t("Open problems {n}", { n: rows().length }),
          ui.choice({
            label: t("Shown as"), kind: "small", value: shownAs, on: (as) => { shownAs = as; draw(); },
            options: [{ value: "list", label: t("As a list") }, { value: "map", label: t("As a map") }],
          }), place,
          known().more ? ui.notice("quiet", t("{n} more are not on the phone: the newest are.", { n: known().more })) : null),
      ],
    };
  }

  const list = () => (rows().length ? ui.list(rows().map((row) => make.card(row, `#/patrol/case/${row.id}`)))
    : ui.empty({ icon: "circle-check", title: t("No open problem here"), text: t("What you or others report appears here.") }));

  async function map() {
    const points = rows().filter((row) => row.lat !== null && row.lon !== null);
    const spots = new Map(); // problems at one place are one pin
    for (const row of points) {
      const spot = `${row.lat.toFixed(5)},${row.lon.toFixed(5)}`;
      spots.set(spot, [...(spots.get(spot) ?? []), row]);
    }
    const node = await app.map({
      points: [...spots].map(([id, found]) => ({
        id, lat: found[0].lat, lon: found[0].lon, label: found.map((row) => `${row.what} ${row.where}`).join("；"), number: found.length > 1 ? found.length : "",
        tone: found.some((row) => make.due(row).tone === "bad") ? "bad" : found[0].tone,
      })),
      whole: true, outlines: known().grids.filter((one) => one.outline).map((one) => ({ geometry: one.outline })),
      onPoint: (id) => {
        const found = spots.get(id);
        if (found.length === 1) app.go(`#/patrol/case/${found[0].id}`);
        else ui.sheet({ title: found[0].where, body: ui.list(found.map((row) => make.card(row, `#/patrol/case/${row.id}`))) });
      },
    });
    const without = rows().length - points.length;
    return [node, without ? h("p.hint", t("{n} without a point stand on the list alone.", { n: without })) : null];
  }

  // -- a finding ------------------------------------------------------------------------------------------------------------------

  async function begin() {
    const taken = await app.camera.take({ viewfinder: true });
    if (!taken.length) return;
    const [photo] = taken;
    const where = photo.lat === null ? null : { lat: photo.lat, lon: photo.lon, accuracy: photo.accuracy };
    const site = where ? nearest(known()?.sites ?? [], where, app.place.metres) : null;
    const id = photo.uid.slice(0, 8);
    await app.drafts.put(draftName(id), {
      id, before: taken.map(({ uid }) => ({ uid })), after: [], where, site: site?.id ?? null, kind: null, severity: null, text: "", measure: "",
      at: photo.taken_at, another: false,
    });
    app.go(`#/patrol/find/${id}`);
  }

  /** A finding that was not taken comes back to be changed. */
  async function change(entry) {
    const { data } = entry, id = data.case ? `case-${data.case}` : entry.uid.slice(0, 8);
    const uids = (list) => (list ?? []).map((uid) => ({ uid }));
    await app.queue.reopen(entry.uid, draftName(id), {
      id, case: data.case, before: uids(data.before ?? data.photos), after: uids(data.after),
      where: Number.isFinite(data.lat) ? { lat: data.lat, lon: data.lon, accuracy: data.accuracy } : null, site: data.site ?? null,
      kind: data.kind ?? null, severity: data.severity ?? null, text: data.text ?? "", measure: data.measure ?? "", at: new Date(entry.order).toISOString(),
      another: Boolean(data.case),
    });
    return `#/patrol/find/${id}`;
  }

  /** A problem that was reported is put right: the after photo first. */
  async function solve(row) {
    const id = `case-${row.id}`;
    const begun = await app.drafts.get(draftName(id));
    if (!begun) {
      const taken = await make.after(row);
      if (!taken.length) return;
      await app.drafts.put(draftName(id), {
        id, case: row.id, before: [], after: taken.map(({ uid }) => ({ uid })), where: null, site: row.site, kind: row.kind, severity: row.severity,
        text: "", measure: "", at: taken[0].taken_at, another: true,
      });
    }
    app.go(`#/patrol/find/${id}`);
  }

  async function finding({ id }) {
    const draft = await app.drafts.get(draftName(id));
    if (!draft || !known()) { app.go("#/patrol"); return null; }
    const row = draft.case ? find(draft.case) : null;
    if (draft.case && !row) {
      return { title: t("Patrol"), back: "#/patrol", body: ui.empty({
        icon: "circle-check", title: t("This case is not open any more"), text: t("The photos are kept with the draft until you drop it."),
        action: button({ label: t("Drop it"), kind: "danger", on: () => drop(draft) }),
      }) };
    }
    const recent = (await app.drafts.get("cases.recent")) ?? [];
    const keep = () => app.drafts.put(draftName(id), draft);
    const change = async (facts) => { Object.assign(draft, facts); await keep(); draw(); };

    const photos = h("div.case-pair"), place = h("div"), said = h("div", { "aria-live": "polite" }), foot = h("div.finding-foot");
    const solved = make.sentences({ label: t("What was put right"), value: draft.measure, on: (measure) => { draft.measure = measure.trim(); keep(); drawFoot(); } });
    const text = make.sentences({ label: t("In words, if the kind does not say it"), value: draft.text, on: (words_) => { draft.text = words_.trim(); keep(); } });
    const severity = ui.choice({
      label: t("Severity"), kind: "small", value: draft.severity, on: (n) => change({ severity: Number(n) }),
      options: [[1, t("minor")], [2, t("normal")], [3, t("serious")], [4, t("urgent")]].map(([value, label]) => ({ value, label })),
    });
    const kinds = row ? null : kindPicker({
      recent, value: draft.kind, on: (kind) => {
        severity.set(kind.severity);
        change({ kind: kind.id, severity: kind.severity, another: false });
      },
    });

    async function takeAfter(instead) {
      const before = draft.before[0] ? await app.camera.url(draft.before[0].uid, { large: true }) : undefined;
      const taken = await make.after(row, before);
      if (!taken.length) return;
      if (instead) await app.camera.drop(instead.uid);
      await change({ after: [...draft.after.filter((photo) => photo !== instead), ...taken.map(({ uid }) => ({ uid }))] });
    }

    function drawPhotos() {
      const before = draft.before.map((photo) => h("figure", h("figcaption", t("Before putting right")), app.camera.image({ uid: photo.uid, alt: t("Before putting right"), large: true })));
      if (row && !draft.before.length && row.before.length) {
        before.push(h("figure", h("figcaption", t("Before putting right")), app.camera.image({ address: row.before.at(-1).view, alt: t("Before putting right") })));
      }
      const after = draft.after.map((photo) => h("figure", h("figcaption", t("After putting right")), app.camera.image({ uid: photo.uid, alt: t("After putting right"), large: true }),
        button({ label: t("Take again"), icon: "refresh", kind: "quiet", on: () => takeAfter(photo) })));
      ui.replace(photos, before, after, draft.after.length ? null : h("div.case-add", button({
        label: t("Put right: photo after"), icon: "camera", kind: "primary", wide: true, on: () => takeAfter(null),
      })));
    }

    function drawPlace() {
      if (row) { ui.replace(place, h("p.case-where", make.icon("map-pin"), row.where)); return; }
      const site = siteOf(draft.site);
      const far = site && draft.where && site.lat !== null ? words.distance(app.place.metres(draft.where, site)) : "";
      ui.replace(place, ui.list([ui.row({
        lead: make.icon("map-pin"), title: site ? site.name : draft.where ? t("Where the photo was taken") : t("Choose where it is"),
        sub: site ? [site.type, far].filter(Boolean).join(" · ") : draft.where ? t("No site near by; the point is sent.") : app.place.reason(),
        end: t("Choose another"), on: () => chooseSite(draft, change),
      })]));
    }

    /** What is known already of the same thing here: said before it is reported. */
    function drawSaid() {
      if (row) { ui.replace(said); return; }
      const open = draft.another ? null : alike(rows(), draft, app.place.metres);
      const mine = draft.another || open ? null : alike(sentLately(), draft, app.place.metres);
      const back = open ? null : closedBefore(known().closed, draft);
      ui.replace(said,
        open ? h("div.card", ui.notice("warn", t("Reported already: {number}, {when}, {state}.", {
          number: open.number, when: words.when(open.reported_at), state: open.state_label,
        })), ui.list([make.card(open, `#/patrol/case/${open.id}`)]), h("div.buttons",
          button({ label: t("It is this one: add my photo"), kind: "primary", on: () => same(open) }),
          button({ label: t("It is another one"), on: () => change({ another: true }) }))) : null,
        mine ? ui.notice("warn", t("You reported the same here a moment ago."), button({ label: t("It is another one"), on: () => change({ another: true }) })) : null,
        back ? ui.notice("quiet", t("It was closed {when} as {number}: it is back, and is recorded so.", {
          when: words.when(back.closed_at), number: back.number,
        })) : null);
      said.firstChild?.scrollIntoView({ block: "nearest", behavior: "smooth" });
    }

    /** The photo belongs to a case that is open: put right, it closes that one where it can be; else it stands there as a remark. */
    async function same(open) {
      if (draft.after.length && open.may.includes("solve_on_spot")) {
        await change({ case: open.id, another: true });
        app.refresh();
        return;
      }
      const sent = [...draft.before, ...draft.after];
      await make.put({
        kind: "cases.remark", row: open, data: { text: draft.text || (draft.after.length ? draft.measure : t("Seen again on site")), photos: sent.map(({ uid }) => uid) },
        photos: sent, draft: draftName(id), section: "cases.grid",
      });
      app.go("#/patrol");
    }

    function drawFoot() {
      const done = draft.after.length > 0;
      ui.replace(foot, button({
        label: done ? t("Done: solved on the spot") : t("Report to the office"), icon: done ? "check" : "send", kind: "primary", wide: true, on: finish,
      }));
    }

    function draw() {
      drawPhotos();
      drawPlace();
      drawSaid();
      const family = familyOf(kindOf(draft.kind));
      text.phrases(family?.phrases ?? []);
      const measures = [...(known().measures[family?.code] ?? []), ...known().any_measure];
      solved.phrases(measures);
      if (draft.after.length && !draft.measure && family) { draft.measure = measures[0]; solved.set(measures[0]); }
      solved.node.hidden = !draft.after.length;
      kinds?.set(draft.kind);
      drawFoot();
    }

    async function finish() {
      if (!row && !draft.kind && !draft.text) { ui.toast(t("Tap what it is."), "warn"); kinds.node.scrollIntoView({ block: "center" }); return; }
      const done = draft.after.length > 0;
      if (done && !draft.measure) { ui.toast(t("Say what was done."), "warn"); solved.input.focus(); return; }
      if (done && !draft.before.length && !row?.before.length) {
        const taken = await app.camera.take({ viewfinder: true });
        if (!taken.length) return;
        await change({ before: taken.map(({ uid }) => ({ uid })) });
      }
      await send(draft, row, done);
      if (draft.kind && !row) await app.drafts.put("cases.recent", [draft.kind, ...recent.filter((one) => one !== draft.kind)].slice(0, RECENT));
      app.go("#/patrol");
    }

    draw();
    return {
      title: row ? row.number : t("Finding"), back: "#/patrol", tab: "patrol",
      tools: ui.iconButton({ label: t("Drop it"), icon: "trash", on: () => drop(draft) }),
      body: [
        row ? h("h2.case-what", row.what) : null, photos,
        row ? null : ui.section(t("What it is"), kinds.node), said, solved.node, place,
        row ? null : h("details.more", h("summary", t("Words and severity")), severity, text.node),
      ],
      foot,
    };
  }

  async function send(draft, row, done) {
    const uids = (photos) => photos.map(({ uid }) => uid);
    const photos = [...draft.before, ...draft.after];
    if (row) {
      await make.put({
        kind: "cases.solved_on_spot", row, data: { measure: draft.measure, before: uids(draft.before), after: uids(draft.after) }, photos,
        draft: draftName(draft.id), section: "cases.grid",
      });
      return;
    }
    const kind = kindOf(draft.kind), site = siteOf(draft.site);
    const area = site ? null : areaAt(known(), draft.where);
    const facts = {
      kind: draft.kind, severity: draft.severity, text: draft.text, source: "patrol", ...(site ? { site: site.id } : {}), ...(area ? { grid: area.id } : {}),
      ...(draft.where ? { lat: draft.where.lat, lon: draft.where.lon, accuracy: draft.where.accuracy } : {}),
    };
    await app.queue.add({
      kind: done ? "cases.solved_on_spot" : "cases.report",
      data: done ? { ...facts, measure: draft.measure, before: uids(draft.before), after: uids(draft.after) } : { ...facts, photos: uids(draft.before) },
      photos: uids(photos), label: `${done ? t("Solved on the spot") : t("Report")} · ${kind?.name ?? draft.text.slice(0, 20)}`,
      sub: site?.name ?? area?.name ?? "", sections: ["cases.grid"], draft: draftName(draft.id),
    });
    ui.toast(t("Kept on the phone. It is sent by itself."));
  }

  async function drop(draft) {
    const yes = await ui.confirm({ title: t("Drop this finding?"), text: t("Its photos go with it."), yes: t("Drop it"), danger: true });
    if (!yes) return;
    for (const photo of [...draft.before, ...draft.after]) await app.camera.drop(photo.uid);
    await app.drafts.remove(draftName(draft.id));
    app.go("#/patrol");
  }

  /** Reports of this phone that the package does not hold yet, as rows to compare with. */
  const sentLately = () => app.queue.list().filter((entry) => entry.kind === "cases.report" && !rows().some((row) => row.id === entry.result?.case))
    .map((entry) => ({ ...entry.data, number: entry.result?.number ?? "", lat: entry.data.lat ?? null, lon: entry.data.lon ?? null, site: entry.data.site ?? null }));

  // -- choosing -------------------------------------------------------------------------------------------------------------------

  /** Kinds by tapping: the last used first, then by family; or by typing words and first letters. */
  function kindPicker({ recent, value, on }) {
    const { kinds, families } = known();
    const found = app.index(kinds, (kind) => ({ text: kind.name, words: kind.words, initials: kind.initials }));
    const taps = h("div.chips", { role: "radiogroup", "aria-label": t("Kind of problem") });
    let family = null, chosen = value;
    const search = ui.textInput({ type: "search", placeholder: t("Search: words or first letters"), "aria-label": t("Search for a kind"), on: () => draw() });
    const tabs = h("div.chips.scroll.families", { role: "group", "aria-label": t("Family") }, families.map((one) => h("button.chip", {
      type: "button", "aria-pressed": "false", data: { family: one.id },
      onclick: () => { family = family === one.id ? null : one.id; search.value = ""; draw(); },
    }, one.name)));
    const listed = () => {
      if (search.value.trim()) return found.find(search.value).slice(0, 12);
      if (family !== null) return kinds.filter((kind) => kind.family === family);
      const used = recent.map((id) => kinds.find((kind) => kind.id === id)).filter(Boolean);
      return [...used, ...kinds.filter((kind) => !used.includes(kind))].slice(0, 9);
    };
    const draw = () => {
      const shown = listed();
      const current = kinds.find((kind) => kind.id === chosen);
      if (current && !shown.includes(current)) shown.unshift(current);
      for (const one of tabs.children) one.setAttribute("aria-pressed", String(Number(one.dataset.family) === family));
      ui.replace(taps, shown.map((kind) => h("button.chip.kind", {
        type: "button", role: "radio", "aria-checked": String(kind.id === chosen), "aria-pressed": null, data: { kind: kind.id },
        onclick: () => { chosen = kind.id; search.value = ""; draw(); on(kind); },
      }, kind.name)), shown.length ? null : h("p.hint", t("No kind is called so: tap a family, or say it in words below.")));
    };
    draw();
    return { node: h("div.kinds", taps, tabs, search), set: (id) => { if (id !== chosen) { chosen = id; draw(); } } };
  }

  /** The site by name, by what is near the photo, or by its QR code. */
  function chooseSite(draft, change) {
    const { sites } = known();
    const found = app.index(sites, (site) => ({ text: site.name, words: [site.code, site.address, site.type], initials: site.initials }));
    const far = (site) => (draft.where && site.lat !== null ? app.place.metres(draft.where, site) : Infinity);
    const box = h("div");
    const pick = (site) => { change({ site: site?.id ?? null, another: false }); shown.close(); };
    const draw = (typed = "") => {
      const near = typed ? found.find(typed).slice(0, 20) : [...sites].sort((a, b) => (far(a) === far(b) ? 0 : far(a) - far(b))).slice(0, 20);
      ui.replace(box, ui.list(near.map((site) => ui.row({
        title: site.name, sub: [site.type, site.address].filter(Boolean).join(" · "), end: Number.isFinite(far(site)) ? words.distance(far(site)) : site.code,
        on: () => pick(site),
      }))));
    };
    const search = ui.textInput({ type: "search", placeholder: t("Name, code or first letters"), "aria-label": t("Search for a site"), on: draw });
    const scan = async () => {
      const read = await app.qr.scan();
      if (!read) return;
      const site = sites.find((one) => one.code && read.includes(one.code));
      if (site) pick(site);
      else ui.toast(t("This code is no site of your grid."), "warn");
    };
    draw();
    const shown = ui.sheet({
      title: t("Where it is"), full: true,
      body: [h("div.search-bar", search, ui.iconButton({ label: t("Scan the code of the site"), icon: "qrcode", on: scan })), box],
      foot: button({ label: draft.where ? t("No site: the point of the photo") : t("No site: the grid alone"), wide: true, on: () => pick(null) }),
    });
  }

  // -- an open problem ------------------------------------------------------------------------------------------------------------

  function page({ id }) {
    const row = find(id);
    if (!row) {
      return { title: t("Patrol"), back: "#/patrol", tab: "patrol", body: ui.empty({ icon: "circle-check", title: t("This case is not open any more") }) };
    }
    const clock = make.due(row), own = make.pending(row);
    const solvable = row.may.includes("solve_on_spot") && own?.kind !== "cases.solved_on_spot";
    return {
      title: row.number, back: "#/patrol", tab: "patrol", leave: make.watch(),
      body: [
        h("div.case-head", h("h2.case-what", row.what), h("p.case-where", make.icon("map-pin"), row.where),
          h("p.case-badges", badge(row.state_label, row.tone), clock.words ? badge(clock.words, clock.tone) : null)),
        make.entryList(row),
        make.strip(row.before, t("Before putting right")), make.strip(row.after, t("After putting right")),
        h("dl.facts",
          make.fact(t("Reported"), words.when(row.reported_at)), make.fact(t("Kind of problem"), [row.family_name, row.kind_name].filter(Boolean).join(" · ")),
          make.fact(t("Handled by"), row.handler || row.lead), make.fact(t("Due"), row.due_at ? words.when(row.due_at) : "")),
      ],
      foot: [
        row.may.includes("comment") ? button({ label: t("Remark"), icon: "message", on: () => make.remark(row, { section: "cases.grid" }).then(app.refresh) }) : null,
        solvable ? button({ label: t("Solved on the spot"), icon: "camera", kind: "primary", on: () => solve(row) }) : null,
      ].filter(Boolean),
    };
  }
}
