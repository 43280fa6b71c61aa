// Tasks living through their states: those in sight are asked for, and asked for anew while they change.

import { ask, read } from "./api.js";
import { attempt, button, choice, h, icon, say, toast } from "./dom.js";
import { count, span, title } from "./format.js";
import { List } from "./list.js";
import { TaskPanel } from "./task.js";
import { Watched } from "./watched.js";

const PHASES = ["queued", "running", "succeeded", "failed", "expired"];
const ROW = 62; // pixels
const PAGE = 50; // tasks of a request
const STEP = 1000; // milliseconds between two looks at tasks that change

export class Tasks extends Watched {
  id = "tasks";
  title = "Tasks";
  #window = { offset: 0, tasks: [], total: 0, phases: {} };
  asked = { api: "", account: "", phase: "", search: "" };

  constructor(page) {
    super(page, 300);
    this.list = new List({
      label: "Tasks, newest first",
      height: ROW,
      row: () => taskRow(page.clock),
      item: (index) => this.#window.tasks[index - this.#window.offset],
      key: (task) => task.id,
      open: (task, byKey) => this.open(task.id, byKey),
      seen: (first, last) => this.#seen(first, last),
    });
    this.panel = new TaskPanel(page, () => page.go("tasks"));
    page.clock.addEventListener("moved", this.soon);
  }

  element() {
    const change = (name) => (event) => this.choose({ [name]: event.target.value });
    const search = h("input", { type: "search", placeholder: "Id, file or argument", "aria-label": "Search tasks", oninput: change("search"), "data-search": true });
    const all = (text, names) => [["", text], ...names.map((name) => [name, name])];
    this.phases = h("div.chips", { role: "group", "aria-label": "Phase" });
    this.total = h("span.muted", { role: "status" });
    this.empty = h("div.empty", { hidden: true },
      icon("tasks"), h("h2", {}, "No tasks"), h("p", {}, "Create one with a client, or try an operation in "), h("a", { href: "#docs" }, "the API documentation"), ".");
    this.#showPhases({});
    return h("div.split", {},
      h("section.pane", { "aria-label": "Tasks" },
        h("div.toolbar", {},
          h("div.search", {}, icon("search"), search),
          choice("API", all("All APIs", this.page.apis), { onchange: change("api") }),
          choice("Account", all("All accounts", this.page.accounts.map((each) => each.number)), { onchange: change("account") }),
          h("span.spring"), this.total,
          button("Delete all", () => this.#clear(), { picture: "trash", kind: "ghost", title: "Delete all tasks of this API and account" })),
        this.phases, this.list.element, this.empty),
      this.panel.element);
  }

  show(argument, byKey = false) {
    this.list.mark(argument);
    this.panel.show(argument, byKey);
    super.show();
  }

  open(id, byKey) {
    this.page.go("tasks", id, byKey);
  }

  choose(change) {
    this.list.element.scrollTop = 0;
    this.#window = { ...this.#window, offset: 0 };
    super.choose(change);
  }

  #seen(first, last) {
    const { offset, tasks } = this.#window;
    if (first < offset || last > offset + tasks.length) this.refresh();
  }

  /** Asks for what is in sight. */
  async read() {
    const [first, last] = this.list.sight();
    const offset = Math.max(0, Math.floor((first - PAGE / 2) / PAGE) * PAGE);
    const limit = Math.ceil((Math.max(last, first + 1) + PAGE / 2 - offset) / PAGE) * PAGE;
    return { ...(await read("/tasks", { ...this.asked, order: "newest", offset, limit })), offset };
  }

  async draw(found) {
    const added = found.total - this.#window.total;
    const asked = JSON.stringify(this.asked);
    const same = this.#window.asked === asked;
    this.#window = { ...found, asked };
    this.list.resize(found.total, same && added > 0 ? added : 0);
    this.empty.hidden = found.total > 0;
    this.list.element.hidden = found.total === 0;
    say(this.total, `${count(found.total)} ${found.total === 1 ? "task" : "tasks"}`);
    this.#showPhases(found.phases);
    await this.panel.refresh();
  }

  /** Looks again soon while something in sight is under way, later while something else is, or when one in sight changes. */
  wait() {
    const { clock } = this.page;
    if (clock.frozen) return Infinity;
    const [first, last] = this.list.sight();
    const { offset, tasks, phases } = this.#window;
    const seen = tasks.slice(Math.max(0, first - offset), last - offset);
    const next = Math.min(...seen.map((task) => (task.next ?? Infinity) - clock.now(task.account)));
    return Math.min(
      seen.some(isMoving) ? STEP : Infinity,
      phases.queued || phases.running ? STEP * 4 : Infinity,
      Math.max(STEP / 4, (next / clock.scale) * 1000 + 50),
    );
  }

  #showPhases(found) {
    const chips = ["", ...PHASES].map((phase) => {
      const number = phase ? found[phase] ?? 0 : Object.values(found).reduce((sum, each) => sum + each, 0);
      return button(`${phase ? title(phase) : "All"} ${count(number)}`, () => this.choose({ phase }),
        { kind: `filter${phase ? `.${phase}` : ""}`, "aria-pressed": String(this.asked.phase === phase) });
    });
    const focused = [...this.phases.children].indexOf(document.activeElement);
    this.phases.replaceChildren(...chips);
    if (focused >= 0) chips[focused].focus();
  }

  async #clear() {
    const { api, account } = this.asked;
    if (!confirm(`Delete all tasks${api ? ` of ${api}` : ""}${account ? ` of account ${account}` : ""}?`)) return;
    const query = Object.fromEntries(Object.entries({ api, account }).filter(([, value]) => value));
    await attempt(async () => toast(`${count((await ask("DELETE", "/tasks", { query })).deleted)} tasks deleted`));
    this.refresh();
  }
}

const isMoving = ({ phase }) => phase === "queued" || phase === "running";

/** What comes next in the life of a task, in words. */
export function outlook(task, now) {
  if (task.next == null) return task.phase === "failed" ? task.failure?.message || "failed" : "";
  const left = `in ${span(Math.max(0, task.next - now))}`;
  return { queued: `starts ${left}`, running: `ends ${left}`, succeeded: `expires ${left}` }[task.phase] ?? left;
}

function taskRow(clock) {
  const badge = h("span.badge");
  const id = h("span.mono.id");
  const origin = h("span.muted.origin");
  const bar = h("div.fill");
  const percent = h("span.percent");
  const next = h("span.muted.next");
  const element = h("div.task", {}, badge, h("div.names", {}, id, origin), h("div.progress", { "aria-hidden": "true" }, bar), percent, next);
  return {
    element,
    show(task) {
      badge.className = `badge ${task.phase}`;
      say(badge, task.word || task.phase);
      badge.title = task.phase;
      say(id, task.id);
      say(origin, `${task.api} · ${task.operation} · ${task.account}`);
      bar.style.width = `${task.progress}%`;
      bar.className = `fill ${task.phase}`;
      say(percent, `${task.progress}%`);
      say(next, outlook(task, clock.now(task.account)));
    },
  };
}
