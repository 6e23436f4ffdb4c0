// Areas to cover on a picture: drawn, moved and changed in size by mouse, finger or keyboard. Shares of the picture; the form sends them as JSON.

const stage = document.querySelector("[data-cover]");
const field = document.querySelector('#cover-form input[name="boxes"]');
const list = document.querySelector("[data-list]");
const add = document.querySelector("[data-add]");
const removal = document.querySelector("[data-remove]");
const words = JSON.parse(document.getElementById("cover-words").textContent);
const LEAST = 0.012;

let boxes = JSON.parse(field.value || "[]");
let chosen = -1;

const within = (value, low, high) => Math.min(high, Math.max(low, value));

function fit(box) {
  box.w = within(box.w, LEAST, 1);
  box.h = within(box.h, LEAST, 1);
  box.x = within(box.x, 0, 1 - box.w);
  box.y = within(box.y, 0, 1 - box.h);
}

function place(element, box) {
  Object.assign(element.style, {
    left: `${box.x * 100}%`, top: `${box.y * 100}%`, width: `${box.w * 100}%`, height: `${box.h * 100}%`,
  });
}

function choose(number, focus) {
  chosen = number;
  stage.querySelectorAll(".ev-box").forEach((element, index) => {
    element.setAttribute("aria-pressed", String(index === chosen));
    if (index === chosen && focus) element.focus({ preventScroll: true });
  });
  removal.disabled = chosen < 0;
}

function draw(focus) {
  stage.querySelectorAll(".ev-box").forEach((element) => element.remove());
  boxes.forEach((box, index) => {
    const element = document.createElement("button");
    element.type = "button";
    element.className = "ev-box";
    element.dataset.number = index;
    element.setAttribute("aria-label", `${words[box.kind] || words.other} ${index + 1}. ${words.hint}`);
    element.append(document.createElement("span"));
    place(element, box);
    stage.append(element);
  });
  list.replaceChildren(...(boxes.length ? boxes : [null]).map((box) => {
    const item = document.createElement("li");
    item.className = box ? "list-group-item" : "list-group-item text-secondary";
    item.textContent = box ? words[box.kind] || words.other : words.none;
    return item;
  }));
  field.value = JSON.stringify(boxes);
  choose(Math.min(chosen, boxes.length - 1), focus);
}

function remove() {
  if (chosen < 0) return;
  boxes.splice(chosen, 1);
  chosen = Math.min(chosen, boxes.length - 1);
  draw(true);
}

function put(box) {
  boxes.push({ kind: "other", by: "person", ...box });
  chosen = boxes.length - 1;
  draw(true);
}

stage.addEventListener("pointerdown", (event) => {
  if (event.button) return;
  event.preventDefault();
  const size = stage.getBoundingClientRect();
  const at = (moved) => ({ x: within((moved.clientX - size.left) / size.width, 0, 1), y: within((moved.clientY - size.top) / size.height, 0, 1) });
  const start = at(event);
  const target = event.target.closest(".ev-box");
  const grip = event.target.tagName === "SPAN";
  const number = target ? Number(target.dataset.number) : -1;
  const first = target ? { ...boxes[number] } : { x: start.x, y: start.y, w: 0, h: 0 };
  let shown = target;
  if (target) choose(number, true);
  else {
    shown = document.createElement("div");
    shown.className = "ev-box";
    stage.append(shown);
  }
  const now = { ...first };
  const move = (moved) => {
    const point = at(moved);
    if (!target) {
      Object.assign(now, {
        x: Math.min(start.x, point.x), y: Math.min(start.y, point.y), w: Math.abs(point.x - start.x), h: Math.abs(point.y - start.y),
      });
    } else if (grip) {
      Object.assign(now, { w: Math.max(LEAST, first.w + point.x - start.x), h: Math.max(LEAST, first.h + point.y - start.y) });
      fit(now);
    } else {
      Object.assign(now, { x: first.x + point.x - start.x, y: first.y + point.y - start.y });
      fit(now);
    }
    place(shown, now);
  };
  const end = (ended) => {
    stage.removeEventListener("pointermove", move);
    stage.removeEventListener("pointerup", end);
    stage.removeEventListener("pointercancel", end);
    if (!target) {
      shown.remove();
      if (ended.type === "pointerup" && now.w > LEAST && now.h > LEAST) put(now);
      else choose(-1);
      return;
    }
    if (now.x !== first.x || now.y !== first.y || now.w !== first.w || now.h !== first.h) {
      boxes[number] = { ...boxes[number], ...now, by: "person" };
      draw(true);
    }
  };
  stage.setPointerCapture(event.pointerId);
  stage.addEventListener("pointermove", move);
  stage.addEventListener("pointerup", end);
  stage.addEventListener("pointercancel", end);
});

stage.addEventListener("focusin", (event) => {
  const element = event.target.closest(".ev-box");
  if (element && Number(element.dataset.number) !== chosen) choose(Number(element.dataset.number));
});

stage.addEventListener("keydown", (event) => {
  const element = event.target.closest(".ev-box");
  if (!element) return;
  if (event.key === "Delete" || event.key === "Backspace") {
    event.preventDefault();
    remove();
    return;
  }
  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  if (!steps) return;
  event.preventDefault();
  const box = boxes[Number(element.dataset.number)];
  const step = event.ctrlKey ? 0.002 : 0.01;
  if (event.shiftKey) Object.assign(box, { w: box.w + steps[0] * step, h: box.h + steps[1] * step });
  else Object.assign(box, { x: box.x + steps[0] * step, y: box.y + steps[1] * step });
  box.by = "person";
  fit(box);
  place(element, box);
  field.value = JSON.stringify(boxes);
});

stage.classList.add("is-live");
add.hidden = false;
removal.hidden = false;
add.addEventListener("click", () => put({ x: 0.4, y: 0.4, w: 0.2, h: 0.2 }));
removal.addEventListener("click", remove);
draw();
