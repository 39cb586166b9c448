// A report: a mark shows the facts that it stands for; #obs-120-126 in the address marks those characters.
"use strict";
const text = document.querySelector("[data-text]");
const cards = document.querySelector("[data-cards]");
const pieces = [...text.querySelectorAll(".m")];
const ids = [...cards.children].map((card) => card.id.slice(2));
const at = new Map(ids.map((id, n) => [id, n]));
cards.classList.toggle("quiet", pieces.length > 0);

const marksOf = (piece) => piece.dataset.marks.split(" ").map(Number);

function show(marks, first) {
  const wanted = new Set(marks);
  for (const piece of pieces) piece.classList.toggle("on", marksOf(piece).includes(first));
  [...cards.children].forEach((card, n) => card.classList.toggle("on", wanted.has(n)));
  document.querySelector(".found").scrollTop = 0;
}

function follow(jump) {
  const id = decodeURIComponent(location.hash.slice(1)).replace(/^c-/, "");
  if (!at.has(id)) return;
  const mark = at.get(id);
  show([mark], mark);
  const piece = pieces.find((one) => marksOf(one).includes(mark));
  if (piece && jump) piece.scrollIntoView({ block: matchMedia("(max-width: 60rem)").matches ? "start" : "center" });
}

text.addEventListener("click", (event) => {
  const piece = event.target.closest(".m");
  if (!piece || String(getSelection())) return; // someone who selects text wants the text
  event.preventDefault();
  const marks = marksOf(piece);
  const last = marks.at(-1);
  show(marks, last);
  history.replaceState(null, "", "#" + ids[last]);
});
text.addEventListener("focusin", (event) => {
  const piece = event.target.closest(".m");
  if (piece?.matches(":focus-visible")) show(marksOf(piece), marksOf(piece).at(-1));
});
for (const box of document.querySelectorAll("[data-kinds] input")) {
  const apply = () => text.classList.toggle("no-" + box.value, !box.checked);
  box.addEventListener("change", apply);
  apply();
}
addEventListener("hashchange", () => follow(true));
addEventListener("load", () => follow(true)); // after the browser's own jump
