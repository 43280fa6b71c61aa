// What is exported: records to load, and the files that tasks made of them.

import { ask, read, save, send } from "./api.js";
import { attempt, button, choice, field, h, renew, toast } from "./dom.js";
import { bytes, count, moment } from "./format.js";
import { Watched } from "./watched.js";

const FILES = 50; // the newest
const MODES = [["replace", "in place of those there"], ["append", "besides those there"]];

export class Data extends Watched {
  id = "data";
  title = "Data";

  constructor(page) {
    super(page, 500);
    page.clock.addEventListener("moved", this.soon);
  }

  element() {
    this.records = h("div");
    this.files = h("div");
    return h("section.scroll", { "aria-label": "Data", tabindex: "0" },
      h("h2", {}, "Records"),
      h("p.hint", {}, "What tasks export. Where nothing was loaded, rows are made up, the same each time."),
      this.records,
      h("div.forms", {}, this.#uploadForm(), this.#generateForm()),
      h("h2", {}, "Files"),
      h("p.hint", {}, "Of the newest tasks that have succeeded. To download one here counts as nobody's download."),
      this.files);
  }

  async read() {
    const { records } = await read("/records");
    return { records, ...(await read("/tasks", { phase: "succeeded", order: "newest", limit: FILES })) };
  }

  draw({ records, tasks, total }) {
    if (!this.isNew([records, tasks.map(({ id, file, ends }) => [id, file, ends]), total])) return;
    renew(this.records, this.#recordsTable(records));
    renew(this.files, this.#filesTable(tasks, total));
  }

  #recordsTable(records) {
    if (!records.length) return h("p.muted", {}, "No records were loaded.");
    const remove = ({ api, kind, account, resource }) => attempt(() => ask("DELETE", "/records", { query: { api, kind, account, resource } }), "Forgotten");
    return table("Records", ["API", "Kind", "For", "Rows", "Size", "From", "To", ""], records.map((each) => [
      each.api, each.kind, [each.account || "every account", each.resource || "every resource"].join(", "),
      count(each.rows), bytes(each.bytes), short(each.first), short(each.last),
      button("Forget", () => remove(each), { picture: "trash", kind: "small", title: `Forget the ${each.kind} of ${each.api}` }),
    ]));
  }

  #filesTable(tasks, total) {
    const files = tasks.filter((task) => task.file);
    if (!files.length) return h("p.muted", {}, "No task has succeeded so far.");
    const name = (task) => task.file.split("/").pop();
    return h("div", {},
      table("Files", ["File", "Task", "API", "Ended", ""], files.map((task) => [
        h("span.mono.break", {}, name(task)), h("a.mono", { href: `#tasks/${encodeURIComponent(task.id)}` }, task.id), task.api, moment(task.ends),
        button("File", () => attempt(() => save(`/files/${encodeURIComponent(task.id)}`, name(task))), { picture: "down", kind: "small", title: `Download ${name(task)}` }),
      ])),
      total > FILES && h("p.muted", {}, `The newest ${FILES} of ${count(total)}.`));
  }

  #uploadForm() {
    const api = choice("API of the records", this.page.apis);
    const kind = h("input", { type: "text", placeholder: "where the API has several", "aria-label": "Kind" });
    const mode = choice("Mode", MODES, { value: "replace" });
    const file = h("input", { type: "file", required: true, "aria-label": "File with records" });
    return this.#form("Load a file", "Lines of JSON, or an array; also packed with gzip.", "Load",
      [field("API", api), field("Kind of rows", kind), field("Mode", mode), field("File", file)],
      () => {
        const [chosen] = file.files;
        const more = chosen.name.endsWith(".gz") ? { "Content-Encoding": "gzip" } : {};
        return send("POST", "/records", { query: { api: api.value, kind: kind.value, mode: mode.value }, body: chosen, more });
      });
  }

  #generateForm() {
    const api = choice("API of the rows", this.page.apis);
    const kind = h("input", { type: "text", placeholder: "where the API has several", "aria-label": "Kind" });
    const rows = h("input", { type: "number", min: "1", value: "1000", required: true, "aria-label": "Rows" });
    const seed = h("input", { type: "number", value: "0", required: true, "aria-label": "Seed" });
    return this.#form("Make rows up", "The same seed gives the same rows.", "Make",
      [field("API", api), field("Kind of rows", kind), field("Rows", rows), field("Seed", seed)],
      () => send("POST", "/records", { query: { api: api.value, kind: kind.value },
        body: JSON.stringify({ generate: { count: Number(rows.value), seed: Number(seed.value) } }) }));
  }

  #form(title, hint, verb, fields, act) {
    const submit = button(verb, null, { kind: "primary", type: "submit" });
    const go = async (event) => {
      event.preventDefault();
      submit.disabled = true;
      await attempt(async () => {
        const { rows, kind } = await (await act()).json();
        toast(`${count(rows)} rows of ${kind}`);
      });
      submit.disabled = false;
      this.refresh();
    };
    return h("form.card.form", { onsubmit: go }, h("h3", {}, title), h("p.muted", {}, hint), fields, h("div.row.end", {}, submit));
  }
}

const short = (iso) => (iso ? iso.slice(0, 19).replace("T", " ") : "–");

export function table(label, heads, rows) {
  return h("div.table", { tabindex: "0", role: "region", "aria-label": label }, h("table", {},
    h("thead", {}, h("tr", {}, heads.map((each) => h("th", { scope: "col" }, each || h("span.sr", {}, "What to do"))))),
    h("tbody", {}, rows.map((cells) => h("tr", {}, cells.map((each) => h("td", {}, each)))))));
}
