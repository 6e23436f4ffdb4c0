// The resident's page: three steps instead of one long form, photos scaled here, the place asked once, the same things near by shown before
// anything is sent, and a draft that outlives the connection. Without this file the form is one page and works.

const form = document.querySelector("[data-report]"), words = JSON.parse(document.getElementById("in-words").textContent), facts = form.dataset;
const $ = (selector, root = form) => root.querySelector(selector), $$ = (selector, root = form) => [...root.querySelectorAll(selector)];
const field = (name) => form.elements.namedItem(name);
const make = (name, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
};
const note = document.querySelector("[data-note]"), problem = $("[data-problem]"), stepsBar = document.querySelector("[data-steps]");
const KEPT = "chuangwen-report", SIDE = 1600, QUALITY = .8, DAY = 86400e3;
const say = (text) => { note.textContent = text; note.hidden = !text; };

// -- the steps --------------------------------------------------------------------------------------------------------

let here = 1;
function show(step, focus = true) {
  here = step;
  for (const section of $$(".in-step")) section.classList.toggle("is-here", Number(section.dataset.step) === step);
  [...stepsBar.children].forEach((item, at) => {
    item.className = at + 1 < step ? "is-done" : at + 1 === step ? "is-now" : "is-next";
    if (at + 1 === step) item.setAttribute("aria-current", "step"); else item.removeAttribute("aria-current");
  });
  if (focus) {
    const heading = $(`#step-${step}`);
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    document.getElementById("content").scrollIntoView();
  }
  if (step === 3) look();
}
stepsBar.hidden = false;
show(1, false);

function wrong(name, text) {
  const box = $(`[data-field=${name}]`), control = field(name);
  if (!box) return false;
  $$(".invalid-feedback", box).forEach((old) => old.remove());
  control?.classList?.toggle("is-invalid", Boolean(text));
  if (text) box.append(make("div", { className: "invalid-feedback d-block", textContent: text }));
  return Boolean(text);
}
const missing = {
  1: () => wrong("description", field("description").value.trim() ? "" : words.words) && "description",
  2: () => wrong("community", hasPlace() ? "" : words.where) && "community",
};
const hasPlace = () => Boolean(field("site_code").value || field("site").value.trim() || field("lat").value || field("community").value);

form.addEventListener("click", (event) => {
  const to = event.target.closest("[data-next], [data-back]");
  if (!to) return;
  if (to.dataset.back) { show(Number(to.dataset.back)); return; }
  const name = missing[here]?.();
  if (name) { field(name).focus(); return; }
  show(Number(to.dataset.next));
});

// -- photos: scaled and turned upright here; the place of the first that knows it is offered -------------------------------

const photos = []; // { name, blob }
const previews = $("[data-previews]"), input = $("#id_photos");

async function scaled(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const ratio = Math.min(1, SIDE / Math.max(picture.width, picture.height));
  const canvas = make("canvas", { width: Math.round(picture.width * ratio), height: Math.round(picture.height * ratio) });
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return new Promise((done, failed) => canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error())), "image/jpeg", QUALITY));
}

/** Degrees out of a JPEG's EXIF, or null. */
async function placeOf(file) {
  const view = new DataView(await file.slice(0, 131072).arrayBuffer());
  if (view.byteLength < 16 || view.getUint16(0) !== 0xffd8) return null;
  for (let at = 2; at + 10 < view.byteLength && view.getUint8(at) === 0xff;) {
    const size = view.getUint16(at + 2);
    if (view.getUint8(at + 1) === 0xe1 && view.getUint32(at + 4) === 0x45786966) return gps(new DataView(view.buffer, at + 10, Math.min(size - 8, view.byteLength - at - 10)));
    at += 2 + size;
  }
  return null;
}
function gps(view) {
  const little = view.getUint16(0) === 0x4949, u16 = (at) => view.getUint16(at, little), u32 = (at) => view.getUint32(at, little);
  const entry = (start, tag) => {
    for (let n = 0; n < u16(start); n += 1) if (u16(start + 2 + 12 * n) === tag) return start + 2 + 12 * n;
    return null;
  };
  const pointer = entry(u32(4), 0x8825);
  if (pointer === null) return null;
  const start = u32(pointer + 8), degrees = (tag) => {
    const at = u32(entry(start, tag) + 8);
    return [0, 1, 2].reduce((sum, n) => sum + u32(at + 8 * n) / u32(at + 8 * n + 4) / 60 ** n, 0);
  };
  const sign = (tag, negative) => (String.fromCharCode(view.getUint8(entry(start, tag) + 8)) === negative ? -1 : 1);
  const lat = degrees(2) * sign(1, "S"), lon = degrees(4) * sign(3, "W");
  return Number.isFinite(lat) && Number.isFinite(lon) && (lat || lon) ? [lat, lon] : null;
}

