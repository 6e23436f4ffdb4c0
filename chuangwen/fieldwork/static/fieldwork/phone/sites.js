// Finding the site: by its code, on the map, the nearest, or on the list by words and first letters.

const MOST = 60;

export function register(inspector) {
  const { app, all, stops, stateOf, keyOfSite, siteOfCode, where, typeOf } = inspector;
  const { t } = app;
  const { h, button, iconButton, list, row, badge, choice, empty, icon, notice, replace, textInput, toast } = app.ui;
  let way = "list";
  let query = "";
  let index = null;
  let here = null;
  app.onBundle(() => { index = null; });

  app.route("#/sites", async ({ query: asked }) => {
    const wanted = Number(asked.get("map")) || null;
    if (wanted) way = "map";
    index ??= app.index([...all().sites.values()], (site) => ({ text: site.name, words: [site.code, site.address, typeOf(site)].filter(Boolean), initials: site.initials }));
    const body = h("div.found", { "aria-live": "polite" });
    const search = h("div.search", icon("search"), textInput({
      type: "search", value: query, placeholder: t("Name, code, first letters: nmsc"), "aria-label": t("Search sites"), on: (value) => { query = value; draw(); },
    }));
    const draw = () => show(body, { wanted });
    const ways = choice({
      label: t("How to find the site"), kind: "small", value: way,
      options: [{ value: "list", label: t("On the list") }, { value: "near", label: t("The nearest") }, { value: "map", label: t("Map") }],
      on: (value) => { way = value; if (value === "near") here = null; draw(); },
    });
    draw();
    return {
      title: t("Sites"), tab: "sites",
      tools: [iconButton({ label: t("Read a code"), icon: "qrcode", on: scan })],
      body: [ways, h("div.gap"), search, body],
    };
  });

  async function scan() {
    const text = await app.qr.scan();
    if (text === null) return;
    const site = siteOfCode(text);
    if (site) go(site);
    else toast(t("This code names no site of your package: {code}", { code: text.slice(0, 60) }), "warn");
  }

  function go(site) {
    const key = keyOfSite(site);
    if (key) app.go(`#/visit/${key}`);
    else toast(t("This site is in none of your rounds."), "warn");
  }

  function line(site, metres) {
    const stop = stops().find((one) => one.site === site.id);
    const state = stop ? stateOf(stop) : null;
    return row({
      title: site.name, sub: [typeOf(site), where(site)].filter(Boolean).join(" · "), on: () => go(site),
      end: state === "done" ? badge(t("done"), "ok") : state === "skipped" ? badge(t("left out"), "quiet")
        : metres !== undefined ? app.words.distance(metres) : null,
    });
  }

  async function show(body, { wanted }) {
    const found = index.find(query);
    if (!all().sites.size) {
      replace(body, empty({ icon: "map-pin", title: t("No sites are on the phone yet"), text: t("Fetch the package under Me when there is signal.") }));
    } else if (!found.length) {
      replace(body, empty({ icon: "search", title: t("No site is called that"), text: t("Try fewer letters, or read the code at the site.") }));
    } else if (way === "near") {
      if (!here) {
        replace(body, notice("wait", t("Asking where you are …")));
        here = await app.place.once({ fresh: true });
      }
      if (!here) {
        replace(body, notice("warn", app.place.reason()), list(found.slice(0, MOST).map((site) => line(site))));
        return;
      }
      const placed = found.filter((site) => Number.isFinite(site.lat)).map((site) => [site, app.place.metres(here, site)]).sort((a, b) => a[1] - b[1]);
      replace(body, list(placed.slice(0, MOST).map(([site, metres]) => line(site, metres))));
    } else if (way === "map") {
      await showMap(body, found, wanted);
    } else {
      replace(body, list(found.slice(0, MOST).map((site) => line(site))),
        found.length > MOST ? h("p.hint", t("{n} more: type more letters.", { n: found.length - MOST })) : null);
    }
  }

  async function showMap(body, found, wanted) {
    const order = new Map(stops().map((stop) => [stop.site, stop]));
    const focus = wanted ? all().sites.get(wanted) : null;
    const shown = focus ? [focus] : found.slice(0, 400);
    try {
      const drawn = await app.map({
        outlines: app.bundle("places.outlines"), onPoint: (id) => go(all().sites.get(id)), me: here ?? await app.place.once(), height: "58vh",
        points: shown.map((site) => {
          const stop = order.get(site.id);
          return { id: site.id, lat: site.lat, lon: site.lon, label: site.name, number: stop?.position ?? "", tone: stop && stateOf(stop) !== "left" ? "ok" : "accent" };
        }),
      });
      replace(body, drawn,
        focus ? h("div.card.below-map", h("h2", focus.name), h("p", [typeOf(focus), where(focus)].filter(Boolean).join(" · ")),
          h("div.buttons",
            button({ label: t("Begin"), kind: "primary", icon: "clipboard-check", on: () => go(focus) }),
            h("a.btn", { href: `geo:${focus.lat},${focus.lon}?q=${focus.lat},${focus.lon}(${encodeURIComponent(focus.name)})` }, icon("external-link"), t("Map app"))))
          : h("p.hint", t("Tap a point to begin there. The list says the same without a map.")));
    } catch (problem) {
      replace(body, notice("warn", String(problem.message)), list(found.slice(0, MOST).map((site) => line(site))));
    }
  }
}
