// The desk by keyboard: Ctrl+Enter saves, Alt+1 to 3 takes a proposed kind.

const form = document.querySelector("[data-desk]");
const take = (button) => {
  const select = document.getElementById("id_kind");
  select.value = button.dataset.kind;
  select.dispatchEvent(new Event("change", { bubbles: true }));
};
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-kind]");
  if (button) take(button);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); form.requestSubmit(); }
  if (event.altKey && /^Digit[1-3]$/.test(event.code)) {
    const button = document.querySelectorAll("#alike [data-kind]")[Number(event.code.at(-1)) - 1];
    if (button) { event.preventDefault(); take(button); }
  }
});