function redraw() {
  for (const image of $$("img", previews)) URL.revokeObjectURL(image.src);
  previews.replaceChildren(...photos.map((photo, at) => make("figure", {},
    make("img", { src: URL.createObjectURL(photo.blob), alt: words.photo.replace("{n}", at + 1) }),
    make("button", { type: "button", textContent: "×", ariaLabel: `${words.remove} ${at + 1}`, onclick: () => { photos.splice(at, 1); redraw(); keep(); } }))));
}
input.addEventListener("change", async () => {
  wrong("photos", "");
  for (const file of [...input.files]) {
    if (photos.length >= Number(facts.most)) { wrong("photos", words.tooMany); break; }
    try {
      const place = await placeOf(file).catch(() => null);
      photos.push({ name: file.name.replace(/\.\w+$/, "") + ".jpg", blob: await scaled(file) });
      if (place && !field("lat").value && facts.fixed === undefined) { point(place[0], place[1], "wgs84"); said(words.fromPhoto); }
    } catch { wrong("photos", words.noPicture); }
  }
  input.value = "";
  redraw();
  keep();
});

// -- the place: asked once ------------------------------------------------------------------------------------------------

const saidPlace = $("[data-said]"), said = (text) => { saidPlace.textContent = text; };
let pinned = null;
function point(lat, lon, datum) {
  field("lat").value = lat.toFixed(6);
  field("lon").value = lon.toFixed(6);
  field("datum").value = datum;
  field("site_code").value = "";
  wrong("community", "");
  if (datum === "wgs84") pinned?.put(lat, lon);
  keep();
  ask().then((found) => {
    if (found && (found.division || found.site)) said(`${saidPlace.textContent} ${[found.division, found.site].filter(Boolean).join(" · ")}`.trim());
    else if (found) { said(words.outside); field("lat").value = field("lon").value = ""; }
  });
}
$("[data-here]").addEventListener("click", () => {
  if (!navigator.geolocation) { said(words.noPlace); return; }
  said(words.asking);
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    said(words.found.replace("{m}", Math.round(coords.accuracy)));
    point(coords.latitude, coords.longitude, /MicroMessenger/i.test(navigator.userAgent) ? "gcj02" : "wgs84");
  }, () => said(words.noPlace), { enableHighAccuracy: true, timeout: 15000, maximumAge: 30000 });
});
$("[data-open-map]").addEventListener("click", async ({ currentTarget }) => {
  const place = document.getElementById("pin-map");
  place.hidden = !place.hidden;
  currentTarget.setAttribute("aria-expanded", String(!place.hidden));
  if (pinned || place.hidden) return;
  try {
    const { open } = await import(facts.pin);
    pinned = await open(place, { leaflet: facts.leaflet, leafletStyle: facts.leafletStyle, ground: facts.ground, words, chosen: (lat, lon) => { said(""); point(lat, lon, "wgs84"); } });
    if (field("lat").value && field("datum").value === "wgs84") pinned.put(Number(field("lat").value), Number(field("lon").value));
  } catch { said(words.noPlace); place.hidden = true; }
});

const siteInput = field("site"), list = $("[data-suggested]");
let timer, asked = 0;
siteInput.addEventListener("input", (event) => {
  field("site_code").value = "";
  clearTimeout(timer);
  if (event.isComposing) return;
  timer = setTimeout(async () => {
    const text = siteInput.value.trim(), mine = ++asked;
    if (text.length < 2) { list.hidden = true; return; }
    const answer = await fetch(`${facts.sites}?q=${encodeURIComponent(text)}`, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok || mine !== asked) return;
    const { sites } = await answer.json();
    list.replaceChildren(...sites.map((site) => make("li", {}, make("button", {
      type: "button", className: "list-group-item list-group-item-action",
      onclick: () => { siteInput.value = site.name; field("site_code").value = site.code; field("lat").value = field("lon").value = ""; list.hidden = true; wrong("community", ""); keep(); },
    }, make("div", { textContent: site.name }), make("div", { className: "text-secondary small", textContent: site.note })))));
    list.hidden = sites.length === 0;
  }, 300);
});
document.addEventListener("click", (event) => { if (!event.target.closest(".in-suggest")) list.hidden = true; });

