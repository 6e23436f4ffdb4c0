// The line of a mistake is found in the JSON text by a click on it.

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-line]");
  const text = document.querySelector("textarea[data-json]");
  if (!button || !text) return;
  const lines = text.value.split("\n");
  const number = Math.min(Number(button.dataset.line), lines.length) - 1;
  const start = lines.slice(0, number).reduce((sum, line) => sum + line.length + 1, 0);
  text.focus();
  text.setSelectionRange(start, start + lines[number].length);
  text.scrollTop = Math.max(0, number - 4) * (text.scrollHeight / lines.length);
});
