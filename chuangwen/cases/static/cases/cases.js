// Pages of cases: forms of verbs in a dialog, sentences to tap, sites while one types, the phone's position, kinds proposed from the words.
// Without this file every form still works as a page of its own.

const dialog = document.getElementById("verb-dialog");

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "verb-dialog-body" || !dialog) return;
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("input:not([type=hidden]), select, textarea")?.focus({ preventScroll: true });
});
// What cannot be shown in the dialog (somebody else was quicker) is shown as a page.
document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.target?.id === "verb-dialog-body") location.assign(event.detail.pathInfo.requestPath);
});
dialog?.addEventListener("click", (event) => {
  if (event.target === dialog) dialog.close();
  if (event.target.closest("[data-close-dialog]")) {
    event.preventDefault();
    dialog.close();
  }
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-phrases-for] button");
  if (!button) return;
  const area = document.getElementById(button.parentElement.dataset.phrasesFor);
  const text = area.value.trim();
  area.value = text ? `${text.replace(/[，。；,;.]$/, "")}，${button.textContent}` : button.textContent;
  area.dispatchEvent(new Event("input", { bubbles: true }));
});

// Sites while one types.
let timer, asked = 0;
async function suggest(box) {
  const input = box.querySelector("input"), list = box.querySelector("ul"), text = input.value.trim(), mine = ++asked;
  if (text.length < 1) { list.hidden = true; return; }
  const answer = await fetch(`${box.dataset.suggest}?q=${encodeURIComponent(text)}`, { headers: { Accept: "application/json" } });
  if (!answer.ok || mine !== asked) return;
  const { sites } = await answer.json();
  list.replaceChildren(...sites.map((site) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "list-group-item list-group-item-action";
    button.setAttribute("role", "option");
    const name = document.createElement("div"), note = document.createElement("div");
    name.textContent = site.name;
    note.textContent = site.note;
    note.className = "text-secondary small";
    button.append(name, note);
    button.addEventListener("click", () => {
      input.value = site.text;
      list.hidden = true;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
    return button;
  }));
  list.hidden = sites.length === 0;
}
document.addEventListener("input", (event) => {
  const box = event.target.closest?.("[data-suggest]");
  if (!box || event.isComposing) return;
  clearTimeout(timer);
  timer = setTimeout(() => suggest(box), 250);
});
document.addEventListener("click", (event) => {
  for (const box of document.querySelectorAll("[data-suggest]")) if (!box.contains(event.target)) box.querySelector("ul").hidden = true;
});
document.addEventListener("keydown", (event) => {
  const box = event.target.closest?.("[data-suggest]");
  if (!box) return;
  const options = [...box.querySelectorAll("button")], here = options.indexOf(document.activeElement);
  if (event.key === "ArrowDown" && options.length) { event.preventDefault(); options[Math.min(here + 1, options.length - 1)].focus(); }
  if (event.key === "ArrowUp" && here >= 0) { event.preventDefault(); (options[here - 1] || box.querySelector("input")).focus(); }
  if (event.key === "Escape") { box.querySelector("ul").hidden = true; box.querySelector("input").focus(); }
});

// The phone's position. Browsers give WGS-84; inside WeChat it is GCJ-02.
const where = document.querySelector("[data-position]");
where?.querySelector("button").addEventListener("click", () => {
  const said = where.querySelector("[data-said]"), words = where.dataset;
  if (!navigator.geolocation) { said.textContent = words.failed; return; }
  said.textContent = words.asking;
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    document.getElementById("id_lat").value = coords.latitude.toFixed(6);
    document.getElementById("id_lon").value = coords.longitude.toFixed(6);
    document.getElementById("id_datum").value = /MicroMessenger/i.test(navigator.userAgent) ? "gcj02" : "wgs84";
    said.textContent = words.found.replace("{m}", Math.round(coords.accuracy));
  }, () => { said.textContent = words.failed; }, { enableHighAccuracy: true, timeout: 15000, maximumAge: 30000 });
});

// Kinds proposed from what is written, and sentences that fit the kind.
const known = document.getElementById("kinds");
if (known) {
  const { kinds, phrases, any } = JSON.parse(known.textContent);
  const select = document.getElementById("id_kind"), words = document.getElementById("id_description");
  const proposals = document.querySelector("[data-proposals]"), taps = document.querySelector("[data-phrases-for=id_description]");
  const severity = document.getElementById("id_severity");
  let touched = false;
  severity?.addEventListener("change", () => { touched = true; });
  const tap = (text, act) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm btn-pill";
    button.textContent = text;
    if (act) button.addEventListener("click", act);
    return button;
  };
  const fits = () => {
    const kind = kinds.find(({ id }) => id === select?.value);
    taps?.replaceChildren(...(kind ? phrases[kind.family] || [] : any).map((text) => tap(text)));
    if (kind && severity && !touched) severity.value = String(kind.severity);
  };
  const propose = () => {
    const text = words.value;
    const found = select && !select.value && text ? kinds.filter((kind) => kind.words.some((word) => text.includes(word))).slice(0, 4) : [];
    proposals?.replaceChildren(...found.map((kind) => tap(kind.name, () => { select.value = kind.id; propose(); fits(); })));
  };
  select?.addEventListener("change", () => { fits(); propose(); });
  words.addEventListener("input", propose);
  fits();
  propose();
}
