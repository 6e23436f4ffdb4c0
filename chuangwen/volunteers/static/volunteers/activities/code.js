// The code on the spot: taken from the codes that came with the page, by the server's clock, so that it goes on without signal.

const place = document.querySelector("[data-code]");
const given = JSON.parse(document.getElementById("cw-codes")?.textContent || "null");

if (place && given) {
  const ahead = given.now - Date.now(); // how far the server's clock is ahead of this one
  const part = (name) => place.querySelector(`[data-${name}]`);
  const [digits, left, hint, picture] = ["digits", "left", "hint", "picture"].map(part);
  let shown = -1;

  picture.addEventListener("load", () => { picture.hidden = false; hint.textContent = hint.dataset.live; });
  picture.addEventListener("error", () => { picture.hidden = true; hint.textContent = hint.dataset.late; });

  const tick = () => {
    const seconds = (Date.now() + ahead) / 1000;
    const step = Math.floor(seconds / given.step);
    left.value = given.step - (seconds - step * given.step);
    if (step === shown) return;
    shown = step;
    const code = given.codes[step - given.first];
    digits.textContent = code ? `${code.slice(0, 3)} ${code.slice(3)}` : "——";
    if (code) picture.src = `${given.image}?step=${step}`;
    else { picture.hidden = true; hint.textContent = hint.dataset.done; }
  };
  tick();
  setInterval(tick, 250);
}
