// A button in each password field shows what was typed: large fingers and small keys.

const words = document.querySelector("[data-show-word]")?.dataset;
for (const field of words ? document.querySelectorAll("input[type=password]") : []) {
  const frame = document.createElement("div");
  frame.className = "cw-peek";
  field.replaceWith(frame);
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = words.showWord;
  button.setAttribute("aria-controls", field.id);
  button.addEventListener("click", () => {
    const hidden = field.type === "password";
    field.type = hidden ? "text" : "password";
    button.textContent = hidden ? words.hideWord : words.showWord;
  });
  frame.append(field, button);
}
