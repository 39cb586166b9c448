// The query editor: colours under a textarea, completion, line numbers, examples, Ctrl+Enter, the place of a fault.
"use strict";
const editor = document.querySelector("[data-editor]");
const paint = document.querySelector("[data-paint]");
const lines = document.querySelector(".lines");
const prefixes = JSON.parse(editor.dataset.prefixes);
const english = editor.dataset.lang === "en";
const WORDS = "SELECT CONSTRUCT DESCRIBE ASK WHERE FROM NAMED PREFIX BASE DISTINCT REDUCED OPTIONAL UNION MINUS GRAPH FILTER BIND VALUES AS NOT EXISTS IN GROUP ORDER BY ASC DESC HAVING LIMIT OFFSET UNDEF COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT SEPARATOR STR LANG LANGMATCHES DATATYPE BOUND IRI URI BNODE RAND ABS CEIL FLOOR ROUND CONCAT STRLEN UCASE LCASE ENCODE_FOR_URI CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER SUBSTR REPLACE REGEX YEAR MONTH DAY NOW COALESCE IF STRLANG STRDT SAMETERM ISIRI ISBLANK ISLITERAL ISNUMERIC A TRUE FALSE INSERT DELETE DATA CLEAR".split(" ");
const known = new Set(WORDS);
const TOKEN = /(?<remark>#[^\n]*)|(?<iri><[^<>"{}|^`\\\s]*>)|(?<string>"""[^]*?"""|'''[^]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(?<variable>[?$][\p{L}\p{N}_]+)|(?<name>(?:[\p{L}][\p{L}\p{N}_-]*)?:(?:[\p{L}\p{N}_.:%-]*[\p{L}\p{N}_:%-])?)|(?<number>[+-]?\b\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b)|(?<word>[A-Za-z_]+)/gu;

function colour() {
  const text = editor.value, parts = [];
  let upto = 0;
  for (const found of text.matchAll(TOKEN)) {
    let [kind] = Object.entries(found.groups).find(([, part]) => part !== undefined);
    if (kind === "word" && !known.has(found[0].toUpperCase())) continue;
    if (kind === "name" && !(found[0].split(":")[0] in prefixes) && !declared(text, found[0].split(":")[0])) kind += " t-fault";
    if (found.index > upto) parts.push(text.slice(upto, found.index));
    const span = document.createElement("span");
    span.className = "t-" + kind;
    span.textContent = found[0];
    parts.push(span);
    upto = found.index + found[0].length;
  }
  paint.replaceChildren(...parts, text.slice(upto) + "\n ");
}

const declared = (text, prefix) => new RegExp(`prefix\\s+${prefix.replace(/[^\p{L}\p{N}_]/gu, "\\$&")}:`, "iu").test(text);

function follow() {
  lines.scrollTop = paint.scrollTop = editor.scrollTop;
  paint.scrollLeft = editor.scrollLeft;
}

function refresh() {
  lines.textContent = editor.value.split("\n").map((_, n) => n + 1).join("\n");
  editor.rows = Math.min(40, Math.max(10, editor.value.split("\n").length + 1));
  colour();
  follow();
}

// ---------------------------------------------------------------- completion

const list = document.createElement("ul");
list.className = "list completions";
list.id = "completions";
list.setAttribute("role", "listbox");
list.setAttribute("aria-label", english ? "completions" : "补全");
list.hidden = true;
editor.parentElement.parentElement.after(list);
for (const [name, value] of [["aria-autocomplete", "list"], ["aria-controls", list.id], ["aria-haspopup", "listbox"]]) editor.setAttribute(name, value);
let terms = null, chosen = -1, asked = 0, timer = 0, start = 0;

const json = (path) => fetch(path).then((answer) => (answer.ok ? answer.json() : [])).catch(() => []);

function open(items) {
  list.replaceChildren(...items.map((item, n) => {
    const row = document.createElement("li"), name = document.createElement("code"), note = document.createElement("small");
    row.id = "completion-" + n;
    row.setAttribute("role", "option");
    row.dataset.text = item.text;
    name.textContent = item.text;
    note.textContent = item.note ?? "";
    row.append(name, note);
    row.addEventListener("mousedown", (event) => { event.preventDefault(); accept(row); });
    return row;
  }));
  list.hidden = items.length === 0;
  if (list.hidden) return close();
  const box = caret(), home = list.offsetParent.getBoundingClientRect();
  list.style.setProperty("top", `${box.bottom - home.top + 4}px`);
  list.style.setProperty("left", `${Math.max(0, Math.min(box.left - home.left, home.width - list.offsetWidth))}px`);
  choose(0);
}

function close() {
  list.hidden = true;
  chosen = -1;
  asked++;
  clearTimeout(timer);
  editor.removeAttribute("aria-activedescendant");
}

function choose(at) {
  const rows = [...list.children];
  chosen = (at + rows.length) % rows.length;
  rows.forEach((row, n) => row.setAttribute("aria-selected", String(n === chosen)));
  rows[chosen].scrollIntoView({ block: "nearest" });
  editor.setAttribute("aria-activedescendant", rows[chosen].id);
}

function accept(row) {
  editor.setRangeText(row.dataset.text, start, editor.selectionStart, "end");
  close();
  refresh();
}

function caret() { // where the coloured text has the character at which the word begins
  const walker = document.createTreeWalker(paint, NodeFilter.SHOW_TEXT), range = document.createRange();
  let left = start;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (left <= node.length) {
      range.setStart(node, left);
      range.setEnd(node, Math.min(node.length, left + 1));
      return range.getBoundingClientRect();
    }
    left -= node.length;
  }
  return editor.getBoundingClientRect();
}

