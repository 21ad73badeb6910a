"use strict";
const D = JSON.parse(document.getElementById("data").textContent);
const AXES = ["look", "language", "panel"], LISTS = { look: D.looks, language: D.languages, panel: D.panels };
const $ = id => document.getElementById(id);
const make = (tag, css, text) => { const e = document.createElement(tag); if (css) e.className = css; if (text !== undefined) e.textContent = text; return e; };
const put = (parent, ...children) => { parent.append(...children); return parent; };
const count = n => n.toLocaleString("en");
const form = $("filters"), list = $("list"), space = $("space"), dialog = $("one");
const spoken = code => { try { return new Intl.DisplayNames([code], { type: "language" }).of(code) + " " + code; } catch { return code; } };
const NAMES = { look: D.looks.map(l => l.name), language: D.languages.map(spoken), panel: D.panels.map(p => p.name) };
const SHORT = { look: NAMES.look, language: D.languages, panel: NAMES.panel };
const unitOf = {};
for (const u of D.units) unitOf[[u.look, u.language, u.panel]] = u;
const screenOf = Object.fromEntries(D.screens.map((s, n) => [s.name, n]));
const fresh = new Set(D.fresh);
const kept = NAMES.panel.indexOf(D.usual), usual = Math.max(0, kept);

// --- one place: a screen in a unit ------------------------------------------------------------

