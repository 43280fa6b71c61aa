// Times, spans and sizes, for people.

const UNITS = [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]];

/** `2 d 3 h`, `4 min 5 s`, `0.8 s`: a span in seconds, by its two greatest units. */
export function span(seconds) {
  if (seconds < 0) return span(-seconds);
  if (seconds < 10) return `${Number(seconds.toFixed(1))} s`;
  const whole = Math.round(seconds);
  const index = UNITS.findIndex(([, size]) => whole >= size);
  const [[unit, size], next] = [UNITS[index], UNITS[index + 1]];
  const rest = next ? Math.floor((whole % size) / next[1]) : 0;
  return `${Math.floor(whole / size)} ${unit}${rest ? ` ${rest} ${next[0]}` : ""}`;
}

/** `2026-01-31 08:09:10` of epoch seconds, in UTC. */
export const moment = (epoch) => (epoch == null ? "never" : new Date(epoch * 1000).toISOString().slice(0, 19).replace("T", " "));

/** `08:09:10.123` of ISO 8601. */
export const timeOfDay = (iso) => iso.slice(11, 23);

export function bytes(count) {
  if (count < 1000) return `${count} B`;
  const power = Math.min(Math.floor(Math.log10(count) / 3), 4);
  return `${(count / 1000 ** power).toFixed(1)} ${["", "kB", "MB", "GB", "TB"][power]}`;
}

export const count = (number) => number.toLocaleString("en");

/** JSON, indented; any other text as it is. */
export function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** `succeeded` is `Succeeded`. */
export const title = (word) => word.charAt(0).toUpperCase() + word.slice(1).replaceAll("-", " ");
