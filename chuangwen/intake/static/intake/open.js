// What every open page does: say that there is a script, and do the work that keeps machines away (in a worker, when a form is sent).

document.documentElement.classList.add("cw-js");

/** Solve a fresh challenge for the field; gives what goes into the form (Base64 of altcha's JSON). Fails without a connection. */
async function solve(field) {
  const answer = await fetch(field.dataset.proof, { headers: { Accept: "application/json" }, cache: "no-store", credentials: "same-origin" });
  const challenge = await answer.json();
  if (!answer.ok) throw new Error(challenge.message);
  const worker = new Worker(field.dataset.solver);
  try {
    const number = await new Promise((done, failed) => {
      worker.onmessage = ({ data }) => done(data);
      worker.onerror = failed;
      worker.postMessage(challenge);
    });
    const { algorithm, challenge: text, salt, signature } = challenge;
    return btoa(JSON.stringify({ algorithm, challenge: text, number, salt, signature }));
  } finally {
    worker.terminate();
  }
}
globalThis.cwSolve = solve;

document.addEventListener("submit", async (event) => {
  const form = event.target, field = form.querySelector("[data-proof]");
  if (!field || form.matches("[data-report]") || field.value) return;
  event.preventDefault();
  const button = form.querySelector("[type=submit]");
  button.disabled = true;
  try {
    field.value = await solve(field);
    form.submit();
  } catch (problem) {
    const place = form.querySelector("[data-problem]");
    place.textContent = problem.message && !(problem instanceof TypeError) ? problem.message : place.dataset.failed;
    place.hidden = false;
  }
  button.disabled = false;
});
window.addEventListener("pageshow", () => document.querySelectorAll("[data-proof]").forEach((field) => { field.value = ""; }));
