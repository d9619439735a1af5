// The browser's side of `citymatch.explorer`. It draws what Python sends and sends back what was chosen, moved and judged; it ranks nothing.
// Every text goes in as a text node, so that no record can bring markup. Controls are the browser's own, which keyboards and screen readers know.

const SVG = "http://www.w3.org/2000/svg";
const BAR = 120;
// How many milliseconds a slider rests before Python ranks again.
const REST = 150;
const VERDICTS = new Map([
  [true, ["✓", "Something in the catalogue answers."]],
  [false, ["✗", "Nothing in the catalogue answers: these come nearest."]],
  [null, ["·", "Whether anything answers is not known: the challenge is too short, or the weights are not the calibrated ones."]],
]);
const SIGNALS = {
  words: "the same words",
  related: "related words, in any language",
  meaning: "sentences that are near",
  language: "the same language",
  subject: "the same subjects of cities",
  themes: "the same themes",
  goals: "the same goals",
  place: "the same place",
  maturity: "how far it has come",
};
// Keys of these are their own: without that mark, arrows in a list go to JupyterLab's next cell, and d d takes a cell away.
const CONTROLS = new Set(["button", "input", "select", "summary"]);
const THUMB = "M2 9h3v9H2zM6.5 17V9l3.6-7c1.3 0 2.2 1 2 2.3L11.5 8h5c1 0 1.7.9 1.4 1.9l-1.7 6.6c-.2.9-1 1.5-1.9 1.5H9z";

/** An element: `make("p", {class: "ask"}, "text", child)`. */
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  if (CONTROLS.has(tag)) element.setAttribute("data-lm-suppress-shortcuts", "true");
  for (const [name, value] of Object.entries(attributes ?? {})) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function drawing(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** A text as a search compares it: without capitals and accents. */
function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

function counted(count, thing) {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}

/** A bar as long as the score, cut into what each signal adds. */
function bar(match, shades) {
  const total = match.parts.reduce((sum, [, value]) => sum + value, 0);
  const label = match.parts.map(([name, value]) => `${name} ${value.toFixed(2)}`).join(", ");
  let left = 0;
  const parts = match.parts.map(([name, value]) => {
    const width = (BAR * match.score * value) / total;
    const x = left;
    left += width;
    return drawing("rect", { x, y: 0, width, height: 10, fill: "currentColor", "fill-opacity": shades[name] ?? 1 });
  });
  return drawing("svg", { width: BAR, height: 10, role: "img", "aria-label": label || "no parts" }, ...parts);
}

/** Whether a colour is a light one, in whatever notation: it is painted, and its pixel is read. */
function isLight(colour) {
  const context = make("canvas", { width: 1, height: 1 }).getContext("2d");
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  return 0.3 * red + 0.6 * green + 0.1 * blue > 127;
}

/** A button with a thumb, up for useful and down for not. */
function thumb(grade, name) {
  const turn = grade ? {} : { transform: "rotate(180 10 10)" };
  const path = drawing("path", { d: THUMB, fill: "currentColor", ...turn });
  const picture = drawing("svg", { width: 20, height: 20, viewBox: "0 0 20 20", "aria-hidden": "true" }, path);
  const label = grade ? "Useful" : "Not useful";
  return make("button", { type: "button", class: "thumb", "aria-pressed": "false", "aria-label": `${label}: ${name}`, title: label }, picture);
}

/** The challenges: a search, a choice of verdicts, and a list box. */
function challengesPart(model, send) {
  const search = make("input", { type: "search", autocomplete: "off" });
  const verdict = make("select");
  const choices = { "": "all", true: "answered", false: "not answered", null: "no verdict" };
  for (const [value, label] of Object.entries(choices)) verdict.append(make("option", { value }, label));
  const list = make("select", { size: 10, "aria-label": "Challenges" });
  const count = make("p", { class: "note", role: "status" });
  let keys = [];

  function read() {
    keys = model.get("_challenges").map(([id, title]) => plain(`${title} ${id}`));
    draw();
  }
  function draw() {
    const all = model.get("_challenges");
    const wanted = plain(search.value).split(/\s+/);
    const options = document.createDocumentFragment();
    let shown = 0;
    all.forEach(([id, title, answered], place) => {
      if (verdict.value && verdict.value !== String(answered)) return;
      if (!wanted.every((word) => keys[place].includes(word))) return;
      options.append(make("option", { value: place, title: id }, `${VERDICTS.get(answered)[0]} ${title}`));
      shown += 1;
    });
    list.replaceChildren(options);
    count.textContent = `${shown} of ${counted(all.length, "challenge")}. ✓ something answers, ✗ nothing does.`;
    mark();
  }
  function mark() {
    list.value = String(model.get("_chosen"));
  }
  search.addEventListener("input", draw);
  verdict.addEventListener("change", draw);
  list.addEventListener("change", () => send("_chosen", Number(list.value)));
  const part = make("div", { class: "challenges", role: "group", "aria-label": "Challenges" },
    make("label", {}, "Search ", search), make("label", {}, "Verdict ", verdict), list, count);
  return { part, events: { "change:_challenges": read, "change:_chosen": mark }, draw: read };
}

/** The weights: a slider for each signal, and a button back to the first ones. */
function weightsPart(model, send) {
  const first = model.get("_first_sliders");
  if (!first) {
    const why = "The weights of these matches cannot be moved. Explorer(matcher, challenges) can move them.";
    return { part: make("p", { class: "note" }, why), events: {}, draw() {} };
  }
  const rows = Object.keys(first).map((signal) => {
    const input = make("input", { type: "range", min: 0, max: Math.max(2, 2 * first[signal]), step: 0.05 });
    // The slider says its value by itself. An <output> would take the label for its own.
    const value = make("span", { class: "value", "aria-hidden": "true" });
    const name = make("span", { class: "signal" }, make("span", {}, make("b", {}, signal), ` ${SIGNALS[signal] ?? ""}`), value);
    return { signal, input, value, row: make("label", {}, name, input) };
  });
  const reset = make("button", { type: "button" }, "Reset the weights");
  const summary = make("summary");
  let timer;

  function draw() {
    const now = model.get("_sliders");
    for (const { signal, input, value } of rows) {
      // A slider that moves is not pulled back by an answer about where it was.
      if (!timer) input.value = now[signal];
      value.textContent = now[signal].toFixed(2);
    }
    const moved = rows.filter(({ signal }) => now[signal] !== first[signal]).length;
    summary.textContent = moved ? `Weights (${moved} moved)` : "Weights";
    reset.disabled = moved === 0;
  }
  function move() {
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = undefined;
      const now = model.get("_sliders");
      // Weights between two steps of a slider that did not move stay as they are.
      const to = rows.map(({ signal, input }) => [signal, input.dataset.moved ? Number(input.value) : now[signal]]);
      for (const { input } of rows) delete input.dataset.moved;
      send("_sliders", Object.fromEntries(to));
    }, REST);
  }
  for (const { input, value } of rows) {
    input.addEventListener("input", () => {
      input.dataset.moved = "yes";
      value.textContent = Number(input.value).toFixed(2);
      move();
    });
  }
  reset.addEventListener("click", () => send("_sliders", { ...first }));
  const part = make("details", { class: "weights" }, summary, make("div", {}, ...rows.map(({ row }) => row)), reset);
  part.open = !window.matchMedia("(max-width: 40em)").matches;
  return { part, events: { "change:_sliders": draw }, draw, stop: () => clearTimeout(timer) };
}

