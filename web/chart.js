// One chart of some lines over time: drawn, told in a sentence, and as a table.

import {clock} from "./format.js";
import {Plot, elements} from "./plot.js";

const TABLE_STEP = 15;  // samples from one row to the next

/** "SYNs 12.3K, at most 20K; answers ..." */
function sentence(history, lines, format) {
  return lines.map(({name, value}) => `${name} ${format(value(history.at(-1)))}, ` +
    `at most ${format(d3.max(history, value))}`).join("; ");
}

export class Chart {
  #options;
  #figure;
  #plot;
  #details;
  #drawn = null;

  constructor(parent, options) {
    this.#options = options;
    this.#figure = d3.select(parent).append("figure").attr("class", "chart");
    this.#addHead();
    this.#plot = new Plot(this.#figure, options);
    this.#addTable();
  }

  show(history, lines) {
    this.#drawn = {history, lines};
    this.#showLegend();
    this.#showTable();
    this.#plot.show(history, lines, sentence(history, lines, this.#options.format));
  }

  #addHead() {
    const head = this.#figure.append("figcaption");
    head.append("h3").text(this.#options.title);
    head.append("span").attr("class", "unit").text(this.#options.unit);
    head.append("ul").attr("class", "legend");
  }

  #addTable() {
    this.#details = this.#figure.append("details");
    this.#details.append("summary").text("As a table").append("span").attr("class", "spoken")
      .text(`: ${this.#options.title}`);
    const table = this.#details.append("table");
    table.append("caption").attr("class", "spoken")
      .text(`${this.#options.title}, ${this.#options.unit}, each quarter of a minute`);
    table.append("thead").append("tr");
    table.append("tbody");
    this.#details.on("toggle", () => this.#showTable());
  }

  #showLegend() {
    const {history, lines} = this.#drawn;
    const items = this.#figure.select(".legend").selectAll("li").data(lines);
    const added = items.enter().append("li");
    added.append("svg").attr({"class": "swatch", "aria-hidden": "true", "viewBox": "0 0 24 8"})
      .append("path").attr("d", "M0 4H24").attr("class", (_, index) => `line line-${index}`);
    added.append("span");
    added.append("b");
    items.exit().remove();
    items.select("span").text(({name}) => name);
    items.select("b").text(({value}) => this.#options.format(value(history.at(-1))));
  }

  #showTable() {
    if (!this.#drawn || !this.#details.property("open")) return;
    const {history, lines} = this.#drawn;
    const same = text => text;
    const samples = history.filter((_, index) => (history.length - 1 - index) % TABLE_STEP === 0);
    elements(this.#details.select("thead tr"), "th", ["time", ...lines.map(({name}) => name)])
      .attr("scope", "col").text(same);
    const rows = elements(this.#details.select("tbody"), "tr", samples.reverse());
    elements(rows, "th", ({time}) => [clock(time)]).attr("scope", "row").text(same);
    elements(rows, "td", sample => lines.map(({value}) => this.#options.format(value(sample))))
      .text(same);
  }
}
