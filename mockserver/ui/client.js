// The scorecard: how well does the client behave that calls here?

import { read } from "./api.js";
import { choice, h, renew } from "./dom.js";
import { Watched } from "./watched.js";

const MARKS = { good: ["✓", "good"], bad: ["✗", "bad"], "not-seen": ["–", "not seen"] };

export class Client extends Watched {
  id = "client";
  title = "Client";
  asked = { account: "" };

  constructor(page) {
    super(page, 500);
  }

  element() {
    this.body = h("div");
    const change = (event) => this.choose({ account: event.target.value });
    return h("section.scroll", { "aria-label": "Client", tabindex: "0" },
      h("div.toolbar.bare", {},
        choice("Account", [["", "Whoever calls"], ...this.page.accounts.map(({ number, key_id }) => [number, `${key_id} (${number})`])], { onchange: change }),
        h("span.muted", {}, "Read from the last exchanges; clear the requests to begin anew.")),
      this.body);
  }

  read() {
    return read("/report", this.asked);
  }

  draw(report) {
    if (!this.isNew(report)) return;
    const { requests, good, seen, habits } = report;
    const order = ["bad", "good", "not-seen"];
    const sorted = [...habits].sort((left, right) => order.indexOf(left.score) - order.indexOf(right.score));
    renew(this.body,
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
