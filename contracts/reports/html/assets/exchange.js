// A request and its answer.
const JSON_TOKENS = /("(?:\\.|[^"\\])*")(\s*:)?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\b(?:true|false|null)\b/g;

function pretty(body) {
  let text;
  try {
    const value = JSON.parse(body);
    if (value === null || typeof value !== "object") return make("pre", {}, body);
    text = JSON.stringify(value, null, 2);
    if (loses(body, text)) return make("pre", {}, body);
  } catch {
    return make("pre", {}, body);
  }
  const pre = make("pre", { class: "json" });
  let end = 0;
  for (const match of text.matchAll(JSON_TOKENS)) {
    const shown = match[1] ?? match[0];
    const role = match[2] ? "name" : match[1] ? "text" : "number";
    pre.append(text.slice(end, match.index), make("span", { class: role }, shown));
    end = match.index + shown.length;
  }
  pre.append(text.slice(end));
  return pre;
}

// Whether reading a text as JSON has changed it: a member that stands twice, a number with more digits than fit.
function loses(body, text) {
  return (body.match(JSON_TOKENS) ?? []).length !== (text.match(JSON_TOKENS) ?? []).length || /\d{16}/.test(body);
}

function copyButton(text, label) {
  const button = make("button", { type: "button", class: "copy", "aria-live": "polite" }, label);
  button.addEventListener("click", async () => {
    button.textContent = (await copy(text)) ? "Copied" : "Not copied";
    setTimeout(() => { button.textContent = label; }, 1500);
  });
  return button;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {  // not allowed here: the old way
    const area = make("textarea", { class: "hidden", "aria-hidden": "true" });
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

function headerLines(headers) {
  return Object.entries(headers).map(([name, value]) => `${name}: ${value}`).join("\n");
}

function side(title, first, message) {
  const head = make("pre", { class: "headers" }, [first, headerLines(message.headers)].filter(Boolean).join("\n"));
  return make("div", { class: "side" }, make("h4", {}, title), head, message.body ? pretty(message.body) : null);
}

function exchangeElement(exchange, isOpen) {
  const { request, response, curl } = exchange;
  const summary = make("summary", {}, make("b", {}, request.method), make("span", {}, request.url),
    make("span", { class: "status" }, String(response.status)));
  const shell = curl
    ? make("div", { class: "side" }, make("h4", {}, "curl", copyButton(curl, "Copy")), make("pre", { class: "curl" }, curl))
    : make("div", { class: "side" }, make("h4", {}, "The request is too long to show; the JSON report has its curl line."));
  const element = make("details", { class: "exchange" }, summary, side("Request", "", request),
    side("Answer", String(response.status), response), shell);
  element.open = isOpen;
  return element;
}

// Exchanges in order; those that repeat a failure come last, and their lines can be copied at once.
function exchangesElement(evidence, steps, cut) {
  const shown = make("div", { class: "exchanges" });
  if (!evidence.length) shown.append(make("p", { class: "side-note" }, "Nothing was sent."));
  if (cut) shown.append(make("p", { class: "side-note" }, `${cut} earlier exchanges are in the JSON report.`));
  const lines = evidence.slice(-steps).map((exchange) => exchange.curl);
  if (steps > 1 && lines.every(Boolean)) {
    shown.append(make("p", { class: "side-note" }, `The last ${steps} requests, one after another, repeat it. `,
      copyButton(lines.join("\n"), `Copy all ${steps}`)));
  }
  evidence.forEach((exchange, index) => shown.append(exchangeElement(exchange, index === evidence.length - 1)));
  return shown;
}
