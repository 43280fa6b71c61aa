// Which clauses are shown: held in the end of the address, so that it can be kept, sent, and gone back to.
// api, operation ("-": of the whole API), kind (or a group of kinds), standing, verdict, q; clause: the one that is open.
const SINGLE = ["api", "operation", "kind", "q", "clause"];
const SEVERAL = ["standing", "verdict"];
const WHOLE_API = "-";
const KINDS = new Map();  // the kinds of each group
for (const group of document.querySelectorAll('#filters [name="kind"] optgroup')) {
  KINDS.set(group.label, new Set([...group.children].slice(1).map((option) => option.value)));
}

function readState() {
  const given = new URLSearchParams(location.hash.slice(1));
  const state = {};
  for (const name of SINGLE) state[name] = given.get(name) ?? "";
  for (const name of SEVERAL) state[name] = new Set((given.get(name) ?? "").split(",").filter(Boolean));
  if (state.clause && !SINGLE.some((name) => name !== "clause" && state[name]) && BY_ID.has(state.clause)) {
    const { api, operation, kind } = CLAUSES[BY_ID.get(state.clause)];
    Object.assign(state, { api, operation: operation || WHOLE_API, kind });
  }
  return state;
}

function writeState(state, isStep) {
  const wanted = new URLSearchParams();
  for (const name of SINGLE) if (state[name]) wanted.set(name, state[name]);
  for (const name of SEVERAL) if (state[name].size) wanted.set(name, [...state[name]].join(","));
  const end = wanted.size ? `#${wanted}` : location.pathname + location.search;
  history[isStep ? "pushState" : "replaceState"](null, "", end);
}

const WORDS = new Map();  // of each clause, in lower case, once they were asked for

function wordsOf(clause) {
  if (!WORDS.has(clause)) {
    const { id, value, quote, note, reason, received, check, source } = clause;
    const texts = [id, JSON.stringify(value), quote, note, reason, received, check?.replaceAll("_", " "), source?.title];
    WORDS.set(clause, texts.filter(Boolean).join("\n").toLowerCase());
  }
  return WORDS.get(clause);
}

function isWanted(clause, state, terms) {
  if (state.api && clause.api !== state.api) return false;
  if (state.operation && clause.operation !== (state.operation === WHOLE_API ? "" : state.operation)) return false;
  if (state.kind && clause.kind !== state.kind && !KINDS.get(state.kind)?.has(clause.kind)) return false;
  if (state.standing.size && !state.standing.has(clause.standing)) return false;
  if (state.verdict.size && !state.verdict.has(clause.verdict)) return false;
  return terms.every((term) => wordsOf(clause).includes(term));
}

const SEVERITY = { broken: 0, warning: 1, known: 2, "not-observed": 3, held: 4 };

function select(state) {
  const terms = state.q.toLowerCase().split(/\s+/).filter(Boolean);
  const found = CLAUSES.filter((clause) => isWanted(clause, state, terms));
  return found.sort((one, other) => SEVERITY[look(one)] - SEVERITY[look(other)]);
}
