// Requests as they come: each with its verdict, newest first.

import { ask } from "./api.js";
import { attempt, button, choice, h, icon, say } from "./dom.js";
import { ExchangePanel } from "./exchange.js";
import { count, timeOfDay } from "./format.js";
import { List } from "./list.js";

const ROW = 54; // pixels
const KEPT = 2000; // exchanges

export class Requests {
  id = "requests";
  title = "Requests";
  #all = []; // oldest first
  #shown = []; // of them, oldest first
  #waiting = []; // while the list stands still
  #asked = { text: "", api: "", verdict: "" };
  #still = false;
  #drawing = 0;

  constructor(page) {
    this.page = page;
    this.list = new List({
      label: "Requests, newest first",
      height: ROW,
      row: requestRow,
      item: (index) => this.#shown[this.#shown.length - 1 - index],
      key: (each) => each.number,
      open: (each, byKey) => page.go("requests", String(each.number), byKey),
    });
    this.panel = new ExchangePanel(page, () => page.go("requests"));
    page.live.addEventListener("request", ({ detail }) => this.#add(detail));
    page.live.addEventListener("anew", () => this.#forget());
    page.live.addEventListener("change", ({ detail }) => {
      if (detail.what === "reset" || detail.what === "requests") page.live.restart(); // it may be told after what came next
    });
  }

  element() {
    const change = (name) => (event) => this.#ask({ [name]: event.target.value });
    this.total = h("span.muted", { role: "status" });
    this.still = button("Hold", () => this.#hold(!this.#still), { picture: "pause", kind: "ghost", title: "Let the list stand still (h)", "aria-pressed": "false" });
    this.empty = h("div.empty", {}, icon("requests"), h("h2", {}, "No requests"),
      h("p", {}, "Whatever clients send to this mock appears here, the moment it is answered."));
    this.#draw();
    return h("div.split", {},
      h("section.pane", { "aria-label": "Requests" },
        h("div.toolbar", {},
          h("div.search", {}, icon("search"), h("input", { type: "search", placeholder: "Path, operation, account or reason", "aria-label": "Search requests", oninput: change("text"), "data-search": true })),
          choice("API", [["", "All APIs"], ...this.page.apis.map((name) => [name, name])], { onchange: change("api") }),
          choice("Verdict", [["", "All verdicts"], ["accepted", "Accepted"], ["refused", "Refused"]], { onchange: change("verdict") }),
          h("span.spring"), this.total, this.still,
          button("Clear", () => attempt(() => ask("DELETE", "/requests")), { picture: "trash", kind: "ghost", title: "Forget the exchanges" })),
        this.list.element, this.empty),
      this.panel.element);
  }

  show(argument, byKey = false) {
    this.list.mark(Number(argument) || null);
    this.panel.show(argument, byKey);
    this.list.draw();
  }

  hide() {}

  refresh() {
    this.#draw();
  }

  #add(request) {
    if (this.#still) {
      this.#waiting.push(request);
      this.#later();
      return;
    }
    this.#take(request);
    this.#later();
  }

  #take(request) {
    if (this.#all.length && request.number <= this.#all[this.#all.length - 1].number) return;
    this.#all.push(request);
    if (this.#takes(request)) {
      this.#shown.push(request);
      this.added = (this.added ?? 0) + 1;
    }
    if (this.#all.length > KEPT * 1.1) {
      this.#all = this.#all.slice(-KEPT);
      this.#shown = this.#all.filter((each) => this.#takes(each));
    }
  }

  #takes({ method, path, operation, api, account, reason, message, status, code }) {
    const { text, api: wanted, verdict } = this.#asked;
    if (wanted && wanted !== api) return false;
    if (verdict && (verdict === "refused") !== isRefused({ reason, status })) return false;
    const all = [method, path, operation, account, reason, message, code, status].join(" ").toLowerCase();
    return text.toLowerCase().split(" ").every((word) => all.includes(word));
  }

  #ask(change) {
    Object.assign(this.#asked, change);
    this.#shown = this.#all.filter((each) => this.#takes(each));
    this.list.element.scrollTop = 0;
    this.#draw();
  }

  #hold(still) {
    this.#still = still;
    this.still.setAttribute("aria-pressed", String(still));
    if (!still) for (const each of this.#waiting.splice(0)) this.#take(each);
    this.#draw();
  }

  #forget() {
    [this.#all, this.#shown, this.#waiting] = [[], [], []];
    this.#later();
  }

  #later() {
    this.#drawing ||= requestAnimationFrame(() => {
      this.#drawing = 0;
      this.#draw();
    });
  }

  #draw() {
    if (!this.total) return;
    const waiting = this.#waiting.length ? `, ${count(this.#waiting.length)} waiting` : "";
    say(this.total, `${count(this.#shown.length)}${this.#shown.length === this.#all.length ? "" : ` of ${count(this.#all.length)}`}${waiting}`);
    say(this.still.lastChild, this.#still ? "Go on" : "Hold");
    this.empty.hidden = this.#shown.length > 0;
    this.list.element.hidden = this.#shown.length === 0;
    this.list.resize(this.#shown.length, this.added ?? 0);
    this.added = 0;
  }
}

const isRefused = ({ reason, status }) => Boolean(reason) || status >= 400;

/** `ok`, `bad` or `warn`, as an answer is colored. */
export const tone = (request) => (isRefused(request) ? (request.status >= 500 || request.fault?.length ? "warn" : "bad") : "ok");

function requestRow() {
  const status = h("span.status");
  const line = h("span.strong");
  const under = h("span.muted.under");
  const verdict = h("span.verdict");
  const at = h("span.muted.mono.at");
  const element = h("div.request", {}, status, h("div.names", {}, line, under), verdict, at);
  return {
    element,
    show(request) {
      status.className = `status ${tone(request)}`;
      say(status, String(request.status));
      say(line, request.operation || "no operation");
      say(under, [`${request.method} ${request.path}`, request.api, request.account].filter(Boolean).join(" · "));
      verdict.className = `verdict ${tone(request)}`;
      say(verdict, request.reason ? request.code || request.reason : "accepted");
      verdict.title = request.message || "";
      say(at, timeOfDay(request.at));
    },
  };
}
