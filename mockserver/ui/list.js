// A list of which only the rows in sight are drawn, however many there are. Up, Down, Page, Home, End, Enter.

import { h } from "./dom.js";

const AROUND = 6; // rows above and below those in sight

let lists = 0;

/**
 * `row()` makes `{ element, show(item) }`; `item(index)` is what a row shows, undefined while it is not known;
 * `key(item)` tells items apart; `open(item, byKey)` is called for a click or Enter; `seen(first, last)` after each drawing.
 */
export class List {
  #rows = new Map(); // by key
  #spare = [];
  #count = 0;
  #active = -1;
  #drawing = 0;
  #named = `list-${++lists}`;

  constructor({ label, height, row, item, key, open, seen = () => {} }) {
    Object.assign(this, { height, row, item, key, open, seen });
    this.space = h("div.space");
    this.element = h("div.list", { role: "listbox", tabindex: "0", "aria-label": label, onkeydown: (event) => this.#press(event) }, this.space);
    this.element.addEventListener("scroll", () => this.draw(), { passive: true });
    this.element.addEventListener("click", (event) => this.#click(event));
    new ResizeObserver(() => this.draw()).observe(this.element);
  }

  get count() {
    return this.#count;
  }

  /** `added` rows came in at the top: whoever has scrolled down goes on seeing the same ones. */
  resize(count, added = 0) {
    this.#count = count;
    this.space.style.height = `${count * this.height}px`;
    if (added) {
      if (this.element.scrollTop > 0) this.element.scrollTop += added * this.height;
      if (this.#active >= 0) this.#active += added;
    }
    this.#active = Math.min(this.#active, count - 1);
    this.draw();
  }

  /** The first row in sight, and the one after the last. */
  sight() {
    const first = Math.floor(this.element.scrollTop / this.height);
    return [first, Math.min(this.#count, first + Math.ceil(this.element.clientHeight / this.height) + 1)];
  }

  draw() {
    this.#drawing ||= requestAnimationFrame(() => {
      this.#drawing = 0;
      this.#draw();
    });
  }

  mark(key) {
    this.marked = key;
    this.draw();
  }

  #draw() {
    const [first, last] = this.sight();
    const wanted = new Map();
    for (let index = Math.max(0, first - AROUND); index < Math.min(this.#count, last + AROUND); index++) {
      const item = this.item(index);
      wanted.set(item === undefined ? `#${index}` : this.key(item), [index, item]);
    }
    for (const [key, row] of this.#rows) {
      if (wanted.has(key)) continue;
      this.#rows.delete(key);
      this.#spare.push(row);
      row.element.remove();
    }
    for (const [key, [index, item]] of wanted) this.#place(key, index, item);
    const active = this.#active >= 0 && [...this.#rows.values()].find((row) => row.index === this.#active);
    if (active) this.element.setAttribute("aria-activedescendant", active.element.id);
    else this.element.removeAttribute("aria-activedescendant");
    this.seen(first, last);
  }

  #place(key, index, item) {
    let row = this.#rows.get(key);
    if (!row) {
      row = this.#spare.pop() ?? this.#make();
      this.#rows.set(key, row);
      this.space.append(row.element);
    }
    row.index = index;
    const { element } = row;
    element.id = `${this.#named}-${index}`;
    element.style.transform = `translateY(${index * this.height}px)`;
    element.setAttribute("aria-posinset", index + 1);
    element.setAttribute("aria-setsize", this.#count);
    element.setAttribute("aria-selected", item !== undefined && key === this.marked);
    element.classList.toggle("active", index === this.#active);
    element.classList.toggle("pending", item === undefined);
    if (item !== undefined) row.show(item);
  }

  #make() {
    const row = this.row();
    row.element.setAttribute("role", "option");
    row.element.classList.add("item");
    row.element.style.height = `${this.height}px`;
    return row;
  }

  #click(event) {
    const element = event.target.closest(".item");
    const row = element && [...this.#rows.values()].find((each) => each.element === element);
    if (row) this.#choose(row.index, false);
  }

  #choose(index, byKey) {
    this.#active = index;
    const item = this.item(index);
    if (item !== undefined) this.open(item, byKey);
    this.draw();
  }

  #press(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const page = Math.max(1, Math.floor(this.element.clientHeight / this.height) - 1);
    const steps = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    if (event.key === "Enter" && this.#active >= 0) this.#choose(this.#active, true);
    else if (event.key in steps) this.#go(this.#active < 0 && steps[event.key] === 1 ? 0 : this.#active + steps[event.key]);
    else return;
    event.preventDefault();
  }

  #go(index) {
    this.#active = Math.max(0, Math.min(this.#count - 1, index));
    const top = this.#active * this.height;
    const { scrollTop, clientHeight } = this.element;
    if (top < scrollTop) this.element.scrollTop = top;
    else if (top + this.height > scrollTop + clientHeight) this.element.scrollTop = top + this.height - clientHeight;
    this.draw();
  }
}