/** The challenge that is shown: what it asks, and its matches. */
function matchesPart(model, send) {
  const part = make("div", { class: "matches", role: "group", "aria-label": "Matches" });
  const judged = make("p", { class: "note" });
  // Which reasons stand open, so that they stay open when the order changes.
  const open = new Set();
  let thumbs = [];

  function draw() {
    const shown = model.get("_shown");
    thumbs = [];
    if (!shown) {
      part.replaceChildren(make("p", {}, "There are no challenges."));
      return;
    }
    const [first, ...more] = shown.asks;
    const parts = [make("h3", {}, shown.title)];
    if (shown.place) parts.push(make("p", { class: "note" }, shown.place));
    if (first && first[1] !== shown.title) parts.push(make("p", { class: "ask" }, first[1]));
    if (more.length) {
      const fields = more.flatMap(([name, text]) => [make("dt", {}, name), make("dd", {}, text)]);
      parts.push(make("details", {}, make("summary", {}, "The rest of the challenge"), make("dl", {}, ...fields)));
    }
    const [sign, verdict] = VERDICTS.get(shown.answered);
    parts.push(make("p", { class: "verdict" }, `${sign} ${verdict}`));
    if (shown.matches.length) parts.push(table(shown), legend(shown), judged);
    else parts.push(make("p", {}, nothing(shown)));
    part.replaceChildren(...parts);
    press();
  }
  function nothing({ barred }) {
    const empty = "the catalogue is empty, or the challenge has no words that say something";
    return `Nothing was found: ${barred ? `rules bar ${counted(barred, "solution")}` : empty}.`;
  }
  function table(shown) {
    const head = ["rank", "solution", "score", "useful?"].map((name) => make("th", { scope: "col", role: "columnheader" }, name));
    const body = shown.matches.map((match) => row(match, shown));
    return make("table", { role: "table" },
      make("caption", {}, `Matches of ${shown.id}`),
      make("thead", { role: "rowgroup" }, make("tr", { role: "row" }, ...head)),
      make("tbody", { role: "rowgroup" }, ...body));
  }
  function row(match, shown) {
    const name = match.title || match.id;
    const about = [match.place, match.stage].filter(Boolean).join(" · ");
    const solution = [make("p", { class: "title" }, name)];
    if (about) solution.push(make("p", { class: "note" }, about));
    if (match.parts) solution.push(make("p", { class: "reason" }, match.reason));
    else solution.push(make("p", { class: "note" }, "This solution cannot be read any more."));
    if (match.pairs?.length) solution.push(why(match, name));
    const score = [make("p", {}, make("b", {}, match.level), ` ${match.score.toFixed(3)}`)];
    if (match.parts) score.push(bar(match, shown.shades));
    const buttons = [1, 0].map((grade) => {
      const button = thumb(grade, name);
      button.addEventListener("click", () => judge(shown.id, match.id, grade));
      thumbs.push({ button, solution: match.id, grade });
      return button;
    });
    return make("tr", { role: "row" },
      make("td", { role: "cell", class: "rank" }, String(match.rank)),
      make("th", { role: "rowheader", scope: "row", class: "solution" }, ...solution),
      make("td", { role: "cell", class: "score" }, ...score),
      make("td", { role: "cell", class: "thumbs" }, ...buttons));
  }
  function why(match, name) {
    const pairs = match.pairs.map(([ask, solution, cosine]) => make("li", {},
      make("p", {}, make("b", {}, "asked "), ask), make("p", {}, make("b", {}, "found "), solution || "no sentence"),
      make("p", { class: "note" }, `cosine ${cosine.toFixed(2)}`)));
    const label = "Sentences that decided";
    const details = make("details", {}, make("summary", { "aria-label": `${label}: ${name}` }, label), make("ol", {}, ...pairs));
    details.open = open.has(match.id);
    details.addEventListener("toggle", () => (details.open ? open.add(match.id) : open.delete(match.id)));
    return details;
  }
  function legend(shown) {
    const seen = new Set(shown.matches.flatMap((match) => (match.parts ?? []).map(([name]) => name)));
    const names = Object.keys(shown.shades).filter((name) => seen.has(name));
    return make("p", { class: "note" }, names.length ? `In each bar, from the left: ${names.join(", ")}.` : "");
  }
  function judge(id, solution, grade) {
    const grades = { ...model.get("_thumbs").grades };
    const pressed = solution in grades && (grades[solution] > 0 ? 1 : 0) === grade;
    if (pressed) delete grades[solution];
    else grades[solution] = grade;
    send("_thumbs", { id, grades });
  }
  function press() {
    const { grades } = model.get("_thumbs") ?? { grades: {} };
    for (const { button, solution, grade } of thumbs) {
      const pressed = solution in grades && (grades[solution] > 0 ? 1 : 0) === grade;
      button.setAttribute("aria-pressed", String(pressed));
    }
    judged.textContent = `${counted(model.get("_judged"), "judged pair")}, in Python as explorer.judgements.`;
  }
  return { part, events: { "change:_shown": draw, "change:_thumbs": press, "change:_judged": press }, draw };
}

