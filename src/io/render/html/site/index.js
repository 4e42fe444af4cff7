// Narrows the list of incidents. The page says everything without it; what is searched is in search.js.
(() => {
  const form = document.querySelector("form.filters");
  const rows = [...document.querySelectorAll("table.incidents tbody tr")];
  if (!form || !rows.length) return;
  const count = form.querySelector("output");
  const fields = [...form.querySelectorAll("input, select")];
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  let known;
  const entries = () => {
    if (known) return known;
    const found = new Map((globalThis.recountSearch ?? []).map((entry) => [entry.page, entry.texts]));
    const all = rows.map((row) => {
      const texts = found.get(row.querySelector("a").getAttribute("href")) ?? [];
      const folded = texts.map(([when, text]) => fold(when + " " + text));
      return { row, texts, folded, all: [fold(row.textContent), ...folded].join("\n") };
    });
    if (globalThis.recountSearch) known = all;
    return all;
  };
  // A text with the words marked, as far as folding left its letters in their places.
  const marked = (text, words) => {
    const out = document.createDocumentFragment();
    const low = fold(text);
    const same = low.length === text.length;
    const first = same ? Math.min(...words.map((word) => low.indexOf(word)).filter((at) => at >= 0), text.length) : 0;
    let at = Math.max(0, first > 60 ? first - 40 : 0);
    const end = Math.min(text.length, at + 160);
    if (at > 0) out.append("… ");
    while (at < end) {
      const hits = same ? words.map((word) => [low.indexOf(word, at), word.length]).filter(([hit]) => hit >= 0 && hit < end) : [];
      if (!hits.length) break;
      const [hit, length] = hits.reduce((a, b) => (b[0] < a[0] || (b[0] === a[0] && b[1] > a[1]) ? b : a));
      const mark = document.createElement("mark");
      mark.textContent = text.slice(hit, hit + length);
      out.append(text.slice(at, hit), mark);
      at = hit + length;
    }
    out.append(text.slice(at, Math.max(at, end)), end < text.length ? " …" : "");
    return out;
  };
  const show = (entry, words) => {
    entry.row.querySelector(".hits")?.remove();
    if (!words.length) return;
    const hits = entry.texts.filter((_, i) => words.some((word) => entry.folded[i].includes(word))).slice(0, 3);
    if (!hits.length) return;
    const list = document.createElement("ul");
    list.className = "hits";
    for (const [when, text] of hits) {
      const item = document.createElement("li");
      if (when) {
        const time = document.createElement("span");
        time.className = "soft";
        time.textContent = when;
        item.append(time, " ");
      }
      item.append(marked(text, words));
      list.append(item);
    }
    entry.row.querySelector("th").append(list);
  };
  const fits = (row, name, value) => name === "services"
    ? row.dataset.services.split("\n").includes(value)
    : row.dataset[name] === value;
  const narrow = () => {
    const asked = fields.filter((field) => field.name !== "q" && field.value);
    const words = fold(form.elements.q.value).split(/\s+/).filter(Boolean);
    let left = 0;
    for (const entry of entries()) {
      const fine = asked.every((field) => fits(entry.row, field.name, field.value)) && words.every((word) => entry.all.includes(word));
      entry.row.hidden = !fine;
      if (fine) left += 1;
      show(entry, fine && left <= 200 ? words : []);
    }
    count.textContent = `${left} of ${rows.length} incident${rows.length === 1 ? "" : "s"}`;
  };
  // What is asked for stands in the address, so that it can be sent.
  const keep = () => {
    const asked = new URLSearchParams(fields.filter((field) => field.value).map((field) => [field.name, field.value]));
    try { history.replaceState(null, "", "#" + asked); } catch { /* an address that can't be changed is no loss */ }
  };
  const take = () => {
    const asked = new URLSearchParams(location.hash.slice(1));
    for (const field of fields) field.value = asked.get(field.name) ?? "";
    for (const field of fields) if (field.selectedIndex === -1) field.selectedIndex = 0;
    narrow();
  };
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => { narrow(); keep(); });
  form.addEventListener("reset", () => setTimeout(() => { narrow(); keep(); }));
  addEventListener("hashchange", take);
  addEventListener("load", take);
  form.hidden = false;
  take();
})();
