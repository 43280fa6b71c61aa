// When is what a view shows read anew? While it is in sight, and after whatever may have changed it.

import { toast } from "./dom.js";

const AGAIN = 1000; // milliseconds until a question that nobody answered is asked again
const LONGEST = 2 ** 31 - 1; // milliseconds that a browser waits

/** Calls `action` at most once in so many milliseconds, and once more for what came in between. */
export function calm(action, milliseconds) {
  let timer = 0;
  let again = false;
  return function later() {
    if (timer) {
      again = true;
      return;
    }
    action();
    timer = setTimeout(() => {
      timer = 0;
      if (again) {
        again = false;
        later();
      }
    }, milliseconds);
  };
}

/**
 * Lets `look` run once at a time. Whoever asks during a look gets the next one, which begins after the question: so
 * nobody is given what was true before it, and no earlier answer is drawn over a later one.
 */
export function inTurn(look) {
  let present = null;
  let next = null;
  return function ask() {
    if (!present) {
      present = look().finally(() => {
        present = null;
      });
      return present;
    }
    next ??= present.catch(() => {}).then(() => {
      next = null;
      return ask();
    });
    return next;
  };
}

/** A view of the page: `read()` asks for what `draw(found)` shows, by what was chosen as `asked`. */
export class Watched {
  asked = {};
  #drawn = "";
  #shown = false;
  #timer = 0;

  /** `pause`: milliseconds between two looks, however much happens. */
  constructor(page, pause) {
    this.page = page;
    this.refresh = inTurn(() => this.#look());
    this.soon = calm(() => this.refresh(), pause);
    page.live.addEventListener("request", this.soon);
    page.live.addEventListener("change", this.soon);
  }

  show() {
    this.#shown = true;
    this.refresh();
  }

  hide() {
    this.#shown = false;
    clearTimeout(this.#timer);
  }

  choose(change) {
    Object.assign(this.asked, change);
    this.refresh();
  }

  /** Milliseconds until the next look, though nothing is told to have changed. */
  wait() {
    return Infinity;
  }

  /** Whether this is not what it was the last time. */
  isNew(found) {
    const before = this.#drawn;
    this.#drawn = JSON.stringify(found);
    return this.#drawn !== before;
  }

  async #look() {
    clearTimeout(this.#timer);
    if (!this.#shown) return;
    const wait = await this.#renew();
    if (this.#shown && !document.hidden && wait < LONGEST) this.#timer = setTimeout(() => this.refresh(), wait);
  }

  /** Reads and draws; answers what `wait` says then. */
  async #renew() {
    const asked = JSON.stringify(this.asked);
    try {
      const found = await this.read();
      if (asked === JSON.stringify(this.asked)) await this.draw(found);
      return this.wait();
    } catch (error) {
      if (error.name === "Gone") return AGAIN;
      if (error.name !== "Refused") throw error;
      toast(error.message, "bad");
      return Infinity;
    }
  }
}
