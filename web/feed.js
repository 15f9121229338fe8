// The live stream of the API: opened again whenever it ends. By fetch, since EventSource cannot
// send the token.

import {Messages} from "./messages.js";

const ADDRESS = "/v1/events/stream";
const TOKEN = "synsplice-token";
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5000;
// A stream says something every five seconds at least.
const SILENCE_MS = 15000;

const wait = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));

/** Calls listeners.status(snapshot), .event(event), .link("live" | "lost" | "refused", why). */
export class Feed {
  #listeners;
  #last = "";  // number of the latest event
  #started = "";  // when the process that we hear began
  #wait = FIRST_WAIT_MS;

  constructor(listeners) {
    this.#listeners = listeners;
  }

  /** Until the token is refused; then somebody calls use(token). */
  async run() {
    for (;;) {
      const problem = await this.#listen().catch(() => null);
      if (problem?.status === 401) return this.#refuse();
      this.#listeners.link("lost", problem?.detail);
      await wait(this.#wait);
      this.#wait = Math.min(2 * this.#wait, LONGEST_WAIT_MS);
    }
  }

  use(token) {
    sessionStorage.setItem(TOKEN, token);
    return this.run();
  }

  #refuse() {
    const was = sessionStorage.getItem(TOKEN);
    sessionStorage.removeItem(TOKEN);
    this.#listeners.link("refused", was ? "This is not the token." : "");
  }

  #headers() {
    const token = sessionStorage.getItem(TOKEN);
    return {...(token && {Authorization: `Bearer ${token}`}),
      ...(this.#last && {"Last-Event-ID": this.#last})};
  }

  /** Until the stream ends; answers the problem document when there was none. */
  async #listen() {
    const stop = new AbortController();
    const response = await fetch(ADDRESS, {headers: this.#headers(), signal: stop.signal});
    if (!response.ok) return response.json();
    this.#wait = FIRST_WAIT_MS;
    this.#listeners.link("live");
    await this.#read(response.body, stop);
    return null;
  }

  async #read(body, stop) {
    const messages = new Messages();
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const silence = setTimeout(() => stop.abort(), SILENCE_MS);
      const {done, value} = await reader.read().finally(() => clearTimeout(silence));
      if (done) return;
      for (const message of messages.take(value)) {
        if (!stop.signal.aborted) this.#tell(message, stop);
      }
    }
  }

  #tell({event, data, id}, stop) {
    const value = JSON.parse(data);
    if (event === "status") return this.#tellStatus(value, stop);
    this.#last = id;
    this.#listeners.event(value);
  }

  /** The events of another process have numbers of their own: they are asked for from the first. */
  #tellStatus(snapshot, stop) {
    const {started} = snapshot.status;
    const another = this.#started && this.#started !== started;
    this.#started = started;
    if (another && this.#last) {
      this.#last = "";
      stop.abort();
    }
    this.#listeners.status(snapshot);
  }
}