function curie(iri) {
  const [prefix, base] = Object.entries(prefixes).find(([, base]) => iri.startsWith(base)) ?? [];
  const local = base ? iri.slice(base.length) : "";
  return prefix && /^[\p{L}\p{N}_][\p{L}\p{N}_-]*$/u.test(local) ? `${prefix}:${local}` : `<${iri}>`;
}

async function complete(wished) {
  const before = editor.value.slice(0, editor.selectionStart);
  const word = /[?$]?[\p{L}\p{N}_:-]*$/u.exec(before)[0];
  const line = before.slice(before.lastIndexOf("\n") + 1);
  if ((!word && !wished) || /^[^"'<]*#/.test(line)) return close();
  start = editor.selectionStart - word.length;
  const mine = ++asked, low = word.toLowerCase(), found = [];
  if (/^[?$]/.test(word)) {
    const names = new Set([...editor.value.matchAll(/[?$][\p{L}\p{N}_]+/gu)].map(([name]) => name));
    names.delete(word);
    found.push(...[...names].filter((name) => name.startsWith(word)).map((text) => ({ text })));
    return found.length ? open(found.slice(0, 12)) : close();
  }
  terms ??= json("/api/terms");
  const [prefix, local] = word.includes(":") ? [word.slice(0, word.indexOf(":")), word.slice(word.indexOf(":") + 1)] : ["", word];
  const things = /\p{sc=Han}/u.test(word) || ["region", "reform", "platform", "indicator", "agency", "policy", "unit"].includes(prefix);
  if (!word.includes(":") && /^[A-Za-z]{2,}/.test(word)) {
    found.push(...Object.entries(prefixes).filter(([name]) => name.startsWith(low)).map(([name, note]) => ({ text: name + ":", note })));
    found.push(...WORDS.filter((name) => name.startsWith(low.toUpperCase()) && name !== word).map((text) => ({ text })));
  }
  if (word && !things) {
    const all = await terms;
    if (mine !== asked) return;
    const fits = (term) => term.name.toLowerCase().startsWith(low) || (!prefix && low.length > 1 && term.name.toLowerCase().includes(":" + low));
    found.push(...all.filter(fits).map((term) => ({ text: term.name, note: english ? term.en : term.zh })));
  } else if (things && local) {
    const kind = prefix ? "&kind=" + encodeURIComponent(prefix) : "";
    const [hits, all] = await Promise.all([json("/api/suggest?q=" + encodeURIComponent(local) + kind), terms]);
    if (mine !== asked) return;
    if (!prefix) found.push(...all.filter((term) => term.zh.includes(word)).map((term) => ({ text: term.name, note: term.zh })));
    found.push(...hits.filter((hit) => hit.kind !== "report").map((hit) => ({ text: curie(hit.iri), note: english ? hit.en : hit.form === hit.zh ? "" : hit.form })));
  }
  const fresh = found.filter((item, n) => item.text !== word && found.findIndex((other) => other.text === item.text) === n);
  return fresh.length ? open(fresh.slice(0, 12)) : close();
}

// ---------------------------------------------------------------- keys and events

editor.addEventListener("input", () => {
  refresh();
  clearTimeout(timer);
  timer = setTimeout(complete, 90, false);
});
editor.addEventListener("scroll", follow);
editor.addEventListener("blur", close);
editor.addEventListener("click", close);
editor.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) editor.form.requestSubmit();
  else if (event.key === " " && event.ctrlKey) complete(true);
  else if (list.hidden) return;
  else if (event.key === "ArrowDown") choose(chosen + 1);
  else if (event.key === "ArrowUp") choose(chosen - 1);
  else if (event.key === "Escape") close();
  else if (event.key === "Enter" || event.key === "Tab") accept(list.children[chosen]);
  else return;
  event.preventDefault();
});
document.querySelector("[data-examples]").addEventListener("change", (event) => {
  const text = event.target.selectedOptions[0].dataset.text;
  if (text) {
    editor.value = text;
    refresh();
    editor.focus();
  }
});
const place = /^query:(\d+):(\d+):/.exec(document.querySelector("[data-fault]")?.textContent ?? "");
if (place) {
  const before = editor.value.split("\n").slice(0, place[1] - 1).join("\n");
  const at = (place[1] > 1 ? before.length + 1 : 0) + Number(place[2]) - 1;
  editor.focus();
  editor.setSelectionRange(at, at + 1);
}
refresh();
