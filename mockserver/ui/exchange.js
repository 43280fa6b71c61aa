// One exchange in full: why it was refused, what was signed and what should have been, what went over the wire.

import { read } from "./api.js";
import { button, h, say } from "./dom.js";
import { pretty, span } from "./format.js";
import { tone } from "./requests.js";
import { facts } from "./task.js";

export class ExchangePanel {
  #number = "";

  constructor(page, close) {
    this.page = page;
    this.heading = h("h2", { tabindex: "-1" });
    this.body = h("div.panel-body");
    this.element = h("aside.panel.wide-panel", { "aria-label": "Request", hidden: true },
      h("div.panel-head", {}, this.heading, button("", close, { picture: "close", kind: "ghost", "aria-label": "Close (Escape)" })),
      this.body);
  }

  async show(number, byKey) {
    if (number && number === this.#number) return;
    this.#number = number;
    this.element.hidden = !number;
    if (!number) return;
    say(this.heading, `Request ${number}`);
    this.body.replaceChildren();
    if (byKey) this.heading.focus();
    try {
      const found = await read(`/requests/${encodeURIComponent(number)}`);
      if (number === this.#number) this.body.replaceChildren(...parts(found));
    } catch (error) {
      if (number !== this.#number) return;
      this.body.replaceChildren(h("p.empty", {}, error.status === 404 ? "This exchange is not kept any more." : error.message));
      if (error.status !== 404) this.#number = ""; // asked for anew, when it is opened again
    }
  }
}

function parts(found) {
  const { request, response } = found;
  const { method, path, query } = request;
  return [
    h("div.headline", {}, h(`span.status.${tone({ ...found, status: response.status })}`, {}, String(response.status)),
      h("span.mono.break", {}, `${method} ${path}${query ? `?${query}` : ""}`)),
    found.reason && h("p.note.bad", {}, h("strong", {}, found.code || found.reason), " ", found.message),
    ...diagnosis(found.diagnosis),
    ...misses(found.near_misses ?? []),
    ...unread(found.unread ?? []),
    facts([
      ["API", found.api || "none"], ["Operation", found.operation || "none"], ["Account", found.account || "nobody"], ["At", found.at],
      ...(found.seconds == null ? [] : [["Took", took(found.seconds)]]),
      ...(found.id ? [["Request id", found.id]] : []),
      ...(found.reason ? [["Reason", found.reason]] : []),
      ...(found.fault?.length ? [["Fault", [found.fault].flat().join(", ")]] : []),
    ]),
    h("h3", {}, "Request"), headers(request.headers), body(request.body),
    h("h3", {}, "Answer"), headers(response.headers), body(response.body),
  ].filter(Boolean);
}

const took = (seconds) => (seconds < 0.1 ? `${(seconds * 1000).toFixed(2)} ms` : span(seconds));

function headers(given) {
  const rows = Object.entries(given);
  return h("details", {}, h("summary", {}, `${rows.length} ${rows.length === 1 ? "header" : "headers"}`),
    h("dl.facts.headers", {}, rows.map(([name, value]) => [h("dt.mono", {}, name), h("dd.mono", {}, value)])));
}

function body(text) {
  if (text === null) return h("p.muted", {}, "A file, which is not kept.");
  return text ? h("pre", { tabindex: "0" }, pretty(text)) : h("p.muted", {}, "No body.");
}

function misses(found) {
  if (!found.length) return [];
  return [h("h3", {}, "What may have been meant"), h("ul.notes", {}, found.map((each) => h("li", {}, each.sentence)))];
}

function unread(found) {
  if (!found.length) return [];
  return [
    h("h3", {}, "Sent, and read by nobody"),
    h("ul.notes", {}, found.map(({ part, name, near }) =>
      h("li", {}, h("code", {}, name), ` in the ${part}`, near && [", perhaps meant as ", h("code", {}, near)]))),
  ];
}

const TEXTS = [["canonical_request", "Canonical request"], ["string_to_sign", "String to sign"]];

function diagnosis(found) {
  if (!found) return [];
  return [
    h("section.diagnosis", { "aria-label": "Diagnosis of the signature" },
      h("h3", {}, "Signature"),
      h("p", {}, found.cause || "Why the signature does not match is not known."),
      found.variant && h("p.muted", {}, "Signed as in the variant ", h("code", {}, found.variant), "."),
      found.theirs != null && h("div.compare", {},
        h("div", {}, h("small", {}, "signed by the client"), h("pre", {}, found.theirs)),
        h("div", {}, h("small", {}, "right would be"), h("pre", {}, found.ours ?? ""))),
      TEXTS.map(([name, text]) => compared(text, found[`client_${name}`], found[name]))),
  ];
}

/** Two texts side by side, the lines marked that differ; the right one alone where it is not known what the client had. */
function compared(text, theirs, ours) {
  if (!ours) return null;
  const known = theirs && theirs !== ours;
  const side = (label, lines, others, kind) =>
    h("div", {}, h("small", {}, label), h("pre", { tabindex: "0" }, lines.map((line, index) =>
      h(known && line !== others[index] ? `span.line.${kind}` : "span.line", {}, `${line}\n`))));
  const [left, right] = [(theirs ?? "").split("\n"), ours.split("\n")];
  return h("details", { open: known && text === TEXTS[0][1] }, h("summary", {}, known ? `${text}: differs` : text),
    h("div.compare", {}, known && side("signed by the client", left, right, "bad"), side(known ? "right would be" : "as it has to be signed", right, left, "ok")));
}
