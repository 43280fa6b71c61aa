// One clause: a line that opens.
function clauseElement(clause, index) {
  const [api, ...rest] = clause.id.split("/");
  const path = make("span", { class: "path id" }, make("span", { class: "api" }, `${api}/`), make("b", {}, rest.join("/")));
  const tags = make("span", { class: "tags" }, make("span", { class: "tag" }, clause.kind),
    make("span", { class: `tag ${clause.standing}` }, clause.standing));
  const summary = make("summary", {}, icon(look(clause)), path, tags, make("span", { class: "brief" }, brief(clause)));
  const element = make("details", { class: `clause ${look(clause)}`, "data-i": index, role: "listitem" }, summary);
  element.addEventListener("toggle", () => { if (element.open) unfold(element); });
  return element;
}

// Shows all of a clause at once: what follows it in the list moves no second time.
function unfold(element) {
  if (!element.querySelector(".detail")) element.append(detail(CLAUSES[element.dataset.i]));
  element.open = true;
}

function brief(clause) {
  if (clause.verdict === "broken") return `expected ${clause.reason}; received ${clause.received}`;
  if (clause.verdict === "not-observed") return clause.reason;
  return clause.quote ? `“${clause.quote}”` : clause.note;
}

function detail(clause) {
  const told = make("div", { class: "told" }, promise(clause), facts(clause), ...(clause.findings ?? []).map(finding));
  const evidence = exchangesElement(clause.evidence ?? [], clause.steps ?? 1, clause.cut ?? 0);
  return make("div", { class: "detail" }, told, evidence);
}

function promise(clause) {
  const { source, quote, note, standing } = clause;
  const page = source
    ? make("p", { class: "source" }, pageLink(source.title, source.url), source.date ? `, ${source.date}` : "")
    : make("p", { class: "source" }, "No page says so: it is assumed.");
  const words = quote ? make("blockquote", {}, quote) : null;
  const noted = note ? make("p", { class: "note" }, note) : null;
  return make("div", { class: "promise", "aria-label": standing }, words, noted, page);
}

function facts(clause) {
  const list = make("dl");
  const add = (name, value, kind = "") => {
    if (value !== "" && value !== null && value !== undefined) {
      list.append(make("dt", {}, name), make("dd", kind ? { class: kind } : {}, value));
    }
  };
  const isBroken = clause.verdict === "broken";
  add("verdict", said(clause.verdict));
  add(isBroken ? "expected" : "because", clause.reason);
  add("received", clause.received, isBroken ? "received" : "");
  if (clause.known) add("known", knownWords(clause.known));
  add("states", clause.value === null ? "" : make("code", {}, JSON.stringify(clause.value)));
  add("standing", clause.standing);
  add("check", clause.check?.replaceAll("_", " "));
  add("found by", clause.found_by ? clauseLink(clause.found_by) : "");
  if (clause.told_at?.length) add("told at", make("span", {}, ...clause.told_at.flatMap((id) => [clauseLink(id), " "])));
  for (const [name, answer] of Object.entries(clause.follows ?? {})) add("follows", `${name}: ${answer}`);
  for (const name of clause.readings ?? []) add("reading", readingElement(clause.api, name));
  add("stands", make("code", {}, clause.pointer));
  if (clause.seconds !== undefined) add("took", times(clause));
  return list;
}

function knownWords({ reason, owner, until, expired }) {
  return `${reason}; ${owner}, ${expired ? "was accepted until" : "until"} ${until}`;
}

function times({ seconds, started, worker }) {
  const at = started === undefined ? "" : `, ${started.toFixed(2)} s into the run`;
  return `${seconds.toFixed(3)} s${at}${worker ? `, worker ${worker}` : ""}`;
}

function clauseLink(id) {
  return make("a", { href: `#${new URLSearchParams({ clause: id })}`, class: "id" }, id);
}

// A question that the pages leave open, and the answers that count as kept.
function readingElement(api, name) {
  const reading = READINGS[api]?.[name];
  if (!reading) return make("span", {}, name);
  const answers = Object.entries(reading.answers).map(([answer, source]) => make("li", {},
    make("b", {}, answer), answer === reading.default ? " (taken here)" : "", source ? `: ${source}` : ""));
  return make("details", { class: "reading" }, make("summary", {}, `${name}: ${reading.question}`), make("ul", {}, answers));
}

// What generated requests found that belongs to a clause outside this run.
function finding(found) {
  const list = make("dl", {}, make("dt", {}, "found"), make("dd", {}, clauseLink(found.clause)),
    make("dt", {}, "expected"), make("dd", {}, found.expected),
    make("dt", {}, "received"), make("dd", { class: "received" }, found.received));
  return make("div", { class: "finding" }, list, exchangesElement(found.evidence ?? [], found.steps ?? 1, 0));
}
