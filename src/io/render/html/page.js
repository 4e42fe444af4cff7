// Adds the reader's own clock where the page shows another one. The page says everything without it.
(() => {
  const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const date = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
  const offset = (at) => -at.getTimezoneOffset();
  const own = (at, shown) => offset(at) !== 0 && offset(at) !== shown;
  let added = false;
  for (const when of document.querySelectorAll(".when")) {
    const from = new Date(when.dataset.from * 1000);
    const to = new Date((when.dataset.to ?? when.dataset.from) * 1000);
    if (isNaN(from) || isNaN(to) || !own(from, Number(when.dataset.shown))) continue;
    const utcDay = from.toISOString().slice(0, 10);
    const ownDay = new Date(+from + offset(from) * 60000).toISOString().slice(0, 10);
    const here = document.createElement("span");
    here.className = "here";
    here.textContent = clock.format(from) + (+to > +from ? "–" + clock.format(to) : "")
      + (utcDay === ownDay ? "" : " " + date.format(from)) + " here";
    when.append(" ", here);
    added = true;
  }
  for (const tick of document.querySelectorAll("svg .tick-here")) {
    const at = new Date(tick.dataset.at * 1000);
    if (isNaN(at) || !own(at, Number(tick.dataset.shown))) continue;
    tick.textContent = tick.dataset.day ? date.format(at) : clock.format(at);
    added = true;
  }
  if (!added) return;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  for (const reader of document.querySelectorAll(".reader")) {
    reader.textContent = "“Here” is your own time zone, " + zone + ".";
  }
  for (const label of document.querySelectorAll("svg .axis-here")) label.textContent = "here";
})();
