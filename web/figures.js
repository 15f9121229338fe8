// The numbers that matter most, large.

import {milliseconds, percent, short, whole} from "./format.js";

const worst = (services, field) => Math.max(...services.map(({last_second: last}) => last.count
  ? last[field] ?? Infinity : 0), 0);

function handshakes({latest}) {
  const [half, most] = ["p50_ms", "p99_ms"].map(field => worst(latest.services, field));
  if (!half) return "none in the last second";
  const text = value => value === Infinity ? "over 32 s" : `${whole(value)} ms`;
  return `half within ${text(half)}, 99 % within ${text(most)}`;
}

const share = ({used, capacity}) => percent(capacity ? used / capacity : null);
const attacked = ({latest}) => latest.services.filter(service => service.attacked)
  .map(service => service.service);

function attacks(model) {
  const names = attacked(model);
  return names.length ? `attack on ${names.join(", ")}` : "no attack";
}

const busiest = ({latest}) => Math.max(...latest.workers.map(worker => worker.busy), 0);

/** name, value(model, latest sample), note(model, latest sample), alarming(model) */
const FIGURES = [
  ["SYN/s", (_, now) => short(now.syns), attacks, model => attacked(model).length > 0],
  ["Answers/s", (_, now) => short(now.answers), () => "SYN-ACKs with a cookie"],
  ["Good cookies/s", (_, now) => short(now.good), () => "ACKs that prove a client"],
  ["Bad cookies/s", (_, now) => short(now.bad), () => "wrong, expired or never sent"],
  ["Drops/s", (_, now) => short(now.drops), () => "frames, by reason below"],
  ["Connections", (_, now) => whole(now.connections),
    ({latest}) => `table ${share(latest.status.flows)} full`],
  ["Handshake", (_, now) => milliseconds(now.handshake), handshakes],
  ["Busiest worker", model => percent(busiest(model)),
    ({latest}) => `of ${latest.workers.length}, busy in the last second`,
    model => busiest(model) > 0.9],
];

function addFigure(list, name) {
  const figure = list.append("div").attr("class", "figure");
  figure.append("dt").text(name);
  return {figure, value: figure.append("dd").attr("class", "value"),
    note: figure.append("dd").attr("class", "note")};
}

export class Figures {
  #figures;

  constructor(element) {
    const list = d3.select(element);
    this.#figures = FIGURES.map(([name]) => addFigure(list, name));
  }

  show(model) {
    const now = model.history.at(-1);
    FIGURES.forEach(([, value, note, alarming], index) => {
      const shown = this.#figures[index];
      shown.value.text(value(model, now));
      shown.note.text(note(model, now));
      shown.figure.classed("alarming", alarming?.(model) ?? false);
    });
  }
}
