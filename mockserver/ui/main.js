// The page: views, the address that names what is shown, keys, and whether the mock is there.

import { ask, read } from "./api.js";
import { Clock, clockBar, setDialog } from "./clock.js";
import { attempt, h, icon, say } from "./dom.js";
import { Client } from "./client.js";
import { Data } from "./data.js";
import { Docs } from "./docs.js";
import { Faults } from "./faults.js";
import { helpDialog } from "./help.js";
import { Limits } from "./limits.js";
import { Live } from "./live.js";
import { Requests } from "./requests.js";
import { Tasks } from "./tasks.js";
import { startTheme } from "./theme.js";
import { calm } from "./watched.js";

const VIEWS = [Tasks, Requests, Limits, Faults, Data, Client, Docs];
const AGAIN = 1000; // milliseconds between two attempts to begin
const STATES = { connecting: "Connecting", live: "Live", gone: "Reconnecting" };

const find = (id) => document.getElementById(id);

/** What the views share. */
class Page {
  live = new Live();
  clock = new Clock();
  apis = [];
  accounts = [];
  #views = new Map();
  #current = null;
  #byKey = false;

  async start() {
    startTheme(find("theme"), find("theme-name"));
    await this.#learn();
    clockBar(this, find("clock"));
    for (const View of VIEWS) this.#mount(new View(this));
    addEventListener("hashchange", () => this.#show());
    this.#listen();
    this.#show();
    this.live.start();
  }

  /** Shows a view, and in it what the argument names. */
  go(view, argument = "", byKey = false) {
    this.#byKey = byKey;
    const wanted = `#${view}${argument ? `/${encodeURIComponent(argument)}` : ""}`;
    if (location.hash === wanted) this.#show();
    else location.hash = wanted;
  }

  /** Asks what is served, until somebody answers. */
  async #learn() {
    while (true) {
      try {
        const { accounts } = await read("/accounts"); // first: it asks for the token, without which health tells less
        const health = await read("/health");
        this.apis = health.apis;
        this.accounts = accounts;
        await this.clock.refresh();
        say(find("version"), health.version);
        this.#presence({ state: "connecting" });
        return;
      } catch (error) {
        this.#presence({ state: "gone", message: error.message });
        await new Promise((resolve) => setTimeout(resolve, AGAIN));
      }
    }
  }

  #mount(view) {
    const element = h("div.view", { id: `view-${view.id}`, hidden: true }, h("h1.sr", { tabindex: "-1" }, view.title), view.element());
    const link = h("a", { href: `#${view.id}` }, icon(view.id), h("span", {}, view.title));
    find("content").append(element);
    find("nav").append(link);
    this.#views.set(view.id, { view, element, link });
  }

  #show() {
    const [id, argument = ""] = location.hash.slice(1).split("/");
    const wanted = this.#views.get(id) ?? this.#views.values().next().value;
    for (const each of this.#views.values()) {
      each.element.hidden = each !== wanted;
      if (each === wanted) each.link.setAttribute("aria-current", "page");
      else each.link.removeAttribute("aria-current");
    }
    if (this.#current && this.#current !== wanted) this.#current.view.hide();
    this.#current = wanted;
    document.title = `${wanted.view.title} · Mock`;
    wanted.view.show(decoded(argument), this.#byKey);
    this.#byKey = false;
  }

  #listen() {
    const { live, clock } = this;
    const refresh = calm(() => {
      this.#current.view.refresh();
      attempt(() => clock.refresh());
    }, 200);
    live.addEventListener("clock", ({ detail }) => clock.take(detail));
    live.addEventListener("change", ({ detail }) => {
      if (detail.what === "clock") attempt(() => clock.refresh());
    });
    live.addEventListener("anew", refresh);
    live.addEventListener("state", ({ detail }) => {
      this.#presence(detail);
      if (detail.state === "live") refresh(); // what was changed while nobody told of it
    });
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) live.stop();
      else {
        live.start();
        refresh();
      }
    });
    find("reset").addEventListener("click", () => {
      if (confirm("Forget every task, limit, fault and exchange?")) attempt(() => ask("POST", "/reset"), "The mock begins anew");
    });
    find("help").addEventListener("click", () => helpDialog());
    for (const id of ["reset", "help"]) find(id).disabled = false;
    addEventListener("keydown", (event) => this.#press(event));
  }

  #press(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || document.querySelector("dialog[open]")) return;
    if (event.key === "Escape") return this.#leave();
    if (event.target.closest("input, select, textarea")) return;
    const { clock } = this;
    const keys = {
      "/": () => this.#current.element.querySelector("[data-search]")?.focus(),
      "?": () => helpDialog(),
      f: () => attempt(() => clock.move(clock.frozen ? "scale" : "freeze", clock.frozen ? { factor: clock.scale } : {})),
      n: () => attempt(() => clock.move("next")),
      t: () => setDialog(this),
      l: () => this.#current.element.querySelector(".list")?.focus(),
      h: () => this.#current.element.querySelector("[title*='(h)']")?.click(),
    };
    const view = [...this.#views.values()][Number(event.key) - 1];
    const act = keys[event.key] ?? (view && (() => this.#turn(view)));
    if (!act) return;
    event.preventDefault();
    act();
  }

  #turn({ view, element }) {
    this.go(view.id);
    element.querySelector("h1").focus({ preventScroll: true });
  }

  /** Closes what is open: the focus goes back to the list. */
  #leave() {
    const { view, element } = this.#current;
    this.go(view.id);
    element.querySelector(".list")?.focus();
  }

  #presence({ state, message }) {
    const gone = state === "gone";
    find("live").dataset.state = state;
    say(find("live-text"), STATES[state]);
    find("gone").hidden = !gone;
    document.body.classList.toggle("is-gone", gone);
    if (gone) say(find("gone-text"), message && !message.includes("does not answer") ? message : "This page goes on by itself as soon as it does.");
  }
}

/** A part of the address; as it is, where nobody encoded it. */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

new Page().start();
