// A force layout on canvas. Nodes push each other away within a grid of cells, links pull, all drift to the middle.
"use strict";
const canvas = document.getElementById("graph");
const pen = canvas.getContext("2d");
const picked = document.querySelector(".picked");
const empty = document.querySelector(".empty");
const english = canvas.dataset.lang === "en";
let colours = {};
const dye = () => {
  const style = getComputedStyle(document.documentElement);
  for (const name of ["region", "reform", "platform", "agency", "indicator", "policy", "unit", "ink", "card", "edge", "focus"]) colours[name] = style.getPropertyValue("--" + name);
};
dye();
const NAMES = 400; // that are tried on one picture; laying out a name takes 10 µs
const REACH = 170; // units beyond which two nodes don't feel each other
const nodes = new Map();
const links = new Map();
const hidden = new Set();
const view = { x: 0, y: 0, zoom: 1 };
const period = { since: "", until: "" };
let heat = 1, chosen = null, held = null, running = false, touched = false;

function add(graph, near) {
  const spread = 18 * Math.sqrt(graph.nodes.length + 4);
  graph.nodes.forEach((node, n) => {
    if (nodes.has(node.id)) return;
    const turn = n * 2.39996, far = near ? 50 : spread * Math.sqrt((n + 1) / graph.nodes.length);
    nodes.set(node.id, { ...node, turn, x: (near?.x ?? 0) + far * Math.cos(turn), y: (near?.y ?? 0) + far * Math.sin(turn), vx: 0, vy: 0, degree: 0 });
  });
  for (const link of graph.links) {
    const key = `${link.source} ${link.target} ${link.kind}`;
    if (links.has(key)) continue;
    const source = nodes.get(link.source), target = nodes.get(link.target);
    if (!source || !target) continue;
    links.set(key, { ...link, source, target });
    source.degree++;
    target.degree++;
  }
  heat = Math.max(heat, near ? 0.6 : 1);
  offer();
  sift();
  start();
}

// What the boxes and the period let through. With a period: what is said in it, and what joins the same nodes every year.
let seenNodes = [], seenLinks = [];
function sift() {
  const narrowed = period.since || period.until, dated = new Set();
  const during = (link) => !link.since || ((!period.since || link.until >= period.since) && (!period.until || link.since <= period.until));
  seenLinks = [...links.values()].filter((link) => !hidden.has(link.source.kind) && !hidden.has(link.target.kind) && during(link));
  for (const link of seenLinks) if (link.since) dated.add(link.source).add(link.target);
  for (const node of nodes.values()) {
    node.shown = !hidden.has(node.kind) && (!narrowed || dated.has(node) || node === chosen || node.id === canvas.dataset.around);
  }
  seenNodes = [...nodes.values()].filter((node) => node.shown);
  seenLinks = seenLinks.filter((link) => link.source.shown && link.target.shown);
}

function offer() { // the years that the links have
  const years = [...new Set([...links.values()].flatMap((link) => (link.since ? [link.since, link.until] : [])))].sort();
  for (const field of document.querySelectorAll("[data-period] select")) {
    const there = new Set([...field.options].map((option) => option.value));
    for (const year of years) if (!there.has(year)) field.add(new Option(year, year));
    const [any, ...rest] = field.options, { value } = field;
    field.replaceChildren(any, ...rest.sort((a, b) => a.value.localeCompare(b.value)));
    field.value = value;
  }
}

async function load(around, near) {
  const answer = await fetch("/api/network" + (around ? "?around=" + encodeURIComponent(around) : ""));
  if (!answer.ok) return say(english ? "nothing is known of it" : "图谱中没有它");
  const graph = await answer.json();
  if (!graph.nodes.length) return say(english ? "nothing is joined" : "没有关系");
  add(graph, near);
  if (around && nodes.has(around)) choose(nodes.get(around));
}

const radius = (node) => 4 + 2.2 * Math.sqrt(Math.min(node.degree, 80));
const shown = (node) => node.shown;

