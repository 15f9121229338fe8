// Which tables there are, and what their columns say.

import {NOTHING, bits, bound, percent, short, whole} from "./format.js";
import {badCookies, open} from "./model.js";
import {Table} from "./table.js";

const name = (title, field) => ({title, kind: "name", text: ({item}) => item[field]});
const state = text => ({title: "State", kind: "state", text: ({item}) => text(item)});
const text = (title, value) => ({title, kind: "text", text: ({item}) => value(item)});
const number = (title, value, format = whole) =>
  ({title, kind: "number", text: ({item}) => format(value(item))});
const rate = (title, count, format = short) =>
  ({title, kind: "number", text: pair => format(pair.rate(count))});
const quantile = (title, times, field) =>
  ({title, kind: "number", text: ({item}) => bound(item[times], item[times][field])});

const SERVICES = {
  id: "services", list: "services", key: "service", title: "Services", empty: "No service.",
  caption: "Services: SYNs, cookies, connections, handshake times",
  explained: "p50, p99: from the client's valid ACK to the SYN-ACK of its backend, in the last "
    + "second and since the start",
  columns: [
    name("Service", "service"), state(({attacked}) => attacked ? "attacked" : "calm"),
    rate("SYN/s", ({events}) => events.syns),
    number("SYNs", ({events}) => events.syns),
    rate("Answers/s", ({events}) => events.cookies_sent),
    rate("Good/s", ({events}) => events.cookies_valid),
    rate("Bad/s", badCookies),
    number("Open", open),
    number("Opened", ({events}) => events.connections_opened),
    number("Turned away", ({events}) => events.connlimit_rejections + events.down_rejections),
    quantile("p50", "last_second", "p50_ms"), quantile("p99", "last_second", "p99_ms"),
    quantile("p99 of all", "handshakes", "p99_ms"),
  ],
};

const SOURCES = {
  id: "sources", list: "top", key: "key", title: "Top sources", empty: "No source stands out.",
  caption: "Sources of the most SYNs in the last ten seconds, by service",
  explained: "Estimated from a sample: SYNs in the last ten seconds; uncertain: so many fewer "
    + "at most",
  columns: [
    name("Source", "source"), text("Service", ({service}) => service ?? NOTHING),
    number("SYNs", ({syns}) => syns), number("Uncertain", ({error}) => error),
  ],
};

const BACKENDS = {
  id: "backends", list: "backends", key: "backend", title: "Backends", empty: "No backend.",
  caption: "Backends: connections opened, refused and in vain, answer times",
  explained: "p50, p99: from the latest SYN to its SYN-ACK",
  columns: [
    name("Backend", "backend"), state(({up}) => up ? "up" : "down"),
    text("Services", ({services}) => services.join(", ")),
    rate("Opened/s", ({events}) => events.connections_opened),
    number("Opened", ({events}) => events.connections_opened),
    number("Refused", ({events}) => events.refused),
    number("Silent", ({events}) => events.silent),
    quantile("p50", "answers", "p50_ms"), quantile("p99", "answers", "p99_ms"),
  ],
};

const DROPS = {
  id: "drops", list: "drops", key: "reason", title: "Drops", empty: "Nothing was dropped.",
  caption: "Dropped frames by reason, the most frequent first",
  columns: [
    name("Reason", "reason"), rate("Per second", ({frames}) => frames),
    number("Frames", ({frames}) => frames), text("Meaning", ({text: meaning}) => meaning),
  ],
};

const WORKERS = {
  id: "workers", list: "workers", key: "worker", title: "Workers", empty: "No worker.",
  caption: "Workers: share of the last second that was busy, frames judged",
  columns: [
    name("Worker", "worker"),
    {title: "Busy", kind: "number", text: ({item}) => percent(item.busy),
      share: ({item}) => item.busy},
    rate("Frames/s", ({frames}) => frames), number("Frames", ({frames}) => frames),
    number("Lost between workers", worker => worker.strangers_lost),
    number("Heartbeat ago", worker => worker.heartbeat_age_ms, value => `${whole(value)} ms`),
  ],
};

const PORTS = {
  id: "ports", list: "ports", key: "port", title: "Ports", empty: "No port.",
  caption: "Ports: state, traffic in and out, frames missed",
  columns: [
    name("Port", "port"), state(({up}) => up ? "up" : "down"),
    text("Device", ({device}) => device),
    rate("Frames in", ({received}) => received.frames, value => `${short(value)}/s`),
    rate("Bits in", ({received}) => received.bytes, bits),
    rate("Frames out", ({sent}) => sent.frames, value => `${short(value)}/s`),
    rate("Bits out", ({sent}) => sent.bytes, bits),
    text("Link", ({link}) => link?.mbit_per_second ? bits(link.mbit_per_second * 125e3) : NOTHING),
    number("Missed", ({missed}) => missed),
    number("Errors", ({received, sent}) => received.errors + sent.errors),
  ],
};

const byFrames = (one, other) => other.item.frames - one.item.frames;

export class Tables {
  #tables;

  constructor(parent) {
    this.#tables = [SERVICES, SOURCES, BACKENDS, DROPS, WORKERS, PORTS]
      .map(options => [options, new Table(parent, options)]);
  }

  show(model) {
    for (const [{list, key}, table] of this.#tables) {
      table.show(list === "drops" ? model.drops().sort(byFrames) : model.pairs(list, key), key);
    }
  }
}
