// What the snapshots say together: rates between two of them, and the minutes that charts show.

const KEPT = 300;  // samples, one a second

const OPEN = ["waiting", "established", "client_closed", "server_closed", "closing"];
const sum = (items, value) => items.reduce((total, item) => total + value(item), 0);

/** Connections that are not over yet; ended ones are remembered for a while. */
export const open = service => sum(OPEN, phase => service.connections[phase]);

/** ACKs that carry no cookie of ours, or one that is too old. */
export const badCookies = ({events}) =>
  events.cookies_wrong + events.cookies_expired + events.cookies_never_sent;

/** A source of SYNs is told once for each service. */
const named = source => ({...source, key: `${source.service} ${source.source}`});

/** What two snapshots show of one thing that both have: counts(item) per second. */
export class Pair {
  constructor(item, earlier, seconds) {
    Object.assign(this, {item, earlier, seconds});
  }

  /** null: there is nothing to compare with, or the counter began again. */
  rate(count) {
    if (!this.earlier || !this.seconds) return null;
    const more = count(this.item) - count(this.earlier);
    return more < 0 ? null : more / this.seconds;
  }
}

/** Of the handshakes since the snapshot before; null: there were none. */
export function meanHandshake(pairs) {
  const part = field => sum(pairs, ({item, earlier}) =>
    item.handshakes[field] - (earlier?.handshakes[field] ?? item.handshakes[field]));
  const count = part("count");
  return count > 0 ? Math.max(part("total_ms"), 0) / count : null;
}

export class Model {
  latest = null;
  history = [];
  #before = null;
  #seconds = 0;

  take(snapshot) {
    const time = new Date(snapshot.status.time);
    this.#before = this.latest;
    this.#seconds = this.#before ? (time - new Date(this.#before.status.time)) / 1000 : 0;
    this.latest = {...snapshot, top: snapshot.top.map(named)};
    if (this.#before?.status.started !== snapshot.status.started) this.#before = null;
    this.history.push(this.#sample(time));
    this.history.splice(0, this.history.length - KEPT);
  }

  /** A Pair for each of the list ("services"), matched by the field `key`. */
  pairs(list, key) {
    const earlier = new Map(this.#before?.[list].map(item => [item[key], item]));
    return this.latest[list].map(item => new Pair(item, earlier.get(item[key]), this.#seconds));
  }

  /** The reasons that drops had; one that had none before was told by nobody. */
  drops() {
    const none = item => this.#before && {...item, frames: 0};
    return this.pairs("drops", "reason").map(({item, earlier, seconds}) =>
      new Pair(item, earlier ?? none(item), seconds));
  }

  /** The whole snapshot as one. */
  whole() {
    return new Pair(this.latest, this.#before, this.#seconds);
  }

  #sample(time) {
    const services = this.pairs("services", "service");
    const all = this.whole();
    const rate = count => all.rate(snapshot => sum(snapshot.services, count));
    return {
      time,
      syns: rate(service => service.events.syns),
      answers: rate(service => service.events.cookies_sent),
      good: rate(service => service.events.cookies_valid),
      bad: rate(badCookies),
      drops: all.rate(snapshot => snapshot.status.events.dropped),
      handshake: meanHandshake(services),
      connections: sum(this.latest.services, open),
      attacked: this.latest.services.some(service => service.attacked),
      byWorker: Object.fromEntries(this.latest.workers.map(
        ({worker, busy}) => [`worker ${worker}`, busy])),
      byService: Object.fromEntries(this.latest.services.map(item => [item.service, open(item)])),
      byReason: Object.fromEntries(this.drops().map(
        pair => [pair.item.reason, pair.rate(({frames}) => frames)])),
    };
  }
}
