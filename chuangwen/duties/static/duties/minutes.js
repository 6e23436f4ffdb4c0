// Minutes are saved while they are written. What could not be sent stays in this browser, under the item and the revision that it was written
// on, and is sent when there is signal again; nothing is written over another's text.

const WAIT = 2500, AGAIN = 8000;
const storage = (() => { try { localStorage.setItem("cw-try", "1"); localStorage.removeItem("cw-try"); return localStorage; } catch { return null; } })();

for (const form of document.querySelectorAll("form[data-minutes]")) {
  const field = form.elements.text, revision = form.elements.revision, said = form.querySelector("[data-said]");
  const key = `cw-minutes-${form.dataset.minutes}`;
  let saved = field.value, timer = null, busy = false, stopped = false;
  const say = (text) => { said.textContent = text; };
  const keep = () => storage?.setItem(key, JSON.stringify({ text: field.value, revision: revision.value }));
  const later = (wait) => { clearTimeout(timer); timer = setTimeout(send, wait); };

  async function send() {
    clearTimeout(timer);
    if (busy || stopped || field.value === saved) return;
    busy = true;
    const text = field.value;
    say(form.dataset.saving);
    try {
      const body = new URLSearchParams(new FormData(form));
      const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual" });
      if (answer.ok) {
        revision.value = (await answer.json()).revision;
        saved = text;
        if (field.value === saved) { storage?.removeItem(key); say(form.dataset.saved); } else { keep(); later(WAIT); }
      } else if (answer.status === 409) {
        const other = await answer.json();
        if (other.text === undefined) { stopped = true; say(`${form.dataset.refused} ${other.message}`); }
        else {
          field.value = `${other.text}\n\n${field.value}`;
          revision.value = other.revision;
          saved = other.text;
          keep();
          say(form.dataset.other);
        }
      } else if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) {
        const told = await answer.json().catch(() => ({}));
        say(`${form.dataset.refused} ${told.message || answer.status}`);
      } else throw new Error(answer.status);
    } catch {
      keep();
      say(form.dataset.kept);
      later(AGAIN);
    } finally { busy = false; }
  }

  const kept = JSON.parse(storage?.getItem(key) || "null");
  if (kept && kept.text !== field.value) { field.value = kept.text; revision.value = kept.revision; later(300); } else storage?.removeItem(key);
  field.addEventListener("input", () => { stopped = false; keep(); later(WAIT); });
  field.addEventListener("blur", send);
  form.addEventListener("submit", (event) => { event.preventDefault(); saved = field.value === saved ? saved : null; send(); });
  addEventListener("online", send);
}
