// Buttons that write nought: into one field, or into all that are still empty. Without this script noughts are typed.
const form = document.querySelector("[data-today]");

for (const button of form?.querySelectorAll("[data-nought]") ?? []) {
  button.hidden = false;
  button.addEventListener("click", () => {
    document.getElementById(button.dataset.nought).value = "0";
  });
}

const rest = form?.querySelector("[data-noughts]");
if (rest) {
  rest.hidden = false;
  rest.addEventListener("click", () => {
    for (const field of form.querySelectorAll("input[type=number]")) {
      if (field.value === "") field.value = "0";
    }
  });
}
