// Quotas and rate limits as gauges: what an account holds and spends, of how much.

import { read } from "./api.js";
import { choice, h, icon, say } from "./dom.js";
import { count, span } from "./format.js";
import { Watched } from "./watched.js";

const STEP = 1000; // milliseconds between two looks: what was spent is forgotten as time passes
const HIGH = 0.7; // share from which a gauge warns

export class Limits extends Watched {
  id = "limits";
  title = "Limits";

  constructor(page) {
    super(page, 300);
    this.asked = { api: "", account: page.accounts[0]?.number ?? "" };
  }

  element() {
    const change = (name) => (event) => this.choose({ [name]: event.target.value });
    this.body = h("div.gauges");
    return h("section.scroll", { "aria-label": "Limits", tabindex: "0" },
      h("div.toolbar.bare", {},
        choice("Account", this.page.accounts.map(({ number, key_id }) => [number, `${key_id} (${number})`]), { value: this.asked.account, onchange: change("account") }),
        choice("API", [["", "All APIs"], ...this.page.apis.map((name) => [name, name])], { onchange: change("api") }),
        h("span.muted", {}, "Counted for each account, by the clock of the mock.")),
      this.body);
  }

  read() {
    return read("/quotas", this.asked);
  }

  wait() {
    return this.page.clock.frozen ? Infinity : STEP;
  }

  draw({ quotas, limits }) {
    const apis = [...new Set([...quotas, ...limits].map((each) => each.api))];
    if (this.isNew([apis, quotas.length, limits.length])) {
      this.gauges = [];
      this.body.replaceChildren(...apis.map((api) => this.#group(api, quotas, limits)));
      if (!apis.length) this.body.append(h("div.empty", {}, icon("limits"), h("h2", {}, "No limits"), h("p", {}, "None is documented here.")));
    }
    for (const { update, find } of this.gauges) update(find({ quotas, limits }));
  }

  #group(api, quotas, limits) {
    const add = (kind, index, name, note, quote) => {
      const made = gauge(name, note, quote);
      this.gauges.push({ update: made.update, find: (found) => found[kind][index] });
      return made.element;
    };
    const held = quotas.map((each, index) => each.api === api &&
      add("quotas", index, title(each.id), each.when_full === "refuse" ? "when full, the next is refused" : "when full, the earliest leaves", each.quote));
    const spent = limits.map((each, index) => each.api === api &&
      add("limits", index, each.operation, `calls in ${span(each.seconds)}`, each.quote));
    return h("section", {}, h("h2", {}, api), h("div.cards", {}, held, spent));
  }
}

const title = (id) => id.charAt(0).toUpperCase() + id.slice(1).replaceAll("-", " ");

function gauge(name, note, quote) {
  const fill = h("div.fill");
  const bar = h("div.gauge-bar", { role: "meter", "aria-label": name, "aria-valuemin": 0 }, fill);
  const value = h("span.strong");
  const element = h("article.card", { title: quote || null },
    h("div.row", {}, h("span.name", {}, name), h("span.spring"), value), bar, h("small.muted", {}, note));
  return {
    element,
    update({ held, spent, limit }) {
      const used = held ?? spent;
      const share = Math.min(1, used / limit);
      say(value, `${count(used)} of ${count(limit)}`);
      bar.setAttribute("aria-valuemax", limit);
      bar.setAttribute("aria-valuenow", used);
      fill.style.width = `${share * 100}%`;
      fill.className = `fill ${share >= 1 ? "failed" : share >= HIGH ? "high" : used ? "succeeded" : ""}`;
      element.classList.toggle("full", share >= 1);
    },
  };
}
