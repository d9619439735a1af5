"use strict";
// Filters and sorts what stands in the page. Its state is the address's fragment:
// `#country=BR&order=stage&at=c.quito`, or an element's id alone, as every link in the page has it.
{
  const find = (id) => document.getElementById(id);
  const controls = find("controls");
  const selects = [...controls.querySelectorAll("select")];
  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });
  const text = (element) => (element ? element.textContent : "");
  const solutionOf = (row) => find(row.querySelector("td a").hash.slice(1));
  const stages = [...(find("f-stage")?.options ?? [])].map((option) => option.value);

  const matches = [...document.querySelectorAll(".matches tbody tr")].map((row, place) => {
    const { country, stage, language, theme } = solutionOf(row).dataset;
    return {
      row, place, article: row.closest("article"), title: text(row.querySelector("td a")), country, stage, language,
      theme: theme.split("|"),
    };
  });
  const articles = [...document.querySelectorAll(".challenge")];
  const rows = [...(find("overview-rows")?.children ?? [])];
  const challenges = (rows.length ? rows : articles).map((first, place) => {
    const article = rows.length ? find(first.dataset.for) : first;
    const row = rows.length ? first : null;
    const holder = article ?? row;
    return {
      row, article, place, title: text(holder.querySelector(article ? "h3 span" : "th a")),
      city: article ? article.dataset.city : text(row.querySelector(".place")),
      evidence: Number(holder.dataset.evidence || -Infinity),
    };
  });

  const by = (key) => (a, b) => collator.compare(a[key], b[key]) || a.place - b.place;
  // What is unknown comes last.
  const known = (key, compare) => (a, b) => (a[key] === "") - (b[key] === "") || compare(a, b);
  const orders = {
    "": (a, b) => a.place - b.place,
    title: by("title"),
    city: known("city", by("city")),
    country: known("country", (a, b) => collator.compare(nameOf(a.country), nameOf(b.country)) || a.place - b.place),
    stage: known("stage", (a, b) => stages.indexOf(b.stage) - stages.indexOf(a.stage) || a.place - b.place),
    evidence: (a, b) => b.evidence - a.evidence || a.place - b.place,
  };
  const nameOf = (code) => text([...find("f-country").options].find((option) => option.value === code));

  const apply = (state) => {
    const passes = (match) =>
      ["country", "stage", "language"].every((key) => !state[key] || match[key] === state[key]) &&
      (!state.theme || match.theme.includes(state.theme));
    const isFiltered = ["theme", "country", "stage", "language"].some((key) => state[key]);
    let shown = 0;
    const left = new Set();
    for (const match of matches) {
      const passed = passes(match);
      match.row.hidden = !passed;
      if (passed) {
        shown += 1;
        left.add(match.article);
      }
    }
    for (const { row, article } of challenges) {
      const isHidden = isFiltered && !left.has(article);
      if (row) row.hidden = isHidden;
      if (article) article.hidden = isHidden;
    }
    for (const match of [...matches].sort(orders[state.order] ?? orders[""])) match.row.parentNode.append(match.row);
    for (const { row, article } of [...challenges].sort(orders[state.sort] ?? orders[""])) {
      if (row) row.parentNode.append(row);
      if (article) article.parentNode.append(article);
    }
    const count = isFiltered ? left.size : challenges.length;
    const numbers = { matches: shown, all: matches.length, challenges: count };
    find("status").textContent = matches.length
      ? controls.dataset.status.replace(/\{(\w+)\}/g, (_, name) => numbers[name]) : "";
  };

  const keys = selects.map((select) => select.dataset.key);
  const chosen = () => Object.fromEntries(selects.map((select) => [select.dataset.key, select.value]));
  const fragment = (state, at) => {
    const parts = new URLSearchParams();
    for (const key of keys) if (state[key]) parts.set(key, state[key]);
    if (!parts.size) return at;
    if (at) parts.set("at", at);
    return parts.toString();
  };
  const show = (at) => {
    document.querySelector(".target")?.classList.remove("target");
    const element = at && find(at);
    if (!element) return;
    if (element.closest("[hidden]") || element.hidden) {
      for (const select of selects) select.value = "";
      apply(chosen());
    }
    if (element.matches("article, tr")) element.classList.add("target");
    element.scrollIntoView();
    // Whoever is in it already stays where they are.
    const isIn = element.contains(document.activeElement);
    if (element.hasAttribute("tabindex") && !isIn) element.focus({ preventScroll: true });
  };
  const write = (at) => {
    const hash = fragment(chosen(), at);
    history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
  };

  const read = () => {
    const hash = location.hash.slice(1);
    if (!hash.includes("=")) {
      // A link within the page keeps the filters.
      show(hash);
      write(hash);
      return;
    }
    const parts = new URLSearchParams(hash);
    for (const select of selects) {
      select.value = parts.get(select.dataset.key) ?? "";
      if (select.selectedIndex < 0) select.value = "";
    }
    apply(chosen());
    show(parts.get("at"));
  };
  for (const select of selects) {
    select.addEventListener("change", () => {
      apply(chosen());
      write("");
    });
  }
  find("reset").addEventListener("click", () => {
    for (const select of selects) select.value = "";
    apply(chosen());
    write("");
  });

  // What is folded is printed, also where the style cannot open it.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    for (const details of folded) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of folded) details.open = false;
  });

  controls.hidden = false;
  apply(chosen());
  addEventListener("hashchange", read);
  if (location.hash) read();
}
