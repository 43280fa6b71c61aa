// One task: its timetable, what it was created with, and what can be done to it.

import { ask, read, save } from "./api.js";
import { attempt, button, h, renew, say } from "./dom.js";
import { moment, span } from "./format.js";

const MOVES = [["running", "Start"], ["succeeded", "Finish"], ["failed", "Fail"], ["expired", "Expire"]];

export class TaskPanel {
  #id = "";
  #drawn = "";

  constructor(page, close) {
    this.page = page;
    this.body = h("div.panel-body");
    this.heading = h("h2.mono", { tabindex: "-1" });
    this.element = h("aside.panel", { "aria-label": "Task", hidden: true },
      h("div.panel-head", {}, this.heading, button("", close, { picture: "close", kind: "ghost", "aria-label": "Close (Escape)" })),
      this.body);
    setInterval(() => this.#tick(), 250);
  }

  show(id, byKey) {
    this.#id = id;
    this.#drawn = "";
    this.element.hidden = !id;
    if (!id) return;
    say(this.heading, id);
    this.body.replaceChildren();
    if (byKey) this.heading.focus();
  }

  async refresh() {
    if (!this.#id) return;
    const id = this.#id;
    try {
      const task = await read(`/tasks/${encodeURIComponent(id)}`);
      if (id === this.#id) this.#draw(task);
    } catch (error) {
      if (id !== this.#id) return;
      if (error.status !== 404) throw error;
      this.body.replaceChildren(h("p.empty", {}, "This task is not there any more."));
      this.task = null;
      this.#drawn = "";
    }
  }

  #draw(task) {
    this.task = task;
    const drawn = JSON.stringify({ ...task, progress: 0 });
    if (drawn !== this.#drawn) {
      this.#drawn = drawn;
      this.#build(task);
    }
    this.#tick();
  }

  #build(task) {
    const path = `/tasks/${encodeURIComponent(task.id)}`;
    const change = (body, done) => attempt(() => ask("PUT", path, { body }), done);
    this.segments = segments(task);
    this.percent = h("span.big");
    this.outlook = h("span.muted");
    renew(this.body, ...[
      h("div.headline", {}, h(`span.badge.${task.phase}`, {}, task.word || task.phase), this.percent, this.outlook),
      h("div.timeline", { role: "img", "aria-label": timetable(task) }, this.segments.map((each) => each.element)),
      task.failure && h("p.note.bad", {}, h("strong", {}, task.failure.code), " ", task.failure.message),
      h("div.row.wrap", {},
        MOVES.filter(([phase]) => phase !== task.phase).map(([phase, text]) => button(text, () => change({ phase }), { kind: "small" })),
        button("File", () => attempt(() => save(`/files/${encodeURIComponent(task.id)}`, fileName(task))),
          { picture: "down", kind: "small", disabled: task.phase !== "succeeded", title: "Download the file; no client is thought to have done so" }),
        button("Delete", () => attempt(() => ask("DELETE", path), "Deleted"), { picture: "trash", kind: "small" })),
      facts([
        ["API", task.api], ["Operation", task.operation], ["Account", task.account], ["File", task.file || "none"],
        ["Created", moment(task.created)], ["Starts", moment(task.starts)], ["Ends", moment(task.ends)], ["Expires", moment(task.expires)],
        ["Ends as", task.outcome], ["Downloaded", task.downloaded == null ? "not yet" : moment(task.downloaded)],
      ]),
      h("h3", {}, "Created with"),
      h("pre", { tabindex: "0" }, JSON.stringify(task.arguments, null, 2)),
    ].filter(Boolean));
  }

  #tick() {
    const { task } = this;
    if (!task || this.element.hidden || !this.body.firstChild) return;
    const now = this.page.clock.now(task.account);
    say(this.percent, `${task.progress}%`);
    say(this.outlook, task.next == null ? "nothing ahead" : `next event in ${span(Math.max(0, task.next - now))}`);
    for (const { from, to, fill } of this.segments) {
      const share = now <= from ? 0 : now >= to ? 1 : to === Infinity ? 0.5 : (now - from) / (to - from);
      fill.style.width = `${share * 100}%`;
    }
  }
}

/** The parts of a task's life, each as wide as the others, however long it lasts. */
function segments(task) {
  const kept = task.outcome === "succeeded";
  const parts = [["queued", task.created, task.starts], ["running", task.starts, task.ends]];
  if (kept) parts.push(["succeeded", task.ends, task.expires ?? Infinity]);
  else parts.push([task.outcome, task.ends, Infinity]);
  return parts.map(([name, from, to]) => {
    const fill = h(`div.fill.${name}`);
    const lasts = to === Infinity ? "for good" : span(to - from);
    const element = h("div.segment", {}, h("div.bar", {}, fill), h("span", {}, name), h("small.muted", {}, lasts));
    return { element, fill, from, to };
  });
}

const timetable = (task) => `Created ${moment(task.created)}, starts ${moment(task.starts)}, ends ${moment(task.ends)}, expires ${moment(task.expires)}`;

const fileName = (task) => task.file.split("/").pop() || `${task.id}.bin`;

export function facts(pairs) {
  return h("dl.facts", {}, pairs.map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
}
