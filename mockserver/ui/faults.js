// What goes wrong on purpose: the faults that are set, ready-made sets, and a form for one more.

import { ask, read } from "./api.js";
import { attempt, button, choice, field, h, renew } from "./dom.js";
import { table } from "./data.js";
import { count, title } from "./format.js";
import { Watched } from "./watched.js";

const KINDS = { refusal: "Refusals", delay: "Delays", answer: "Broken answers", task: "Faults of tasks" };
const WHICH = [
  ["times", "Times at most", "integer", "once, where nothing else is said"],
  ["every", "Each … call", "integer", "3: each third"],
  ["after", "Not the first", "integer", "calls"],
  ["probability", "Probability", "number", "0 to 1"],
  ["seed", "Seed", "integer", "of the chance"],
];
const SELECTORS = new Set(["id", "api", "operation", "account", "times", "every", "after", "probability", "seed", "effect", "action", "set", "met", "fired", "spent"]);

export class Faults extends Watched {
  id = "faults";
  title = "Faults";
  #learned = null; // the sets and the form, once they were asked for
  #operations; // by API

  constructor(page) {
    super(page, 400);
  }

  element() {
    this.list = h("div");
    this.sets = h("div.sets");
    this.form = h("div");
    return h("section.scroll", { "aria-label": "Faults", tabindex: "0" },
      h("div.row", {}, h("h2", {}, "Faults"), h("span.spring"),
        button("Take all back", () => this.#act(() => ask("DELETE", "/faults"), "Nothing goes wrong any more"), { picture: "trash", kind: "ghost" })),
      this.list,
      h("h2", {}, "Ready-made sets"), h("p.hint", {}, "Several faults at once, for all APIs."), this.sets,
      h("h2", {}, "One more"), h("p.hint", {}, "What goes wrong, for whom, and how often."), this.form);
  }

  show() {
    super.show();
    this.#learned ??= this.#learn();
  }

  read() {
    return read("/faults");
  }

  draw({ faults }) {
    if (this.isNew(faults)) renew(this.list, this.#table(faults));
  }

  async #learn() {
    const done = await attempt(async () => {
      const [{ routes }, { sets }, { effects }] = [await read("/routes"), await read("/faults/sets"), await read("/faults/effects")];
      this.#operations = Map.groupBy(routes, (route) => route.api);
      this.sets.replaceChildren(...sets.map(({ name, description }) =>
        h("article.card.set", {}, h("span.strong", {}, name), h("small.muted", {}, description),
          h("div.row.end", {}, button("Use", () => this.#act(() => ask("POST", "/faults", { body: { set: name } }), `${title(name)} from now on`), { kind: "small", "aria-label": `Use ${name}` })))));
      this.form.replaceChildren(this.#newForm(effects));
    });
    if (!done) this.#learned = null;
  }

  async #act(action, done) {
    if (await attempt(action, done)) this.refresh();
  }

  #table(faults) {
    if (!faults.length) return h("p.muted", {}, "Nothing goes wrong on purpose.");
    return table("Faults that are set", ["What", "For", "Which calls", "Fired", "Set", ""], faults.map((fault) => [
      h("span", {}, h("span.strong", {}, fault.effect), " ", h("span.muted", {}, members(fault))),
      [fault.api || "every API", fault.operation, fault.action, fault.account].filter(Boolean).join(" · "),
      which(fault),
      h(`span.chip.${fault.spent ? "idle" : fault.fired ? "warn" : "waiting"}`, { title: fault.spent ? "used up" : "still set" }, `${count(fault.fired)} of ${count(fault.met)}`),
      fault.set || "–",
      button("Take back", () => this.#act(() => ask("DELETE", `/faults/${encodeURIComponent(fault.id)}`)), { picture: "trash", kind: "small", "aria-label": `Take ${fault.id} back` }),
    ]));
  }

  #newForm(effects) {
    const api = choice("API of the fault", ["", ...this.page.apis].map((name) => [name, name || "every API"]), { value: this.page.apis.length === 1 ? this.page.apis[0] : "" });
    const operation = h("select", { "aria-label": "Operation" });
    const account = choice("Account of the fault", [["", "every account"], ...this.page.accounts.map(({ number, key_id }) => [number, key_id])]);
    const effect = h("select", { "aria-label": "Effect" }, Object.entries(KINDS).map(([kind, label]) =>
      h("optgroup", { label }, effects.filter((each) => each.kind === kind).map(({ name }) => h("option", { value: name }, name)))));
    const description = h("p.muted");
    const details = h("div.pair");
    const calls = WHICH.map(([name, label, type, hint]) => [name, label, input(name, { type }, false, hint)]);
    const codes = h("datalist", { id: "codes" });
    const fillOperations = () => {
      const names = [...new Set((this.#operations.get(api.value) ?? []).map((route) => route.operation))].sort();
      operation.replaceChildren(...["", ...names].map((name) => h("option", { value: name }, name || "every operation")));
      return fillCodes();
    };
    const fillCodes = async () => {
      const chosen = api.value;
      codes.replaceChildren();
      if (!chosen) return;
      const spec = await read(`/specs/${encodeURIComponent(chosen)}`);
      if (chosen !== api.value) return;
      const known = Object.values(spec["x-error-codes"] ?? {}).flat().map((each) => each.code).filter(Boolean);
      codes.replaceChildren(...[...new Set(known)].map((code) => h("option", { value: code })));
    };
    const fillMembers = () => {
      const chosen = effects.find((each) => each.name === effect.value);
      description.textContent = `It ${chosen.description.replaceAll("`", "")}.`;
      details.replaceChildren(...Object.entries(chosen.members).map(([name, schema]) =>
        field(title(name.replaceAll("_", " ")), input(name, schema, chosen.required.includes(name)), schema.description ?? "")));
    };
    api.addEventListener("change", () => attempt(fillOperations));
    effect.addEventListener("change", fillMembers);
    attempt(fillOperations);
    fillMembers();
    const submit = async (event) => {
      event.preventDefault();
      const body = { ...given(event.target), effect: effect.value };
      for (const [name, select] of [["api", api], ["operation", operation], ["account", account]]) if (select.value) body[name] = select.value;
      await this.#act(() => ask("POST", "/faults", { body }), "From now on");
    };
    return h("form.card.form", { onsubmit: submit },
      h("div.pair", {}, field("API", api), field("Operation", operation), field("Account", account), field("Effect", effect)),
      description, details,
      h("details", {}, h("summary", {}, "Which of these calls"), h("div.pair", {}, calls.map(([, label, control]) => field(label, control)))),
      codes, h("div.row.end", {}, button("Set the fault", null, { kind: "primary", type: "submit" })));
  }
}

/** A control for a member of a fault, by its JSON schema. */
function input(name, schema, required, placeholder = "") {
  const numeric = schema.type === "number" || schema.type === "integer";
  return h("input", {
    name, required, placeholder, autocomplete: "off",
    type: numeric ? "number" : "text", step: schema.type === "integer" ? "1" : "any",
    min: schema.minimum ?? null, max: schema.maximum ?? null,
    list: name === "code" ? "codes" : null,
  });
}

/** What was typed in, numbers as such; nothing for what was left empty. */
function given(form) {
  const filled = [...form.querySelectorAll("input[name]")].filter((each) => each.value !== "");
  return Object.fromEntries(filled.map((each) => [each.name, each.type === "number" ? Number(each.value) : each.value]));
}

const members = (fault) => Object.entries(fault).filter(([name, value]) => !SELECTORS.has(name) && value != null && value !== "").map(([name, value]) => `${name} ${value}`).join(", ");

function which({ times, every, after, probability }) {
  const parts = [
    probability != null && `with probability ${probability}`,
    every > 1 && `each ${every}th`,
    after > 0 && `not the first ${after}`,
    times != null && `${count(times)}×`,
  ].filter(Boolean);
  return parts.join(", ") || "each";
}
