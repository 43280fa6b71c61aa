// Quotas and rate limits as gauges: what an account holds and spends, of how much.

import { read } from "./api.js";
import { calm, choice, h, icon, say, toast } from "./dom.js";
import { count, span } from "./format.js";

const STEP = 1000; // milliseconds between two looks: what was spent is forgotten as time passes
const HIGH = 0.7; // share from which a gauge warns

export class Limits {
  id = "limits";
  title = "Limits";
  #asked;
  #drawn = "";
  #timer = 0;

  constructor(page) {
    this.page = page;
    this.#asked = { api: "", account: page.accounts[0]?.number ?? "" };
    this.soon = calm(() => this.refresh(), 300);
    page.live.addEventListener("request", this.soon);
    page.live.addEventListener("change", this.soon);
  }

  element() {
    const change = (name) => (event) => {
      this.#asked[name] = event.target.value;
      this.refresh();
    };
    this.body = h("div.gauges");
    return h("section.scroll", { "aria-label": "Limits", tabindex: "0" },
      h("div.toolbar.bare", {},
        choice("Account", this.page.accounts.map(({ number, key_id }) => [number, `${key_id} (${number})`]), { value: this.#asked.account, onchange: change("account") }),
        choice("API", [["", "All APIs"], ...this.page.apis.map((name) => [name, name])], { onchange: change("api") }),
        h("span.muted", {}, "Counted for each account, by the clock of the mock.")),
      this.body);
  }

  show() {
    this.shown = true;
    this.refresh();
  }

  hide() {
    this.shown = false;
    clearTimeout(this.#timer);
  }

  async refresh() {
    if (!this.shown) return;
    clearTimeout(this.#timer);
    try {
      this.#draw(await read("/quotas", this.#asked));
    } catch (error) {
      if (error.name === "Refused") toast(error.message, "bad");
    }
    clearTimeout(this.#timer);
    if (this.shown && !this.page.clock.frozen && !document.hidden) this.#timer = setTimeout(() => this.refresh(), STEP);
  }

  #draw({ quotas, limits }) {
    const apis = [...new Set([...quotas, ...limits].map((each) => each.api))];
    const form = JSON.stringify([apis, quotas.length, limits.length]);
    if (form !== this.#drawn) {
      this.#drawn = form;
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
