// The clock of the mock, ticking in the page, and what moves it.

import { ask, read } from "./api.js";
import { attempt, button, choice, field, h, say } from "./dom.js";
import { moment } from "./format.js";
import { inTurn } from "./watched.js";

const TICK = 200; // milliseconds
const SHOWN = 20; // clocks of accounts

/** Tells the time of the mock without asking it; dispatches `moved`. */
export class Clock extends EventTarget {
  #state = { epoch: Date.now() / 1000, frozen: false, scale: 1, read: performance.now() };
  #apart = new Map(); // the clocks of accounts that have one of their own

  /** Epoch seconds, by the clock of an account, if it has one of its own. */
  now(account = "") {
    const { epoch, frozen, scale, read: at } = this.#apart.get(account) ?? this.#state;
    return frozen ? epoch : epoch + ((performance.now() - at) / 1000) * scale;
  }

  /** How many accounts have a clock of their own. */
  get apart() {
    return this.#apart.size;
  }

  get frozen() {
    return this.#state.frozen;
  }

  get scale() {
    return this.#state.scale;
  }

  take(state) {
    this.#state = { ...state, read: performance.now() };
    this.dispatchEvent(new Event("moved"));
  }

  refresh = inTurn(async () => {
    const state = await read("/clock");
    const apart = new Map();
    for (const account of state.accounts.slice(0, SHOWN)) apart.set(account, { ...(await read("/clock", { account })), read: performance.now() });
    this.#apart = apart;
    this.take(state);
  });

  async move(action, members = {}) {
    await ask("PUT", "/clock", { body: { action, ...members } });
    await this.refresh();
  }
}

/** The clock in the head of the page. */
export function clockBar(page, bar) {
  const { clock } = page;
  const time = h("time.now", { title: "UTC, by the clock of the mock" });
  const pace = h("span.chip");
  const apart = h("span.chip.info", { hidden: true });
  const move = (action, members) => attempt(() => clock.move(action, members));
  const toggle = button("Freeze", () => move(clock.frozen ? "scale" : "freeze", clock.frozen ? { factor: clock.scale } : {}),
    { picture: "pause", kind: "small", title: "Freeze the clock, or let it run (f)" });
  bar.append(
    h("div.reading", {}, time, pace, apart),
    h("div.moves", {},
      toggle,
      button("+1 min", () => move("advance", { seconds: 60 }), { kind: "small", title: "Let a minute pass" }),
      button("+1 h", () => move("advance", { seconds: 3600 }), { kind: "small", title: "Let an hour pass" }),
      button("Next event", () => move("next"), { picture: "next", kind: "small", title: "Go to the next change of any task (n)" }),
      button("Set…", () => setDialog(page), { picture: "clock", kind: "small", title: "Set, scale or reset the clock (t)" })),
  );
  const show = () => {
    const epoch = clock.now();
    say(time, moment(epoch));
    time.dateTime = new Date(epoch * 1000).toISOString();
    say(pace, clock.frozen ? "frozen" : clock.scale === 1 ? "running" : `×${clock.scale}`);
    pace.className = `chip ${clock.frozen ? "warn" : clock.scale === 1 ? "" : "info"}`;
    apart.hidden = !clock.apart;
    say(apart, `${clock.apart} ${clock.apart === 1 ? "account" : "accounts"} apart`);
    say(toggle.lastChild, clock.frozen ? "Run" : "Freeze");
    toggle.querySelector("use").setAttribute("href", clock.frozen ? "#i-play" : "#i-pause");
  };
  clock.addEventListener("moved", show);
  setInterval(show, TICK);
  show();
}

export function setDialog({ clock, accounts }) {
  const whose = choice("Whose clock", [["", "of all that have none of their own"], ...accounts.map(({ number, key_id }) => [number, `${key_id} (${number}) alone`])]);
  const at = h("input", { type: "text", name: "at", value: `${moment(clock.now()).replace(" ", "T")}Z`, spellcheck: "false" });
  const amount = h("input", { type: "number", min: "0", step: "any", value: "1", name: "amount" });
  const unit = choice("Unit", [["1", "seconds"], ["60", "minutes"], ["3600", "hours"], ["86400", "days"]], { value: "86400" });
  const factor = h("input", { type: "number", min: "0", step: "any", value: String(clock.scale), name: "factor" });
  const dialog = h("dialog.moves-dialog", { "aria-labelledby": "clock-title" });
  const line = (label, text, action, members, ...controls) =>
    h("form.line", { method: "dialog", onsubmit: (event) => go(event, action, members) },
      field(label, h("span.row", {}, controls)), button(text, null, { type: "submit" }));
  async function go(event, action, members) {
    event.preventDefault();
    const account = whose.value ? { account: whose.value } : {};
    if (await attempt(() => clock.move(action, { ...members(), ...account }))) dialog.close();
  }
  dialog.append(
    h("div.dialog-head", {}, h("h2", { id: "clock-title" }, "Clock of the mock"), button("", () => dialog.close(), { picture: "close", kind: "ghost", "aria-label": "Close" })),
    h("div.line", {}, field("Clock", whose)),
    line("Let time pass", "Advance", "advance", () => ({ seconds: Number(amount.value) * Number(unit.value) }), amount, unit),
    line("Go to a moment", "Set", "set", () => ({ to: at.value }), at),
    line("Times as fast as real time", "Scale", "scale", () => ({ factor: Number(factor.value) }), factor),
    h("p.hint", {}, "Clients may sign by their own machine's time until the clock is set; from then on by this one alone."),
    h("div.row.end", {}, button("Back to real time", (event) => go(event, "reset", () => ({})), { picture: "undo" })),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
