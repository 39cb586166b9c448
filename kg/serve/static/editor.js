// The query editor: line numbers, examples, Ctrl+Enter, the place of a fault.
"use strict";
const editor = document.querySelector("[data-editor]");
const lines = document.querySelector(".lines");
const number = () => {
  lines.textContent = editor.value.split("\n").map((_, n) => n + 1).join("\n");
  editor.rows = Math.min(40, Math.max(10, editor.value.split("\n").length + 1));
  lines.scrollTop = editor.scrollTop;
};
editor.addEventListener("input", number);
editor.addEventListener("scroll", () => { lines.scrollTop = editor.scrollTop; });
editor.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) editor.form.requestSubmit();
});
document.querySelector("[data-examples]").addEventListener("change", (event) => {
  const text = event.target.selectedOptions[0].dataset.text;
  if (text) {
    editor.value = text;
    number();
    editor.focus();
  }
});
const place = /^query:(\d+):(\d+):/.exec(document.querySelector("[data-fault]")?.textContent ?? "");
if (place) {
  const before = editor.value.split("\n").slice(0, place[1] - 1).join("\n");
  const start = (place[1] > 1 ? before.length + 1 : 0) + Number(place[2]) - 1;
  editor.focus();
  editor.setSelectionRange(start, start + 1);
}
number();