function step() {
  const all = seenNodes;
  const cells = new Map();
  for (const node of all) {
    const key = Math.floor(node.x / REACH) * 65536 + Math.floor(node.y / REACH);
    cells.get(key)?.push(node) ?? cells.set(key, [node]);
  }
  for (const node of all) {
    const column = Math.floor(node.x / REACH), row = Math.floor(node.y / REACH);
    for (let dx = -1; dx <= 1; dx++) for (let dy = -1; dy <= 1; dy++) {
      for (const other of cells.get((column + dx) * 65536 + row + dy) ?? []) {
        if (other === node) continue;
        let x = node.x - other.x, y = node.y - other.y;
        let square = x * x + y * y;
        if (square > REACH * REACH) continue;
        if (square < 1) { x = Math.sin(node.turn); y = Math.cos(node.turn); square = 1; }
        const push = heat * 900 / square;
        node.vx += x * push / 4;
        node.vy += y * push / 4;
      }
    }
    node.vx -= node.x * 0.006 * heat * Math.min(1, canvas.clientHeight / canvas.clientWidth); // fill what shape there is
    node.vy -= node.y * 0.006 * heat * Math.min(1, canvas.clientWidth / canvas.clientHeight);
  }
  for (const { source, target } of seenLinks) {
    const x = target.x - source.x, y = target.y - source.y, length = Math.hypot(x, y) || 1;
    const rest = 60 + 9 * Math.sqrt(Math.max(source.degree, target.degree));
    const pull = heat * (length - rest) / length * 0.5 / Math.sqrt(Math.min(source.degree, target.degree) || 1);
    const share = source.degree / (source.degree + target.degree); // the one with more links moves less
    source.vx += x * pull * (1 - share); source.vy += y * pull * (1 - share);
    target.vx -= x * pull * share; target.vy -= y * pull * share;
  }
  for (const node of all) {
    if (node !== held) {
      const speed = Math.hypot(node.vx, node.vy), limit = Math.min(1, 40 / (speed || 1));
      node.x += node.vx * limit * 0.6;
      node.y += node.vy * limit * 0.6;
    }
    node.vx *= 0.55;
    node.vy *= 0.55;
  }
  heat *= 0.985;
}

function draw() {
  const scale = devicePixelRatio || 1, width = canvas.clientWidth, height = canvas.clientHeight;
  const [across, down] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== across || canvas.height !== down) { canvas.width = across; canvas.height = down; }
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.clearRect(0, 0, width, height);
  pen.translate(width / 2 + view.x, height / 2 + view.y);
  pen.scale(view.zoom, view.zoom);
  const near = new Set(chosen ? [chosen] : []), lit = [];
  pen.strokeStyle = colours.edge;
  pen.lineWidth = 1 / Math.sqrt(view.zoom);
  pen.globalAlpha = 0.45;
  pen.beginPath(); // one stroke for all: a thousand of their own take ten times as long
  for (const link of seenLinks) {
    const { source, target } = link;
    if (source === chosen || target === chosen) { near.add(source).add(target); lit.push(link); continue; }
    pen.moveTo(source.x, source.y);
    pen.lineTo(target.x, target.y);
  }
  pen.stroke();
  pen.globalAlpha = 1;
  pen.strokeStyle = colours.focus;
  pen.lineWidth = 1.8 / Math.sqrt(view.zoom);
  pen.beginPath();
  for (const { source, target } of lit) { pen.moveTo(source.x, source.y); pen.lineTo(target.x, target.y); }
  pen.stroke();
  const all = [...seenNodes].sort((a, b) => near.has(a) - near.has(b) || a.degree - b.degree);
  const crowd = all.length > 120 ? 1.5 + all.length / 400 : 0; // links below which a name waits until one zooms in
  for (const node of all) {
    pen.globalAlpha = chosen && !near.has(node) ? 0.35 : 1;
    pen.fillStyle = colours[node.kind] ?? colours.unit;
    pen.beginPath();
    pen.arc(node.x, node.y, radius(node), 0, 7);
    pen.fill();
    if (node === chosen) { pen.strokeStyle = colours.ink; pen.lineWidth = 2.5 / view.zoom; pen.stroke(); }
  }
  pen.textAlign = "center";
  const size = Math.min(16, Math.max(8, 12 / view.zoom));
  pen.font = `${size}px system-ui, "Noto Sans CJK SC", sans-serif`;
  pen.lineJoin = "round";
  const taken = [];
  let room = NAMES;
  for (const node of all.reverse()) { // the most important first; a name that would cover another waits for more room
    if (!near.has(node) && (view.zoom < 0.4 || node.degree * view.zoom * view.zoom < crowd)) continue;
    if (room-- <= 0 && !near.has(node)) break;
    const name = english ? node.en : node.zh, low = node.y + radius(node) + size;
    const wide = pen.measureText(name).width / 2;
    const box = [node.x - wide, node.x + wide, low - size, low + size / 4];
    if (node !== chosen && taken.some(([a, b, c, d]) => a < box[1] && box[0] < b && c < box[3] && box[2] < d)) continue;
    taken.push(box);
    pen.globalAlpha = chosen && !near.has(node) ? 0.35 : 1;
    pen.strokeStyle = colours.card;
    pen.lineWidth = 3;
    pen.strokeText(name, node.x, low);
    pen.fillStyle = colours.ink;
    pen.fillText(name, node.x, low);
  }
  pen.globalAlpha = 1;
}

