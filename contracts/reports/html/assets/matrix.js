// The matrix as a grid: one stop for the tab key, arrow keys inside.
const tables = [...document.querySelectorAll(".matrix")];
const readout = document.getElementById("matrix-readout");

function links(table) {
  return [...table.rows].map((row) => [...row.cells].map((cell) => cell.querySelector("a"))).filter((row) => row.some(Boolean));
}

// The next cell in a direction; over empty ones, to the edge at most.
function step(rows, [y, x], down, across) {
  do {
    y += down;
    x += across;
  } while (rows[y]?.[x] === null);
  return rows[y]?.[x];
}

function makeGrid(table) {
  const rows = links(table).filter((row) => !row.some((link) => link?.closest(".group")));
  const all = rows.flat().filter(Boolean);
  const first = rows.find((row) => row[0])?.[0];
  const place = (link) => { const y = rows.findIndex((row) => row.includes(link)); return [y, rows[y].indexOf(link)]; };
  const stop = (link) => { for (const each of all) each.tabIndex = each === link ? 0 : -1; };
  if (first) stop(first);
  table.addEventListener("focusin", (event) => { if (all.includes(event.target)) stop(event.target); });
  table.addEventListener("keydown", (event) => {
    const link = event.target.closest("a");
    if (!all.includes(link) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === " ") { event.preventDefault(); link.click(); return; }
    const [y, x] = place(link);
    const row = rows[y].filter(Boolean);
    const next = { ArrowLeft: () => step(rows, [y, x], 0, -1), ArrowRight: () => step(rows, [y, x], 0, 1),
      ArrowUp: () => step(rows, [y, x], -1, 0), ArrowDown: () => step(rows, [y, x], 1, 0),
      Home: () => row[0], End: () => row.at(-1) }[event.key];
    if (!next) return;
    event.preventDefault();
    next()?.focus();
  });
  for (const kind of ["focusin", "pointerover"]) {
    table.addEventListener(kind, (event) => { readout.textContent = event.target.closest("td a")?.ariaLabel ?? "\u00a0"; });
  }
}

// The cells that the filters name.
function markCells() {
  for (const table of tables) {
    for (const link of table.querySelectorAll("td a")) {
      const cell = new URLSearchParams(link.hash.slice(1));
      const isChosen = ["api", "operation", "kind"].every((name) => (cell.get(name) ?? "") === state[name]);
      if (isChosen) link.parentElement.setAttribute("aria-selected", "true");
      else link.parentElement.removeAttribute("aria-selected");
    }
  }
}

tables.forEach(makeGrid);
