// The list of clauses: as many as fit a few screens, and more when they are wanted.
const PAGE = 60;
const FEW = 6;  // clauses that are seen together with the filters
const form = document.getElementById("filters");
const list = document.getElementById("list");
const more = document.getElementById("more");
const shown = document.getElementById("shown");
const count = new Intl.NumberFormat("en");
let state = readState();
let found = [];

function showMore(upTo = list.childElementCount + PAGE) {
  const next = found.slice(list.childElementCount, upTo);
  list.append(...next.map((clause) => clauseElement(clause, BY_ID.get(clause.id))));
  more.hidden = list.childElementCount >= found.length;
}

function showList() {
  found = select(state);
  list.replaceChildren();
  showMore(PAGE);
  if (!found.length) list.append(make("p", { class: "nothing" }, "No clause matches these filters."));
  const noun = CLAUSES.length === 1 ? "clause" : "clauses";
  const all = `${count.format(CLAUSES.length)} ${noun}`;
  shown.textContent = found.length === CLAUSES.length ? all : `${count.format(found.length)} of ${all}`;
  if (state.clause) openClause(state.clause);
}

function openClause(id) {
  const place = found.findIndex((clause) => clause.id === id);
  if (place < 0) return;
  if (place >= list.childElementCount) showMore(place + PAGE);
  unfold(list.children[place]);
}

function fillForm() {
  for (const name of ["api", "operation", "kind", "q"]) {
    const control = form.elements[name];
    control.value = state[name];
    if (control.value !== state[name]) state[name] = control.value = "";  // the page knows no such value
  }
  for (const name of SEVERAL) for (const box of form.elements[name]) box.checked = state[name].has(box.value);
}

function readForm() {
  const chosen = new FormData(form);
  for (const name of ["api", "operation", "kind", "q"]) state[name] = chosen.get(name) ?? "";
  for (const name of SEVERAL) state[name] = new Set(chosen.getAll(name));
  state.clause = "";
}

function follow(behavior = "auto") {
  state = readState();
  fillForm();
  showList();
  markCells();
  if (!location.hash.includes("=")) return;
  const section = document.getElementById("clauses");
  const open = state.clause ? list.querySelector("details[open] > summary") : null;
  const isFarDown = open && [...list.children].indexOf(open.parentElement) >= FEW;
  (isFarDown ? open : section).scrollIntoView({ block: "start", behavior });
  (open ?? list.querySelector("summary") ?? section).focus({ preventScroll: true });
}

function applyForm(isStep) {
  readForm();
  writeState(state, isStep);
  showList();
  markCells();
}

form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("input", (event) => applyForm(event.target.name !== "q"));
form.addEventListener("reset", () => setTimeout(() => applyForm(true)));
more.addEventListener("click", () => {
  const first = list.childElementCount;
  showMore();
  list.children[first]?.querySelector("summary").focus();
});
list.addEventListener("click", (event) => {  // a reader's own opening and closing is kept in the address
  const summary = event.target.closest("summary");
  const clause = summary?.parentElement;
  if (!clause?.classList.contains("clause")) return;
  state.clause = clause.open ? "" : CLAUSES[clause.dataset.i].id;  // it opens after the click
  writeState(state, false);
});
new IntersectionObserver((entries) => { if (entries[0].isIntersecting && !more.hidden) showMore(); }, { rootMargin: "600px" })
  .observe(more);
addEventListener("beforeprint", () => showMore(found.length));
