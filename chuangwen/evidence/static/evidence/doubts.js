// Two pictures compared: side by side, one slid over the other, or blinking. The earlier photo is laid over this one where the server
// has found how (nine numbers of a projective map from the earlier photo to this one, in shares of their sides).

function matrix(numbers, frame) {
  // Shares to pixels of the frame on both sides: scale(frame) · H · scale(1 / frame).
  const [a, b, c, d, e, f, g, h, i] = numbers;
  const { width: w, height: t } = frame;
  const flat = [a, (b * w) / t, c * w, (d * t) / w, e, f * t, g / w, h / t, i];
  return `matrix3d(${flat[0]},${flat[3]},0,${flat[6]},${flat[1]},${flat[4]},0,${flat[7]},0,0,1,0,${flat[2]},${flat[5]},0,${flat[8]})`;
}

function prepare(box) {
  const modes = box.querySelector("[data-modes]");
  const slider = box.querySelector("[data-slider]");
  const frame = box.querySelector('[data-part="photo"] .ev-frame');
  const other = box.querySelector('[data-part="other"] img');
  if (!modes || !frame || !other || box.dataset.ready) return;
  box.dataset.ready = "1";
  const numbers = (box.dataset.align || "").split(" ").filter(Boolean).map(Number);
  const over = document.createElement("div");
  over.className = "ev-over";
  over.hidden = true;
  const image = document.createElement("img");
  image.alt = "";
  over.append(image);
  frame.append(over);

  const lay = () => {
    const size = frame.getBoundingClientRect();
    image.style.width = `${size.width}px`;
    image.style.height = `${size.height}px`;
    image.style.transform = numbers.length === 9 ? matrix(numbers, size) : "none";
  };
  const part = () => {
    over.style.width = box.dataset.mode === "slide" ? `${slider.querySelector("input").value}%` : "100%";
  };
  const show = (mode) => {
    box.dataset.mode = mode;
    modes.querySelectorAll("[data-mode]").forEach((button) => {
      const on = button.dataset.mode === mode;
      button.classList.toggle("active", on);
      button.setAttribute("aria-pressed", String(on));
    });
    over.hidden = mode === "pair";
    slider.hidden = mode !== "slide";
    if (mode !== "pair") {
      image.src = other.currentSrc || other.src;
      lay();
      part();
    }
  };
  modes.hidden = false;
  modes.addEventListener("click", (event) => {
    const button = event.target.closest("[data-mode]");
    if (button) show(button.dataset.mode);
  });
  slider.addEventListener("input", part);
  frame.addEventListener("click", () => box.classList.toggle("is-held"));
  new ResizeObserver(() => box.dataset.mode && box.dataset.mode !== "pair" && lay()).observe(frame);
}

const all = (root) => root.querySelectorAll("[data-compare]").forEach(prepare);
all(document);
document.addEventListener("htmx:load", (event) => all(event.detail.elt.parentElement || document));