// -- before it is sent: what it seems to be, and what like it is open near by ------------------------------------------------

const token = () => $("[name=csrfmiddlewaretoken]").value;
async function ask() {
  const content = {
    text: field("description").value, site: field("site_code").value, datum: field("datum").value,
    lat: field("lat").value ? Number(field("lat").value) : null, lon: field("lon").value ? Number(field("lon").value) : null,
  };
  try {
    const answer = await fetch(facts.look, { method: "POST", headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token() }, body: JSON.stringify(content) });
    return answer.ok ? await answer.json() : null;
  } catch { return null; }
}

let kindTouched = false;
async function look() {
  const summary = $("[data-summary]");
  summary.replaceChildren(make("p", { className: "in-sentence", textContent: field("description").value }));
  const rows = [siteInput.value, field("address").value, field("community").selectedOptions[0]?.value && field("community").selectedOptions[0].textContent, saidPlace.textContent].filter(Boolean);
  if (rows.length) summary.append(make("p", { className: "text-secondary", textContent: rows.join(" · ") }));
  summary.hidden = false;
  const found = await ask();
  kinds(found?.kinds || []);
  similar(found?.similar || []);
}

function kinds(proposed) {
  const box = $("[data-kinds]"), select = field("kind"), whole = $("[data-kind-select]");
  box.hidden = proposed.length === 0;
  if (!proposed.length) { whole.hidden = false; return; }
  const choose = (value) => { select.value = value; kindTouched = true; keep(); };
  if (!kindTouched) select.value = proposed[0].id;
  const choice = (value, text, small) => make("label", {},
    make("input", { type: "radio", name: "proposed", className: "form-check-input m-0", checked: select.value === value, onchange: () => { whole.hidden = true; choose(value); } }),
    make("span", {}, make("strong", { textContent: text }), small ? make("span", { className: "text-secondary", textContent: ` ${small}` }) : ""));
  const other = make("label", {}, make("input", {
    type: "radio", name: "proposed", className: "form-check-input m-0", checked: !proposed.some(({ id }) => id === select.value),
    onchange: () => { whole.hidden = false; if (proposed.some(({ id }) => id === select.value)) choose(""); select.focus(); },
  }), make("span", { textContent: words.other }));
  $("[data-kind-list]").replaceChildren(...proposed.map(({ id, name, family, share }) => choice(id, name, share === null ? family : `${family} · ${share >= .6 ? words.surely : words.maybe}`)), other);
  whole.hidden = proposed.some(({ id }) => id === select.value);
}
field("kind").addEventListener("change", () => { kindTouched = true; });

function similar(cases) {
  const box = $("[data-similar]");
  box.hidden = cases.length === 0;
  $("[data-similar-list]").replaceChildren(...cases.map((one) => {
    const row = make("div", { className: "in-alike" });
    if (one.picture) row.append(make("img", { src: one.picture, alt: "" }));
    const told = make("div", {}, make("strong", { textContent: one.kind }), make("div", { className: "text-secondary", textContent: [one.place, one.since, one.metres === null ? "" : words.away.replace("{m}", one.metres)].filter(Boolean).join(" · ") }));
    told.append(make("span", { className: `cw-badge cw-tone-${one.tone}`, textContent: one.word }));
    row.append(told, make("button", { type: "button", className: "btn", textContent: words.follow, onclick: ({ currentTarget }) => follow(one.offer, currentTarget) }));
    return row;
  }));
}
async function follow(offer, button) {
  button.disabled = true;
  try {
    const content = new FormData();
    content.set("csrfmiddlewaretoken", token());
    content.set("offer", offer);
    content.set("uid", field("uid").value);
    content.set("altcha", await globalThis.cwSolve(field("altcha")));
    const answer = await fetch(facts.follow, { method: "POST", body: content, headers: { Accept: "application/json" } });
    const told = await answer.json();
    if (!answer.ok) throw new Error(told.message);
    forget();
    location.assign(told.url);
  } catch (error) { tell(error instanceof TypeError ? words.failed : error.message || words.failed); }
  button.disabled = false;
}

