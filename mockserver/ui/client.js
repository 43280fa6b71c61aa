// The scorecard: how well does the client behave that calls here?

import { read } from "./api.js";
import { calm, choice, h, icon, toast } from "./dom.js";

const MARKS = { good: ["✓", "good"], bad: ["✗", "bad"], "not-seen": ["–", "not seen"] };

export class Client {
  id = "client";
  title = "Client";
  #account = "";

  constructor(page) {
    this.page = page;
    this.soon = calm(() => this.refresh(), 500);
    page.live.addEventListener("request", this.soon);
    page.live.addEventListener("change", this.soon);
  }

  element() {
    this.body = h("div");
    const change = (event) => {
      this.#account = event.target.value;
      this.refresh();
    };
    return h("section.scroll", { "aria-label": "Client", tabindex: "0" },
      h("div.toolbar.bare", {},
        choice("Account", [["", "Whoever calls"], ...this.page.accounts.map(({ number, key_id }) => [number, `${key_id} (${number})`])], { onchange: change }),
        h("span.muted", {}, "Read from the last exchanges; clear the requests to begin anew.")),
      this.body);
  }

  show() {
    this.shown = true;
    this.refresh();
  }

  hide() {
    this.shown = false;
  }

  async refresh() {
    if (!this.shown) return;
    try {
      const report = await read("/report", { account: this.#account });
      if (!this.body.contains(document.activeElement)) this.#draw(report);
    } catch (error) {
      if (error.name === "Refused") toast(error.message, "bad");
    }
  }

  #draw({ requests, good, seen, habits }) {
    const order = ["bad", "good", "not-seen"];
    const sorted = [...habits].sort((left, right) => order.indexOf(left.score) - order.indexOf(right.score));
    this.body.replaceChildren(
      h("div.score", {},
        h(`span.score-number.${seen === 0 ? "idle" : good === seen ? "good" : "poor"}`, {}, seen ? `${good}/${seen}` : "–"),
        h("div", {}, h("h2", {}, seen ? "habits that showed are good" : "Nothing to judge yet"),
          h("p.muted", {}, requests ? `${requests} requests were looked at.` : "Let a client create a task, wait for it and fetch its file."))),
      h("ul.habits", {}, sorted.map(habitLine)));
  }
}

function habitLine({ habit, sentence, score, occasions, because, exchanges }) {
  const [mark, name] = MARKS[score];
  return h(`li.habit.${score}`, { "data-habit": habit },
    h("span.mark", { "aria-hidden": "true" }, mark),
    h("div", {}, h("strong", {}, sentence), h("span.sr", {}, `: ${name}`),
      because && h("p", {}, because, " (", exchanges.map((number, index) => [index ? ", " : "", h("a", { href: `#requests/${number}` }, `request ${number}`)]), ")")),
    h("span.muted", {}, score === "not-seen" ? "no occasion" : `${occasions} ${occasions === 1 ? "occasion" : "occasions"}`));
}