function render({ model, el }) {
  const root = make("div", { class: "citymatch-explorer" });
  const status = make("p", { class: "status", role: "status" });
  const send = (name, value) => {
    status.textContent = "Python is at work …";
    model.set(name, value);
    model.save_changes();
  };
  const found = () => {
    const { matches = [] } = model.get("_shown") ?? {};
    return matches.length ? `Matches found: ${matches.length}. The first is ${matches[0].title || matches[0].id}.` : "";
  };
  const judged = () => `${counted(model.get("_judged"), "judged pair")}.`;
  let news = found;
  const say = () => {
    status.textContent = model.get("_message") || news();
    status.classList.toggle("error", model.get("_message") !== "");
  };
  const tell = (what) => () => {
    news = what;
    say();
  };
  // Native controls, such as lists and sliders, are dark where the notebook's text is light.
  const shade = () => {
    root.style.colorScheme = isLight(getComputedStyle(root).color) ? "dark" : "light";
  };
  const parts = [challengesPart(model, send), weightsPart(model, send), matchesPart(model, send)];
  const [challenges, weights, matches] = parts.map(({ part }) => part);
  root.append(make("div", { class: "panes" }, make("div", { class: "side" }, challenges, weights), make("div", {}, status, matches)));
  el.append(root);
  const events = [...parts.flatMap(({ events }) => Object.entries(events)), ["change:_turn", say], ["change:_message", say]];
  events.push(["change:_shown", tell(found)], ["change:_judged", tell(judged)]);
  for (const [event, act] of events) model.on(event, act);
  for (const { draw } of parts) draw();
  say();
  // The colour is known when the widget is laid out, and another one when the theme changes.
  const layout = new ResizeObserver(shade);
  layout.observe(root);
  const themes = new MutationObserver(shade);
  for (const element of [document.documentElement, document.body]) themes.observe(element, { attributes: true });

  return () => {
    for (const [event, act] of events) model.off(event, act);
    for (const { stop } of parts) stop?.();
    layout.disconnect();
    themes.disconnect();
    root.remove();
  };
}

export default { render };