// -- sending ----------------------------------------------------------------------------------------------------------------

const tell = (text) => { problem.textContent = text; problem.hidden = !text; if (text) problem.scrollIntoView({ block: "center" }); };
let waiting = false, busy = false;
async function send() {
  if (busy) return;
  for (const step of [1, 2]) { const name = missing[step](); if (name) { show(step); field(name).focus(); return; } }
  const button = $("[data-send]");
  tell("");
  busy = button.disabled = true;
  try {
    if (navigator.onLine === false) throw new TypeError("offline");
    say(words.checking);
    const content = new FormData(form);
    content.set("altcha", await globalThis.cwSolve(field("altcha")));
    content.delete("proposed");
    content.delete("photos");
    for (const { name, blob } of photos) content.append("photos", blob, name);
    say(words.sending);
    const answer = await fetch(form.action || location.href, { method: "POST", body: content, headers: { Accept: "application/json" }, credentials: "same-origin" });
    const told = await answer.json();
    if (answer.ok) { forget(); location.assign(told.url); return; }
    say("");
    waiting = false;
    const names = Object.entries(told.fields || {}).filter(([name, texts]) => wrong(name, texts.join(" "))).map(([name]) => name);
    const first = names.map((name) => $(`[data-field=${name}]`).closest(".in-step")).find(Boolean);
    if (first) show(Number(first.dataset.step));
    tell([told.message, ...Object.entries(told.fields || {}).filter(([name]) => !names.includes(name)).flatMap(([, texts]) => texts)].join(" ") || words.failed);
  } catch (error) {
    say("");
    if (error instanceof TypeError) { waiting = true; keep(); say(words.offline); } else tell(error.message || words.failed);
  } finally { busy = button.disabled = false; }
}
form.addEventListener("submit", (event) => { event.preventDefault(); send(); });
window.addEventListener("online", () => { if (waiting) send(); });

// -- the draft --------------------------------------------------------------------------------------------------------------

const NAMES = ["uid", "description", "site", "site_code", "address", "community", "lat", "lon", "datum", "kind"];
const asText = (blob) => new Promise((done) => { const reader = new FileReader(); reader.onload = () => done(reader.result); reader.readAsDataURL(blob); });
async function asBlob(text) {
  const [head, body] = text.split(","), bytes = Uint8Array.from(atob(body), (c) => c.charCodeAt(0));
  return new Blob([bytes], { type: head.slice(5).split(";")[0] });
}
let keeping;
function keep() {
  clearTimeout(keeping);
  keeping = setTimeout(async () => {
    const draft = { at: Date.now(), step: here, waiting, fixed: facts.fixed !== undefined, values: Object.fromEntries(NAMES.map((name) => [name, field(name).value])) };
    try {
      localStorage.setItem(KEPT, JSON.stringify(draft));
      localStorage.setItem(KEPT, JSON.stringify({ ...draft, photos: await Promise.all(photos.map(async ({ name, blob }) => ({ name, text: await asText(blob) }))) }));
    } catch { if (photos.length) say(words.notKept); }
  }, 400);
}
function forget() { clearTimeout(keeping); try { localStorage.removeItem(KEPT); } catch { /* nothing was kept */ } }
form.addEventListener("input", keep);
form.addEventListener("change", keep);
$("[data-discard]").addEventListener("click", () => { forget(); location.assign(location.pathname); });

async function restore() {
  let draft = null;
  try { draft = JSON.parse(localStorage.getItem(KEPT)); } catch { /* no storage: no draft */ }
  if (!draft || Date.now() - draft.at > 3 * DAY || facts.fixed !== undefined && !draft.fixed) return;
  if (!draft.values.description && !draft.photos?.length) return;
  for (const name of NAMES) if (draft.values[name]) field(name).value = draft.values[name];
  kindTouched = Boolean(draft.values.kind);
  for (const { name, text } of draft.photos || []) photos.push({ name, blob: await asBlob(text) });
  redraw();
  waiting = draft.waiting;
  say(waiting ? words.offline : words.kept);
  show(draft.step || 1, false);
  if (waiting && navigator.onLine) send();
}
restore();
