// A place that cannot be visited: said with a reason, and the next one comes.

export async function ask(inspector, stop) {
  const { app, all } = inspector;
  const { t } = app;
  const { h, button, sheet, textInput, toast } = app.ui;
  const site = all().sites.get(stop.site);
  const reasons = [t("The place is closed"), t("Under construction"), t("Not let in"), t("No longer there"), t("The address is wrong"), t("Weather or danger")];
  let reason = "";
  const typed = textInput({ rows: 2, maxlength: 200, "aria-label": t("Reason"), placeholder: t("or in your own words"), on: (value) => choose(value, true) });
  const send = button({ label: t("Leave it out"), kind: "primary", on: () => done() });
  const chips = h("div.chips", reasons.map((one) => h("button.chip", { type: "button", "aria-pressed": "false", onclick: () => choose(one) }, one)));
  const choose = (value, by_hand = false) => {
    reason = value.trim();
    for (const chip of chips.children) chip.setAttribute("aria-pressed", String(chip.textContent === reason));
    if (!by_hand) typed.value = "";
    send.disabled = !reason;
  };
  send.disabled = true;
  const asked = sheet({ title: t("Why can {name} not be visited?", { name: site?.name ?? "" }), body: [chips, typed], foot: send });
  const done = async () => {
    await app.queue.add({
      kind: "fieldwork.skip", data: { round_sites: stop.round_sites, reason }, label: site?.name ?? t("Could not be visited"),
      sub: t("Left out: {reason}", { reason }), sections: ["fieldwork.rounds"],
    });
    asked.close(true);
  };
  if (!(await asked.closed)) return;
  toast(t("Noted. It is sent with the queue."));
  if (location.hash === "#/" || !location.hash) app.refresh();
  else app.go("#/");
}
