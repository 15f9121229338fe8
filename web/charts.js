// Which charts there are, and what their lines are.

import {Chart} from "./chart.js";
import {milliseconds, percent, short, whole} from "./format.js";

const MOST_LINES = 4;  // as many as colours

const line = (name, field) => ({name, value: sample => sample[field]});

/** Those of the names that are largest now, one line each; the others are one together. */
function largest(history, field) {
  const now = history.at(-1)[field];
  const names = Object.keys(now).sort((one, other) => now[other] - now[one]);
  const most = names.length > MOST_LINES ? MOST_LINES - 1 : MOST_LINES;
  const own = Object.keys(now).filter(name => names.indexOf(name) < most);
  const lines = own.map(name => ({name, value: sample => sample[field][name] ?? null}));
  if (own.length === names.length) return lines;
  const others = names.filter(name => !own.includes(name));
  return [...lines, {name: "others", value: sample => others.reduce(
    (sum, name) => sum + (sample[field][name] ?? 0), 0)}];
}

/** title, unit, format, lines(history), what the scale has at least */
const CHARTS = [
  ["SYNs and answers", "per second", short,
    () => [line("SYNs", "syns"), line("answers", "answers")]],
  ["Cookies that came back", "per second", short,
    () => [line("good", "good"), line("bad", "bad")]],
  ["Drops by reason", "frames per second", short, history => largest(history, "byReason")],
  ["Connections by service", "open now", whole, history => largest(history, "byService")],
  ["Handshake with the backend", "mean of each second", milliseconds,
    () => [line("handshake", "handshake")]],
  ["Workers", "busy share of each second", percent, history => largest(history, "byWorker"), 1],
];

export class Charts {
  #charts;

  constructor(element) {
    this.#charts = CHARTS.map(([title, unit, format, lines, least = 4]) =>
      ({chart: new Chart(element, {title, unit, format, least}), lines}));
  }

  show({history}) {
    for (const {chart, lines} of this.#charts) chart.show(history, lines(history));
  }
}
