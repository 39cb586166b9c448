// What all pages share: tables that sort and filter, forms that send themselves, suggestions under the search box.
"use strict";
document.documentElement.classList.add("js");

for (const form of document.querySelectorAll("form[data-submits]")) {
  form.addEventListener("change", () => {
    for (const field of form.elements) if (field.name && !field.value) field.disabled = true;
    form.submit();
  });
}

for (const table of document.querySelectorAll("table[data-sorts]")) {
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    if (head.tagName !== "TH") return;
    const button = document.createElement("button");
    button.className = "sort";
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const key = (row) => {
        const cell = row.cells[column];
        return cell.dataset.value !== undefined ? Number(cell.dataset.value) : cell.textContent.trim();
      };
      for (const body of table.tBodies) { // each base of a ranking is one, under a row that names it
        const rows = [...body.rows].filter((row) => row.className !== "group").map((row) => [key(row), row]);
        rows.sort(([a], [b]) => {
          if (a === "" || b === "") return (a === "") - (b === ""); // blanks last, whichever way
          const order = typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "zh", { numeric: true });
          return down ? -order : order;
        });
        body.append(...rows.map(([, row]) => row));
      }
    });
  });
}

for (const field of document.querySelectorAll("input[data-filters]")) {
  const rows = document.getElementById(field.dataset.filters)?.tBodies[0].rows ?? [];
  field.addEventListener("input", () => {
    const wanted = field.value.trim().toLowerCase();
    for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
  });
}

for (const field of document.querySelectorAll("input[data-suggest]")) {
  const list = document.createElement("ul");
  list.className = "list suggestions";
  list.id = "suggestions";
  list.setAttribute("role", "listbox");
  list.hidden = true;
  field.after(list);
  for (const [name, value] of [["role", "combobox"], ["aria-controls", list.id], ["aria-expanded", "false"], ["aria-autocomplete", "list"]]) field.setAttribute(name, value);
  const kinds = JSON.parse(field.dataset.suggest);
  let timer = 0, asked = 0, chosen = -1;
  const show = (open) => {
    list.hidden = !open;
    field.setAttribute("aria-expanded", String(open));
    if (!open) chosen = -1;
  };
  const choose = (at) => {
    const items = [...list.children];
    chosen = (at + items.length + 1) % (items.length + 1);
    items.forEach((item, n) => item.setAttribute("aria-selected", String(n === chosen)));
    if (items[chosen]) field.setAttribute("aria-activedescendant", items[chosen].id);
    else field.removeAttribute("aria-activedescendant");
  };
  const ask = async () => {
    const mine = ++asked;
    const words = field.value.trim();
    if (!words) return show(false);
    const answer = await fetch("/api/suggest?q=" + encodeURIComponent(words)).catch(() => null);
    if (!answer?.ok || mine !== asked) return;
    const hits = await answer.json();
    list.replaceChildren(...hits.map((hit, n) => {
      const item = document.createElement("li");
      item.id = "suggestion-" + n;
      item.setAttribute("role", "option");
      const kind = document.createElement("span");
      kind.className = "badge k-" + hit.kind;
      kind.textContent = kinds[hit.kind] ?? hit.kind;
      const name = document.createElement("span");
      name.textContent = [hit.zh, hit.en, hit.form].filter((form, n, all) => all.indexOf(form) === n).join(" · ");
      item.append(kind, name);
      item.dataset.href = hit.path;
      item.addEventListener("mousedown", () => { location.href = hit.path; });
      return item;
    }));
    show(hits.length > 0);
    chosen = -1;
  };
  field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 120); });
  field.addEventListener("blur", () => show(false));
  field.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen < 0 ? list.children.length - 1 : chosen - 1);
    else if (event.key === "Escape") show(false);
    else if (event.key === "Enter" && list.children[chosen]) location.href = list.children[chosen].dataset.href;
    else return;
    event.preventDefault();
  });
}
