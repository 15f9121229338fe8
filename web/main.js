// The page: what the feed brings goes into the model, and from there onto the screen.

import {Charts} from "./charts.js";
import {Feed} from "./feed.js";
import {Figures} from "./figures.js";
import {clock, duration, short} from "./format.js";
import {Model} from "./model.js";
import {Tables} from "./tables.js";
import {Timeline} from "./timeline.js";

const element = id => document.getElementById(id);
const model = new Model();
const views = [new Figures(element("figures")), new Charts(element("charts")),
  new Tables(element("tables"))];
const timeline = new Timeline(element("timeline"), element("no-events"));

let paused = false;
let link = "waiting";
let why = "";  // it is not live
const held = [];  // events that come during a pause
const MOST_HELD = 100;

const LINKS = {
  waiting: () => "Connecting",
  live: () => "Live",
  lost: () => why ? `Refused (${why}), trying again` : "Disconnected, trying again",
  refused: () => "A token is asked for",
  paused: () => `Paused at ${clock(new Date())}`,
};

function showLink() {
  const state = paused && link === "live" ? "paused" : link;
  element("link").dataset.state = state;
  element("link").textContent = LINKS[state]();
  document.body.classList.toggle("stale", state === "lost");
}

function showHead({status, services}) {
  element("state").hidden = false;
  element("state").textContent = status.state;
  element("state").dataset.state = status.state;
  element("about").textContent = `${status.version}, up ${duration(status.uptime_s)}`;
  const attacked = services.some(service => service.attacked) ? "attack, " : "";
  document.title = `${attacked}${short(model.history.at(-1).syns)} SYN/s - synsplice`;
}

function showModel() {
  if (paused || !model.latest) return;
  element("content").hidden = false;
  showHead(model.latest);
  for (const view of views) view.show(model);
}

function showEvents() {
  if (!paused) held.splice(0).forEach(event => timeline.add(event));
}

const feed = new Feed({
  status(snapshot) {
    model.take(snapshot);
    showModel();
  },
  event(event) {
    held.push(event);
    held.splice(0, held.length - MOST_HELD);
    showEvents();
  },
  link(state, reason = "") {
    link = state;
    why = reason;
    element("token").hidden = state !== "refused";
    element("token-problem").textContent = why;
    if (state === "refused") element("token-text").focus();
    showLink();
  },
});

element("pause").addEventListener("click", () => {
  paused = !paused;
  element("pause").textContent = paused ? "Go on" : "Pause";
  showLink();
  showModel();
  showEvents();
});

element("token").addEventListener("submit", submitted => {
  submitted.preventDefault();
  element("token-problem").textContent = "";
  feed.use(element("token-text").value.trim());
  element("token-text").value = "";
});

feed.run();