const at = (screen, look, language, panel, page) => ({ screen, look, language, panel, page: page || 0 });
const place = p => [D.screens[p.screen].name, NAMES.look[p.look], D.languages[p.language], NAMES.panel[p.panel]].join("/");
const pages = p => { const u = unitOf[[p.look, p.language, p.panel]]; return (u && u.cells[p.screen]) || null; };
const address = p => "#" + place(p) + (p.page ? "/" + (p.page + 1) : "");
const title = p => D.titles[p.language][p.screen];
const small = n => { const name = D.pictures[n].split("-")[0]; return "small/" + name.slice(0, 2) + "/" + name + ".png"; };
const whole = n => "whole/" + D.pictures[n].slice(0, 2) + "/" + D.pictures[n] + ".png";
const demanded = p => "demanded/" + place(p).replaceAll("/", ".") + "." + (p.page + 1) + ".png";
function placed(hash) {
  const [screen, look, language, panel, page] = decodeURIComponent(hash).replace(/^#/, "").split("/");
  const p = at(screenOf[screen], NAMES.look.indexOf(look), D.languages.indexOf(language), NAMES.panel.indexOf(panel), (page || 1) - 1);
  const has = p.screen !== undefined && p.look >= 0 && p.language >= 0 && p.panel >= 0 && pages(p);
  return has && p.page < has.length ? p : null;
}
const before = p => D.changed[place(p)] || null;
const isOther = p => { const b = before(p); return Boolean(b) && b[p.page] !== pages(p)[p.page]; };

// --- what is chosen ---------------------------------------------------------------------------

const said = name => form.elements[name].value;
const chosen = axis => said(axis) === "" ? null : Number(said(axis));
let view = "beside", rows = [], here = -1, flat = [];
function fill(name, options, all) {
  const select = form.elements[name];
  if (all) put(select, new Option(all, ""));
  options.forEach(([value, text]) => put(select, new Option(text, value)));
}
const times = values => [...values.reduce((m, v) => m.set(v, (m.get(v) || 0) + 1), new Map())];
fill("service", times(D.screens.map(s => s.service)).sort().map(([v, n]) => [v, v.replaceAll("_", " ") + " (" + n + ")"]), "all");
fill("state", times(D.screens.flatMap(s => s.states)).sort((a, b) => b[1] - a[1]).map(([v, n]) => [v, v + " (" + n + ")"]), "all");
for (const axis of AXES) fill(axis, NAMES[axis].map((n, i) => [i, n]), "all");
fill("sight", D.sights.map(s => [s.name, s.title]), "as drawn");
for (const blur of document.querySelectorAll("feGaussianBlur")) blur.dataset.degrees = blur.getAttribute("stdDeviation");
function seenAs(pxWide, panel) {
  const perDegree = D.panels[panel].px_per_mm * D.mm_per_degree * pxWide / D.panels[panel].width;
  for (const blur of document.querySelectorAll("feGaussianBlur")) blur.setAttribute("stdDeviation", Number(blur.dataset.degrees) * perDegree);
  const sight = D.sights.find(s => s.name === said("sight")), lost = sight ? sight.lost : "", style = document.documentElement.style;
  style.setProperty("--sight", sight && !lost ? "url(#sight-" + sight.name + ")" : "none");
  document.body.dataset.lost = lost;
  if (lost) for (const [name, degrees] of [["far", sight.degrees], ["near", sight.degrees - D.edge_degrees], ["fill", D.fill_degrees]]) style.setProperty("--" + name, degrees * perDegree + "px");
}
let looked = null;
document.addEventListener("pointermove", e => {
  const over = e.target.closest?.(".frame, .field");
  if (looked && looked !== over) for (const name of ["--gaze-x", "--gaze-y"]) looked.style.removeProperty(name);
  looked = over;
  if (!over) return;
  const rect = over.getBoundingClientRect();
  over.style.setProperty("--gaze-x", e.clientX - rect.left + "px"); over.style.setProperty("--gaze-y", e.clientY - rect.top + "px");
});
const KEPT = "gallery of screens", USUAL = { words: "", service: "", state: "", look: "0", language: "0", panel: String(usual), columns: "look", size: "288", sight: "", view: Object.keys(D.changed).length + D.fresh.length + D.gone.length && D.accepted ? "changed" : "beside" };
function remember() {
  const now = Object.fromEntries(Object.keys(USUAL).map(k => [k, k === "view" ? view : said(k)]));
  try { localStorage.setItem(KEPT, JSON.stringify(now)); } catch { /* a page from disk may be told not to keep anything */ }
}
function recall() {
  let kept = {};
  try { kept = JSON.parse(localStorage.getItem(KEPT) || "{}"); } catch { kept = {}; }
  for (const [k, v] of Object.entries(USUAL)) if (k !== "view") {
    const field = form.elements[k];
    field.value = kept[k] ?? v;
    if (field.value !== String(kept[k] ?? v)) field.value = v;
  }
  view = USUAL.view === "changed" ? "changed" : kept.view && kept.view !== "changed" ? kept.view : USUAL.view;
}
function fits(n, language) {
  const s = D.screens[n], words = said("words").trim().toLowerCase();
  if (said("service") && s.service !== said("service")) return false;
  if (said("state") && !s.states.includes(said("state"))) return false;
  if (!words) return true;
  const titles = language === null ? D.titles.map(t => t[n]) : [D.titles[language][n]];
  const text = [s.name, s.key, s.phase, ...titles].join(" ").toLowerCase();
  return words.split(/\s+/).every(word => text.includes(word));
}

// --- rows, of which only those in sight are there -----------------------------------------------

const width = () => Number(said("size"));
const GAP = 14, UNDER = 38, SHARP = 230;
const tall = panel => Math.round(width() * D.panels[panel].height / D.panels[panel].width);
const wide = panel => D.panels[panel].height > D.panels[panel].width ? Math.round(width() * .72) : width();
const high = panel => Math.round(wide(panel) * D.panels[panel].height / D.panels[panel].width);
function columns() {
  const axis = said("columns"), values = LISTS[axis].map((_, i) => i), fixed = {};
  for (const other of AXES) if (other !== axis) fixed[other] = chosen(other) ?? (other === "panel" ? usual : 0);
  return values.map(i => ({ ...fixed, [axis]: i }));
}
function beside() {
  const cols = columns(), language = said("columns") === "language" ? null : cols[0].language;
  const found = D.screens.map((_, n) => n).filter(n => fits(n, language));
  const made = found.map(n => ({ screen: n, places: cols.map(c => at(n, c.look, c.language, c.panel)) }))
    .filter(r => r.places.some(pages));
  const height = Math.max(90, ...cols.map(c => high(c.panel))) + 12;
  heads(cols);
  rows = made.map(r => ({ height, draw: () => besideRow(r) }));
  flat = made.flatMap(r => r.places.filter(pages));
  return count(made.length) + " screens, " + cols.length + " columns";
}
function heads(cols) {
  const line = make("div", "heads"), axis = said("columns");
  put(line, make("i", "", AXES.filter(a => a !== axis).map(a => NAMES[a][cols[0][a]]).join(", ")));
  for (const c of cols) { const i = make("i", "", NAMES[axis][c[axis]]); i.style.width = wide(c.panel) + "px"; put(line, i); }
  list.insertBefore(line, space);
}
function besideRow(r) {
  const row = make("div", "row beside"), s = D.screens[r.screen], known = r.places.find(pages);
  const about = put(make("div", "about"), make("b", "", s.name), make("span", "", title(known)),
    make("span", "", s.service.replaceAll("_", " ") + (s.states[0] === "plain" ? "" : " · " + s.states.join(" · "))), make("span", "", s.key));
  put(row, about);
  for (const p of r.places) put(row, pages(p) ? shot(p, true) : absent(p));
  return row;
}
function absent(p) {
  const none = make("div", "none", "not in this language");
  none.style.cssText = "width:" + wide(p.panel) + "px;height:" + high(p.panel) + "px";
  return none;
}
function shot(p, counted, number) {
  const all = pages(p), a = make("a", "shot"), frame = make("span", "frame"), img = make("img");
  a.href = address(p); a.dataset.place = address(p);
  frame.style.cssText = "width:" + wide(p.panel) + "px;height:" + high(p.panel) + "px";
  const n = number ?? all[p.page]; img.src = p.panel === kept && width() >= SHARP ? whole(n) : small(n); img.onerror = () => { img.onerror = null; img.src = small(n); }; img.decoding = "sync"; img.alt = place(p) + ": " + title(p);
  put(frame, img);
  if (counted && all.length > 1) put(frame, make("span", "badge", "+ " + (all.length - 1)));
  if (fresh.has(place(p))) put(frame, make("span", "badge new", "new"));
  else if (number === undefined && before(p)) put(frame, make("span", "badge other", "changed"));
  put(a, frame);
  if (flat[here] && address(flat[here]) === address(p) && number === undefined) a.classList.add("here");
  return a;
}
function named(a, ...lines) { a.style.width = a.firstChild.style.width; for (const line of lines) put(a, make("small", "", line)); return a; }
function every() {
  const found = [], which = axis => chosen(axis) === null ? LISTS[axis].map((_, i) => i) : [chosen(axis)];
  const [looks, languages, panels] = AXES.map(which);
  for (const language of languages) {
    const names = D.screens.map((_, n) => n).filter(n => fits(n, language));
    for (const panel of panels) for (const n of names) for (const look of looks) {
      const p = at(n, look, language, panel), all = pages(p);
      if (all) all.forEach((_, page) => found.push({ ...p, page }));
    }
  }
  flat = found;
  const most = Math.max(...panels.map(wide)), height = Math.max(...panels.map(high)) + UNDER + 18;
  const each = Math.max(1, Math.floor((list.clientWidth - 2 * 16 + GAP) / (most + GAP)));
  rows = [];
  for (let n = 0; n < found.length; n += each) {
    const some = found.slice(n, n + each);
    rows.push({ height, draw: () => put(make("div", "row"), ...some.map(p => named(shot(p), D.screens[p.screen].name + (p.page ? ", page " + (p.page + 1) : ""), NAMES.look[p.look] + " · " + D.languages[p.language] + " · " + NAMES.panel[p.panel]))) });
  }
  return count(found.length) + " pictures";
}
function changed() {
  const mine = p => p && AXES.every(a => chosen(a) === null || chosen(a) === p[a]) && fits(p.screen, p.language);
  const all = Object.keys(D.changed).map(w => placed("#" + w)).filter(Boolean), others = D.fresh.map(w => placed("#" + w)).filter(Boolean);
  const found = [], news = others.filter(mine);
  for (const p of all.filter(mine)) {
    const now = pages(p), was = before(p);
    for (let page = 0; page < Math.max(now.length, was.length); page++) if (now[page] !== was[page]) found.push({ ...p, page });
  }
  flat = [...found.filter(p => p.page < pages(p).length), ...news];
  const words = p => [D.screens[p.screen].name + (p.page ? ", page " + (p.page + 1) : ""), NAMES.look[p.look] + " · " + D.languages[p.language] + " · " + NAMES.panel[p.panel]];
  const gone = p => { const none = make("div", "none", "no such page"); none.style.cssText = absent(p).style.cssText; return none; };
  rows = found.map(p => ({ height: high(p.panel) + UNDER + 6, draw: () => {
    const now = pages(p), was = before(p), row = make("div", "row beside");
    const about = put(make("div", "about"), ...words(p).map((w, n) => make(n ? "span" : "b", "", w)), make("span", "", title(p)));
    return put(row, about, p.page < was.length ? named(shot(p, false, was[p.page]), "before") : gone(p), make("span", "arrow", "→"),
      p.page < now.length ? named(shot(p), "now") : gone(p));
  } }));
  rows.push(...news.map(p => ({ height: high(p.panel) + UNDER + 6, draw: () => put(make("div", "row beside"),
    put(make("div", "about"), ...words(p).map((w, n) => make(n ? "span" : "b", "", w)), make("span", "", title(p))), named(shot(p, true), "new")) })));
  if (!D.accepted) return "Nothing was accepted yet: build with --accept to keep this as what it should be.";
  const hidden = all.length + others.length - all.filter(mine).length - news.length;
  return count(all.length) + " changed, " + count(others.length) + " new, " + count(D.gone.length) + " gone"
    + (hidden ? "; " + count(hidden) + " of them not shown by the filters" : "") + ".";
}
const VIEWS = { beside, every, changed };
let tops = [], drawn = new Map();
function show() {
  remember();
  for (const tab of document.querySelectorAll("[role=tab]")) tab.setAttribute("aria-selected", tab.dataset.view === view);
  for (const label of document.querySelectorAll("[data-axis]")) label.hidden = view === "beside" && label.dataset.axis === said("columns");
  document.querySelector("[data-only]").hidden = view !== "beside";
  document.querySelector("[data-size]").hidden = view === "map";
  const panel = chosen("panel") ?? usual;
  seenAs(wide(panel), panel);
  $("map").hidden = view !== "map"; list.hidden = form.hidden = view === "map";
  list.querySelector(".heads")?.remove();
  drawn.forEach(e => e.remove()); drawn.clear();
  if (view === "map") { $("told").textContent = window.mapShown ? window.mapShown() : ""; return; }
  $("told").textContent = VIEWS[view]();
  let top = 8; tops = rows.map(r => { const t = top; top += r.height + GAP; return t; });
  space.style.height = top + "px";
  scrolled();
}
function scrolled() {
  if (view === "map") return;
  const from = list.scrollTop - 600, to = list.scrollTop + list.clientHeight + 600, wanted = new Set();
  let low = 0, high = tops.length;
  while (low < high) { const mid = (low + high) >> 1; if (tops[mid] + rows[mid].height < from) low = mid + 1; else high = mid; }
  for (let n = low; n < rows.length && tops[n] < to; n++) {
    wanted.add(n);
    if (drawn.has(n)) continue;
    const row = rows[n].draw(); row.style.top = tops[n] + "px"; row.style.height = rows[n].height + "px";
    drawn.set(n, row); space.append(row);
  }
  for (const [n, row] of drawn) if (!wanted.has(n)) { row.remove(); drawn.delete(n); }
}
let asked = 0;
list.addEventListener("scroll", () => { cancelAnimationFrame(asked); asked = requestAnimationFrame(scrolled); }, { passive: true });
new ResizeObserver(() => { if (view !== "map") show(); }).observe(list);
let typing = 0;
form.addEventListener("input", e => { clearTimeout(typing); typing = setTimeout(() => { here = -1; if (e.target.name !== "size" && e.target.name !== "sight") list.scrollTop = 0; show(); }, e.target.type === "search" ? 120 : 0); });
form.addEventListener("submit", e => e.preventDefault());
document.querySelector("nav").addEventListener("click", e => { const tab = e.target.closest("[data-view]"); if (tab) { view = tab.dataset.view; here = -1; list.scrollTop = 0; show(); } });

// --- one picture ------------------------------------------------------------------------------

let now = null, flipped = false, trueSize = false;
function figure(p, number, caption) {
  const img = make("img"), hold = make("figure"), field = make("span", "field");
  new ResizeObserver(() => { for (const [side, length] of [["left", img.offsetLeft], ["top", img.offsetTop], ["width", img.offsetWidth], ["height", img.offsetHeight]]) field.style[side] = length + "px"; }).observe(img);
  img.alt = place(p) + ": " + title(p);
  img.onerror = () => { img.onerror = null; img.className = "small"; img.src = small(number); if (number === pages(p)[p.page]) command(p); };
  img.addEventListener("load", () => { if (now === p) seenAs(img.getBoundingClientRect().width, p.panel); });
  img.src = p.panel === kept ? whole(number) : number === pages(p)[p.page] ? demanded(p) : small(number);
  return put(hold, img, field, ...(caption ? [make("figcaption", "", caption)] : []));
}
function command(p) {
  const words = "python main.py gallery --whole '" + place(p) + "'";
  $("one-said").replaceChildren("Only the small picture is kept of this panel. Whole, then reload: ", make("code", "", words));
}
function open(p) {
  now = p; $("one-said").replaceChildren();
  const all = pages(p), was = before(p), shots = $("one-shots"), s = D.screens[p.screen];
  $("one-name").textContent = place(p) + (all.length > 1 ? ", page " + (p.page + 1) + " of " + all.length : ""); $("one-name").href = address(p);
  $("one-title").textContent = [title(p), s.key, s.phase, s.states[0] === "plain" ? "" : s.states.join(", ")].filter(Boolean).join(" · ");
  const both = was && was[p.page] !== undefined && was[p.page] !== all[p.page];
  shots.className = trueSize ? "true" : "";
  shots.replaceChildren(...(!both ? [figure(p, all[p.page])] : flipped ? [figure(p, was[p.page], "before")]
    : [figure(p, was[p.page], "before"), figure(p, all[p.page], "now")]));
  $("one-axes").replaceChildren(...AXES.map(axis => put(make("span"), ...LISTS[axis].map((_, i) => turn(p, axis, i)).filter(Boolean))),
    ...(all.length > 1 ? [put(make("span"), ...all.map((_, page) => step("page " + (page + 1), { ...p, page }, page === p.page)))] : []));
  if (!dialog.open) dialog.showModal();
  history.replaceState(null, "", address(p));
}
function turn(p, axis, i) {
  const other = { ...p, [axis]: i, page: 0 };
  return pages(other) && step(SHORT[axis][i], i === p[axis] ? p : other, i === p[axis]);
}
function step(text, p, pressed) {
  const b = make("button", "", text); b.type = "button"; b.setAttribute("aria-pressed", pressed); b.tabIndex = -1;
  b.onclick = () => open(p); return b;
}
function closed() { now = null; history.replaceState(null, "", location.pathname + location.search); show(); }
dialog.addEventListener("close", closed);
$("one-close").onclick = () => dialog.close();
function cycle(axis, by) {
  const length = LISTS[axis].length;
  for (let n = 1; n <= length; n++) {
    const other = { ...now, [axis]: (now[axis] + by * n + length * n) % length, page: 0 };
    if (pages(other)) return open(other);
  }
}
function along(by) {
  const i = flat.findIndex(p => address(p) === address(now)), next = flat[i < 0 ? 0 : i + by];
  if (next) { here = i < 0 ? 0 : i + by; open(next); }
}
const IN_ONE = {
  ArrowRight: () => along(1), ArrowLeft: () => along(-1), p: () => cycle("look", 1), l: () => cycle("language", 1), g: () => cycle("panel", 1),
  P: () => cycle("look", -1), L: () => cycle("language", -1), G: () => cycle("panel", -1),
  n: () => open({ ...now, page: (now.page + 1) % pages(now).length }), " ": () => { flipped = !flipped; open(now); }, z: () => { trueSize = !trueSize; open(now); },
};
function walk(by) {
  if (!flat.length) return;
  here = Math.max(0, Math.min(flat.length - 1, here < 0 ? 0 : here + by));
  const each = flat.length / Math.max(1, rows.length), row = Math.min(rows.length - 1, Math.floor(here / each));
  const top = tops[row], bottom = top + rows[row].height;
  if (top < list.scrollTop) list.scrollTop = top - 60;
  else if (bottom > list.scrollTop + list.clientHeight) list.scrollTop = bottom - list.clientHeight + 8;
  drawn.forEach(e => e.remove()); drawn.clear(); scrolled();
}
const across = () => Math.max(1, Math.round(flat.length / Math.max(1, rows.length)));
const IN_LIST = {
  ArrowRight: () => walk(1), ArrowLeft: () => walk(-1), ArrowDown: () => walk(across()), ArrowUp: () => walk(-across()),
  Enter: () => flat[here] && open(flat[here]),
};
document.addEventListener("keydown", e => {
  if (e.ctrlKey || e.metaKey || e.altKey) return;
  const field = e.target.closest?.("input, select");
  if (dialog.open) { if (IN_ONE[e.key]) { e.preventDefault(); IN_ONE[e.key](); } return; }
  if (field) { if (e.key === "Escape") field.blur(); return; }
  if (e.key === "/") { e.preventDefault(); form.elements.words.select(); return; }
  if (e.target.closest?.("button") && (e.key === "Enter" || e.key === " ")) return;
  if (view !== "map" && IN_LIST[e.key]) { e.preventDefault(); IN_LIST[e.key](); }
});
space.addEventListener("click", e => {
  const a = e.target.closest("a.shot");
  if (!a || e.ctrlKey || e.metaKey || e.shiftKey) return;
  e.preventDefault();
  const p = placed(a.dataset.place); here = flat.findIndex(q => address(q) === address(p)); open(p);
});
function byAddress() { const p = location.hash.length > 1 && placed(location.hash); if (p) open(p); }
window.addEventListener("hashchange", byAddress);

$("changed-count").textContent = D.accepted ? count(Object.keys(D.changed).length + D.fresh.length) : "";
recall();
