// The board of an inspection asks from time to time whether it is old: one conditional request, answered with 304 while nothing has changed.
// It rests while the page is not looked at, and while somebody is about to press something in it.

const board = document.querySelector("[data-board]"), asked = document.getElementById("inspection-asked");

if (board) {
  let etag = board.dataset.etag, at = new Date();
  const wait = Number(board.dataset.seconds) * 1000;
  const say = (words) => { asked.textContent = `${words} ${at.toLocaleTimeString("zh-CN", { hour12: false })}`; };

  async function ask() {
    if (document.hidden || board.contains(document.activeElement)) return;
    try {
      const answer = await fetch(board.dataset.board, { cache: "no-store", headers: { "If-None-Match": etag }, redirect: "manual" });
      if (answer.status !== 304 && !answer.ok) throw new Error(answer.status);
      if (answer.ok) {
        board.innerHTML = await answer.text();
        etag = answer.headers.get("ETag");
      }
      at = new Date();
      say(asked.dataset.fresh);
    } catch { say(asked.dataset.lost); }
  }

  setInterval(ask, wait);
  document.addEventListener("visibilitychange", ask);
  addEventListener("online", ask);
}