function fit() {
  const all = seenNodes;
  if (!all.length) return;
  const xs = all.map((n) => n.x), ys = all.map((n) => n.y);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  view.zoom = Math.min(1.6, canvas.clientWidth / (right - left + 120), canvas.clientHeight / (bottom - top + 100));
  view.x = -(left + right) / 2 * view.zoom;
  view.y = -(top + bottom) / 2 * view.zoom;
}

function start() {
  if (running) return;
  running = true;
  const frame = () => {
    for (let n = 0; n < (nodes.size > 600 ? 1 : 3) && heat > 0.02; n++) step();
    if (!touched) fit();
    draw();
    running = heat > 0.02 || held !== null;
    if (running) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

const refresh = () => { if (!running) requestAnimationFrame(draw); };

function say(text) {
  picked.hidden = false;
  picked.textContent = text;
}

function choose(node) {
  chosen = node;
  picked.hidden = !node;
  if (node) {
    const link = document.createElement("a"), more = document.createElement("button");
    link.href = "/" + node.id;
    link.textContent = english ? node.en : node.zh;
    link.className = "thing k-" + node.kind;
    more.textContent = english ? "expand" : "展开";
    more.addEventListener("click", () => load(node.id, node));
    picked.replaceChildren(link, more);
    history.replaceState(null, "", "/graph?around=" + encodeURIComponent(node.id));
  }
  refresh();
}

function under(event) {
  const box = canvas.getBoundingClientRect();
  const x = (event.clientX - box.left - box.width / 2 - view.x) / view.zoom;
  const y = (event.clientY - box.top - box.height / 2 - view.y) / view.zoom;
  let best = null, least = Infinity;
  for (const node of nodes.values()) {
    const far = Math.hypot(node.x - x, node.y - y) - radius(node);
    if (shown(node) && far < Math.min(least, 6 / view.zoom)) { best = node; least = far; }
  }
  return { x, y, node: best };
}

let last = null, moved = 0;
canvas.addEventListener("pointerdown", (event) => {
  canvas.setPointerCapture(event.pointerId);
  last = event; moved = 0; touched = true;
  held = under(event).node;
});
canvas.addEventListener("pointermove", (event) => {
  if (!last) { canvas.style.cursor = under(event).node ? "pointer" : "grab"; return; }
  const dx = event.clientX - last.clientX, dy = event.clientY - last.clientY;
  moved += Math.abs(dx) + Math.abs(dy);
  last = event;
  if (held) { held.x += dx / view.zoom; held.y += dy / view.zoom; heat = Math.max(heat, 0.15); start(); }
  else { view.x += dx; view.y += dy; refresh(); }
});
canvas.addEventListener("pointerup", (event) => {
  if (last && moved < 5) choose(under(event).node);
  last = held = null;
});
canvas.addEventListener("dblclick", (event) => { const { node } = under(event); if (node) load(node.id, node); });
function zoom(factor, x = 0, y = 0) {
  touched = true;
  const next = Math.min(6, Math.max(0.08, view.zoom * factor));
  view.x = x - (x - view.x) * next / view.zoom;
  view.y = y - (y - view.y) * next / view.zoom;
  view.zoom = next;
  refresh();
}
canvas.addEventListener("wheel", (event) => {
  event.preventDefault();
  const box = canvas.getBoundingClientRect();
  zoom(Math.exp(-event.deltaY / 500), event.clientX - box.left - box.width / 2, event.clientY - box.top - box.height / 2);
}, { passive: false });
canvas.addEventListener("keydown", (event) => {
  const move = { ArrowLeft: [40, 0], ArrowRight: [-40, 0], ArrowUp: [0, 40], ArrowDown: [0, -40] }[event.key];
  if (move) { touched = true; view.x += move[0]; view.y += move[1]; refresh(); }
  else if (event.key === "+" || event.key === "=") zoom(1.25);
  else if (event.key === "-") zoom(0.8);
  else if (event.key === "Enter" && chosen) load(chosen.id, chosen);
  else if (event.key === "n" || event.key === "p") {
    const all = [...seenNodes].sort((a, b) => b.degree - a.degree);
    if (!all.length) return;
    const next = (all.indexOf(chosen) + (event.key === "n" ? 1 : all.length - 1)) % all.length;
    choose(all[chosen ? next : 0]);
  } else return;
  event.preventDefault();
});
for (const box of document.querySelectorAll("[data-graph-kinds] input")) {
  box.addEventListener("change", () => {
    box.checked ? hidden.delete(box.value) : hidden.add(box.value);
    again();
  });
}
for (const field of document.querySelectorAll("[data-period] select")) {
  field.addEventListener("change", () => {
    period[field.name] = field.value;
    again();
  });
}
function again() {
  sift();
  empty.hidden = seenNodes.length > 0 || !nodes.size;
  heat = Math.max(heat, 0.4);
  start();
}
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { dye(); refresh(); });
addEventListener("resize", () => { if (!touched) fit(); refresh(); });
load(canvas.dataset.around);
