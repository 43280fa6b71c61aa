// What happens in the mock, as it happens. `fetch` rather than EventSource, which cannot send the token.

import { Gone, send } from "./api.js";

const BACKLOG = 500; // exchanges that are told at first
const SILENCE = 15_000; // milliseconds without a sign of life
const PATIENCE = 1000; // milliseconds between two attempts

/** Dispatches `request`, `change`, `anew` (everything is to be read anew) and `state` (`live`, `gone`). */
export class Live extends EventTarget {
  #last = "";
  #run = "";
  #ending = null;
  #wait = PATIENCE;
  state = "";

  start() {
    if (this.#ending) return;
    this.#ending = new AbortController();
    this.#follow(this.#ending);
  }

  stop() {
    this.#ending?.abort();
    this.#ending = null;
  }

  /** Begins anew, with the last exchanges. */
  restart() {
    this.dispatchEvent(new CustomEvent("anew"));
    this.stop();
    this.#last = "";
    this.start();
  }

  async #follow(ending) {
    while (!ending.signal.aborted) {
      try {
        await this.#read(ending);
      } catch (error) {
        if (ending.signal.aborted) return;
        this.#wait = PATIENCE;
        this.#become("gone", error.message);
      }
      await new Promise((resolve) => setTimeout(resolve, this.#wait));
    }
  }

  async #read(ending) {
    const query = this.#last ? { after: this.#last } : { backlog: BACKLOG };
    const response = await send("GET", "/events", { query, signal: ending.signal });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    while (true) {
      const { done, value } = await this.#inTime(reader.read());
      if (done || ending.signal.aborted) return;
      const blocks = (rest + value).split("\n\n");
      rest = blocks.pop();
      for (const block of blocks) {
        this.#take(block);
        if (ending.signal.aborted) return; // it was begun anew
      }
      if (this.state !== "live") this.#become("live");
    }
  }

  async #inTime(promise) {
    let timer;
    const silence = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Gone()), SILENCE);
    });
    try {
      return await Promise.race([promise, silence]);
    } finally {
      clearTimeout(timer);
    }
  }

  #take(block) {
    const fields = {};
    for (const line of block.split("\n")) {
      const colon = line.indexOf(": ");
      if (colon > 0) fields[line.slice(0, colon)] = line.slice(colon + 2);
    }
    if (fields.retry) this.#wait = Number(fields.retry);
    if (fields.id) this.#last = fields.id;
    if (!fields.event) return;
    const data = JSON.parse(fields.data);
    if (fields.event === "hello") this.#greet(data);
    else if (fields.event === "gap") this.restart();
    else this.dispatchEvent(new CustomEvent(fields.event, { detail: data }));
  }

  #greet({ run, clock }) {
    this.dispatchEvent(new CustomEvent("clock", { detail: clock }));
    const other = this.#run && this.#run !== run;
    this.#run = run;
    if (other) this.restart();
  }

  #become(state, message = "") {
    this.state = state;
    this.dispatchEvent(new CustomEvent("state", { detail: { state, message } }));
  }
}
