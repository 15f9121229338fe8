// Events, the latest first.

import {duration, moment, short} from "./format.js";

const MOST = 100;

const sources = ({top_sources: top = []}) => top.length
  ? `, most from ${top.slice(0, 3).map(({source}) => source).join(", ")}` : "";
/** Of SYNs, or with a kind of frames that belong to no connection. */
const rate = (event, numbers, name) => event.kind
  ? `${short(numbers[`${name}frames_per_second`])} ${event.kind}/s`
  : `${short(numbers[`${name}syns_per_second`])} SYN/s`;
const attack = (event, numbers) =>
  `${event.service}: ${rate(event, numbers, "")}${sources(numbers)}`;

/** What an event says, by its type: a title, a sentence, a mood for its mark. */
const TELL = {
  attack_start: event => ["Attack begins", attack(event, event.attack_start), "bad"],
  attack_update: event => ["Attack goes on", `${attack(event, event.attack_update)}, ` +
    `for ${duration(event.attack_update.duration_s)}`, "bad"],
  attack_end: event => ["Attack is over", `${event.service}: ` +
    `${duration(event.attack_end.duration_s)}, at most ` +
    rate(event, event.attack_end, "peak_"), "good"],
  backend: event => [`Backend ${event.state}`, `${event.backend} (${event.services.join(", ")})`,
    event.state === "up" ? "good" : "bad"],
  port: event => [`Port ${event.state}`, `${event.port} (${event.device})`,
    event.state === "up" ? "good" : "bad"],
  capture: event => [`Capture ${event.capture.state}s`,
    `${event.capture.who}: ${event.capture.text}`, "plain"],
  change: event => ["Change", event.text, "plain"],
};

/** A type that is not known here is told by its fields. */
function other({timestamp, src_type, event_type, ...fields}) {
  return [event_type.replaceAll("_", " "), JSON.stringify(fields), "plain"];
}

function addItem(list, event) {
  const [title, text, mood] = (TELL[event.event_type] ?? other)(event);
  const item = list.insert("li", ":first-child").attr("class", mood)
    .attr("data-type", event.event_type);
  const time = new Date(event.timestamp);
  item.append("time").attr("datetime", event.timestamp).text(moment(time));
  item.append("b").text(title);
  item.append("span").text(text);
}

export class Timeline {
  #list;
  #empty;

  constructor(list, empty) {
    this.#list = d3.select(list);
    this.#empty = d3.select(empty);
  }

  add(event) {
    addItem(this.#list, event);
    this.#list.selectAll("li").filter((_, index) => index >= MOST).remove();
    this.#empty.attr("hidden", "");
  }
}
