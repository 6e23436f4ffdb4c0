// The editor of a duty shows the fields of the rhythm that was chosen; without this script all of them stand there.

const NEEDED = {
  week: ["times", "every"], month: ["times"], quarter: ["times"], weekdays: ["weekdays", "every", "times"], workdays: ["times"],
  month_days: ["month_days", "times"], written: ["written", "written_periods", "times"],
};
const OPTIONAL = ["times", "every", "weekdays", "month_days", "written", "written_periods"];

function show() {
  const chosen = document.querySelector("[name=shape]");
  if (!chosen) return;
  for (const name of OPTIONAL) {
    const field = document.querySelector(`[name=${name}]`);
    const place = field?.closest("[class*=col-]") ?? field?.closest("div");
    if (place) place.hidden = !NEEDED[chosen.value]?.includes(name);
  }
  const off = document.querySelector("[name=on_day_off]")?.closest("[class*=col-]");
  if (off) off.hidden = chosen.value === "workdays";
}

document.addEventListener("change", (event) => {
  if (event.target.name === "shape") show();
});
show();
