// Elements made from data. Data only ever becomes text, never markup.
const SVG = "http://www.w3.org/2000/svg";

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

function icon(verdict) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  svg.setAttribute("class", `icon ${verdict}`);
  svg.setAttribute("width", "16");
  svg.setAttribute("height", "16");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", said(verdict));
  use.setAttribute("href", `#${verdict}`);
  svg.append(use);
  return svg;
}

// A broken clause that a baseline accepts, or that is only a warning, looks calmer than another.
function look(clause) {
  if (clause.known && !clause.known.expired) return "known";
  return clause.severity === "warning" ? "warning" : clause.verdict;
}

function said(verdict) {
  return verdict.replaceAll("-", " ");
}

// A link to a page; to nothing but a page, whatever a result says.
function pageLink(title, url) {
  if (!/^https?:\/\//.test(url)) return make("span", {}, title);
  return make("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, title);
}

const { clauses: CLAUSES, readings: READINGS } = JSON.parse(document.getElementById("data").textContent);
const BY_ID = new Map(CLAUSES.map((clause, index) => [clause.id, index]));
