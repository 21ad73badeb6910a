// --- the map ------------------------------------------------------------------------------------

const flow = document.getElementById("flow"), hold = $("map-hold");
let zoom = 0, natural = flow ? [flow.width.baseVal.value, flow.height.baseVal.value] : [1, 1];
function zoomed(factor) {
  const fit = (hold.clientWidth - 32) / natural[0];
  const old = zoom || fit, middle = (hold.scrollTop + hold.clientHeight / 2) / old, across = (hold.scrollLeft + hold.clientWidth / 2) / old;
  zoom = factor === 0 ? fit : Math.max(fit / 2, Math.min(2.5, old * factor));
  flow.style.width = natural[0] * zoom + "px"; flow.style.height = natural[1] * zoom + "px";
  hold.scrollTop = middle * zoom - hold.clientHeight / 2; hold.scrollLeft = across * zoom - hold.clientWidth / 2;
}
window.mapShown = () => {
  if (!flow) return "The map is drawn with a gallery of all screens.";
  if (!zoom) { zoom = .85; zoomed(1); hold.scrollTo(0, 0); }
  const nodes = flow.querySelectorAll(".node").length, lost = flow.querySelectorAll(".node.lost").length;
  return count(nodes) + " screens, " + count(flow.querySelectorAll("a[data-to]").length) + " exits written" + (lost ? ", " + count(lost) + " screens with no way found" : "");
};
if (flow) {
  const only = number => {
    flow.classList.toggle("only", number !== null);
    flow.querySelectorAll(".on").forEach(e => e.classList.remove("on"));
    if (number === null) return;
    const near = new Set([number]);
    flow.querySelectorAll(`#n${number} a[data-to]`).forEach(a => near.add(a.dataset.to));
    flow.querySelectorAll(`a[data-to="${number}"]`).forEach(a => near.add(a.closest(".node").id.slice(1)));
    near.forEach(n => $("n" + n)?.classList.add("on"));
    flow.querySelectorAll(`.line[data-from="${number}"], .line[data-to="${number}"]`).forEach(l => l.classList.add("on"));
  };
  let held = null;
  flow.addEventListener("mouseover", e => { const n = e.target.closest(".node"); if (held === null) only(n && e.altKey ? n.id.slice(1) : null); });
  flow.addEventListener("click", e => {
    const to = e.target.closest("a[data-to]"), node = e.target.closest(".node");
    if (to) { e.preventDefault(); hold.scrollTo({ ...middleOf($("n" + to.dataset.to)), behavior: "smooth" }); held = to.dataset.to; only(held); return; }
    if (e.target.closest("a") && node) { e.preventDefault(); const p = node.dataset.place && placed("#" + node.dataset.place); if (p) open(p); return; }
    held = node && held !== node.id.slice(1) ? node.id.slice(1) : null; only(held);
  });
  const middleOf = node => { const b = node.getBBox(); return { left: (b.x + b.width / 2) * zoom - hold.clientWidth / 2, top: (b.y + b.height / 2) * zoom - hold.clientHeight / 3 }; };
  $("map-bar").addEventListener("click", e => { const by = e.target.dataset.zoom; if (by) zoomed({ "-1": .8, "1": 1.25, "0": 0 }[by]); });
  document.addEventListener("keydown", e => { if (view === "map" && !dialog.open && { "-": 1, "+": 1, "=": 1, "0": 1 }[e.key] && !e.target.closest?.("input, select") && !e.ctrlKey) zoomed({ "-": .8, "+": 1.25, "=": 1.25, "0": 0 }[e.key]); });
  let from = null;
  hold.addEventListener("pointerdown", e => { from = e.button === 0 && !e.target.closest("a") ? [e.clientX, e.clientY, hold.scrollLeft, hold.scrollTop] : null; });
  window.addEventListener("pointermove", e => { if (from) { hold.scrollLeft = from[2] - e.clientX + from[0]; hold.scrollTop = from[3] - e.clientY + from[1]; } });
  window.addEventListener("pointerup", () => { from = null; });
}

$("space") && (show(), byAddress());
