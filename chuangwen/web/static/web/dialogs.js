// Questions before something is done, and photos looked at large: both in the browser's own dialog element.

const dialog = document.getElementById("confirm-dialog");

/** Ask; resolves to true when the person says yes. */
function ask(question, detail = "", yes = "") {
  dialog.querySelector("#confirm-question").textContent = question;
  dialog.querySelector("[data-detail]").textContent = detail;
  const button = dialog.querySelector("[data-yes]");
  button.dataset.usual ??= button.textContent;
  button.textContent = yes || button.dataset.usual;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((answer) => dialog.addEventListener("close", () => answer(dialog.returnValue === "yes"), { once: true }));
}

/** The first field of a form that has to be filled in and is not, if it can be seen; these forms leave the checking to the server. */
function missing(form) {
  return [...form.elements].find((field) => field.willValidate && field.validity.valueMissing && field.checkVisibility());
}

/** Say beside the field, in the language of the page, that it comes first. */
function point(field) {
  field.setCustomValidity(dialog.dataset.missing);
  field.reportValidity();
  const settled = () => field.setCustomValidity("");
  field.addEventListener("input", settled, { once: true });
}

// Plain forms: <form data-confirm="…" data-confirm-detail="…" data-confirm-yes="…"> or the same on a button.
document.addEventListener("submit", async (event) => {
  const asked = event.submitter?.dataset.confirm ? event.submitter : event.target;
  if (!asked.dataset.confirm || event.target.dataset.confirmed !== undefined) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const { target, submitter } = event;
  const first = submitter?.formNoValidate ? undefined : missing(target);
  if (first) {
    point(first);
    return;
  }
  if (!(await ask(asked.dataset.confirm, asked.dataset.confirmDetail, asked.dataset.confirmYes))) return;
  target.dataset.confirmed = "";
  target.requestSubmit(submitter ?? undefined);
  delete target.dataset.confirmed;
}, true);

// htmx: hx-confirm asks in the same dialog.
document.addEventListener("htmx:confirm", async (event) => {
  if (!event.detail.question) return;
  event.preventDefault();
  const { confirmDetail, confirmYes } = event.detail.elt.dataset;
  if (await ask(event.detail.question, confirmDetail, confirmYes)) event.detail.issueRequest(true);
});

const lightbox = document.getElementById("lightbox");
let shown = [];
let place = 0;

function show(number) {
  place = (number + shown.length) % shown.length;
  const link = shown[place];
  const image = lightbox.querySelector("img");
  image.src = link.href;
  image.alt = link.querySelector("img")?.alt || "";
  lightbox.querySelector("[data-caption]").textContent = [link.dataset.caption, shown.length > 1 ? `${place + 1} / ${shown.length}` : ""].filter(Boolean).join(" · ");
  lightbox.querySelector("[data-original]").href = link.href;
  for (const step of lightbox.querySelectorAll("[data-step]")) step.hidden = shown.length < 2;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-photos] a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  shown = [...link.closest("[data-photos]").querySelectorAll("a")];
  show(shown.indexOf(link));
  lightbox.showModal();
});

lightbox?.addEventListener("click", (event) => {
  const step = event.target.closest("[data-step]");
  if (step) show(place + Number(step.dataset.step));
  else if (event.target === lightbox || event.target.closest("[data-close]")) lightbox.close();
});
lightbox?.addEventListener("keydown", (event) => {
  if (event.key === "ArrowLeft") show(place - 1);
  if (event.key === "ArrowRight") show(place + 1);
});
