// The inspector: today's route, the sites, a visit.

import { model } from "./data.js";
import * as finding from "./finding.js";
import * as sites from "./sites.js";
import * as skip from "./skip.js";
import * as visit from "./visit.js";

export function register(app) {
  const inspector = { app, ...model(app) };
  const { t } = app;
  app.tab({ id: "home", label: t("Today"), icon: "route", href: "#/", order: 10 });
  app.tab({ id: "sites", label: t("Sites"), icon: "map-pin", href: "#/sites", order: 12 });
  app.home({ order: 10, view: () => route(inspector) });
  app.kind("fieldwork.visit", { label: t("Visit"), open: (entry) => visit.reopen(inspector, entry) });
  app.kind("fieldwork.skip", { label: t("Could not be visited") });
  for (const screens of [sites, visit, finding]) screens.register(inspector);
  const examples = () => app.camera.prefetch(inspector.all().lists.flatMap((list) => list.items.flatMap((item) => (item.examples ?? []).map((one) => one.address))));
  app.onBundle((changed) => { if (changed.includes("standards.checklists")) examples(); });
  setTimeout(examples, 4000); // after what the person waits for
}

/** The route on the first screen: what comes next, big; the rest in its order. */
async function route(inspector) {
  const { app, all, stops, stateOf, where, typeOf } = inspector;
  const { h, button, section, list, row, badge, notice, empty } = app.ui;
  const { t } = app;
  if (!all().ready) return null;
  const drafts = new Map((await app.drafts.list("visit:")).map(([, draft]) => [draft.key, draft]));
  const known = stops();
  const today = app.today();
  const left = known.filter((stop) => stateOf(stop) === "left");
  const now = left.filter((stop) => !stop.day || stop.day <= today);
  const later = left.filter((stop) => stop.day && stop.day > today);
  const over = known.filter((stop) => stateOf(stop) !== "left" && (stop.day === today || !stop.day || inspector.entryOf(stop)));
  const next = now.find((stop) => drafts.has(`s${stop.id}`)) ?? now[0];
  const stale = [...drafts.values()].filter((draft) => !inspector.visitOf(draft.key));

  const line = (stop) => {
    const site = all().sites.get(stop.site);
    const key = `s${stop.id}`;
    return row({
      title: site?.name ?? `#${stop.site}`,
      sub: site ? [stop.arrive_at, typeOf(site), where(site)].filter(Boolean).join(" · ") : null,
      lead: stop.position ?? "·", current: stop === next, href: `#/visit/${key}`,
      end: drafts.has(key) ? badge(t("under way"), "wait")
        : { done: () => badge(t("done"), "ok"), skipped: () => badge(t("left out"), "quiet"), left: () => null }[stateOf(stop)](),
    });
  };

  const total = now.length + over.length;
  return h("div",
    stale.map((draft) => notice("warn", t("{name}: the place is not in your package any more. What you entered is kept.", { name: draft.name }),
      button({ label: t("Look"), on: () => app.go(`#/visit/${draft.key}/lost`) }))),
    total ? h("div.route-sum", h("span", t("{n} of {m} done", { n: over.length, m: total })), h("progress", { max: total, value: over.length, "aria-hidden": "true" })) : null,
    next ? card(inspector, next, drafts.has(`s${next.id}`)) : null,
    now.filter((stop) => stop !== next).length ? section(t("After that"), list(now.filter((stop) => stop !== next).map(line))) : null,
    !now.length && total ? notice("ok", t("All of today's places are done.")) : null,
    later.length ? section(t("Coming days"), list(later.slice(0, 100).map(line))) : null,
    over.length ? section(t("Done today"), list(over.map(line))) : null,
    !known.length ? empty({
      icon: "map-pin", title: [...all().rounds.values()].some((round) => round.open) ? t("Choose a site to begin") : t("No place is yours today"),
      text: [...all().rounds.values()].map((round) => round.name).join("、"),
      action: button({ label: t("Sites"), icon: "map-pin", kind: "primary", on: () => app.go("#/sites") }),
    }) : null);
}

function card(inspector, stop, under_way) {
  const { app, all, where, typeOf } = inspector;
  const { h, button } = app.ui;
  const { t } = app;
  const site = all().sites.get(stop.site);
  if (!site) return null;
  const hours = site.opens_at && site.closes_at ? `${site.opens_at}–${site.closes_at}` : "";
  return h("div.card.next-stop",
    h("p.hint", [t("Next stop"), stop.arrive_at, hours ? t("open {hours}", { hours }) : ""].filter(Boolean).join(" · ")),
    h("h2", site.name),
    h("p", [typeOf(site), where(site)].filter(Boolean).join(" · ")),
    h("div.buttons",
      button({ label: under_way ? t("Go on") : t("Begin"), icon: "clipboard-check", kind: "primary", on: () => app.go(`#/visit/s${stop.id}`) }),
      button({ label: t("Way"), icon: "map-2", on: () => app.go(`#/sites?map=${site.id}`) }),
      button({ label: t("Cannot go"), icon: "map-pin-off", on: () => skip.ask(inspector, stop) })));
}
