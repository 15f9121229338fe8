// Lines over time, drawn as large as there is room.

const LONGEST_MS = 300_000;
const SHORTEST_MS = 60_000;
const LAYERS = ["attacks", "grid", "times", "lines"];

/** Around the lines, in pixels: room for numbers and times of this size. */
const margins = em => ({top: 0.7 * em, right: 0.7 * em, bottom: 2 * em, left: 4.6 * em});

/** The time that is drawn: that of the samples, within bounds. */
function span(history) {
  const to = history.at(-1).time;
  const length = Math.min(Math.max(to - history[0].time, SHORTEST_MS), LONGEST_MS);
  return [new Date(to - length), to];
}

/** Where the samples say that there was an attack: {from, to}. */
function attacks(history) {
  const spans = [];
  history.forEach((sample, index) => {
    if (!sample.attacked) return;
    const from = history[Math.max(index - 1, 0)];
    if (from.attacked && spans.length) spans.at(-1).to = sample.time;
    else spans.push({from: from.time, to: sample.time});
  });
  return spans;
}

/** The elements of that name in `parent`, as many as `data`. */
export function elements(parent, name, data) {
  const all = parent.selectAll(name).data(data);
  all.enter().append(name);
  all.exit().remove();
  return all;
}

export class Plot {
  #svg;
  #options;
  #drawn = null;

  /** options: format, least (of the scale) */
  constructor(parent, options) {
    this.#options = options;
    this.#svg = parent.append("svg").attr({"class": "plot", role: "img"});
    for (const layer of LAYERS) this.#svg.append("g").attr("class", layer);
    new ResizeObserver(() => this.#draw()).observe(this.#svg.node());
  }

  /** `sentence`: for those who do not see it. */
  show(history, lines, sentence) {
    this.#drawn = {history, lines};
    this.#svg.attr("aria-label", sentence);
    this.#draw();
  }

  #draw() {
    const {width, height} = this.#svg.node().getBoundingClientRect();
    if (!this.#drawn || !width) return;
    this.#svg.attr("viewBox", `0 0 ${width} ${height}`);
    const margin = margins(parseFloat(getComputedStyle(this.#svg.node()).fontSize));
    const {x, y} = this.#scales(width, height, margin);
    this.#drawAttacks(x, y);
    this.#drawGrid(y, margin.left, width - margin.left - margin.right);
    this.#drawTimes(x, height - margin.bottom);
    this.#drawLines(x, y);
  }

  #scales(width, height, margin) {
    const {history, lines} = this.#drawn;
    const most = d3.max(lines, ({value}) => d3.max(history, value)) || 0;
    const top = Math.max(most, this.#options.least);
    return {
      x: d3.time.scale().domain(span(history)).range([margin.left, width - margin.right])
        .clamp(true),
      y: d3.scale.linear().domain([0, top]).nice(4)
        .range([height - margin.bottom, margin.top]),
    };
  }

  #drawAttacks(x, y) {
    const [bottom, top] = y.range();
    elements(this.#svg.select(".attacks"), "rect", attacks(this.#drawn.history))
      .attr({x: ({from}) => x(from), width: ({from, to}) => x(to) - x(from)})
      .attr({y: top, height: bottom - top});
  }

  #drawGrid(y, left, width) {
    const axis = d3.svg.axis().scale(y).orient("left").ticks(4).tickSize(-width).tickPadding(6)
      .tickFormat(this.#options.format);
    this.#svg.select(".grid").attr("transform", `translate(${left},0)`).call(axis);
  }

  #drawTimes(x, bottom) {
    const [from, to] = x.domain();
    const unit = to - from > 2 * SHORTEST_MS ? [d3.time.minute, 1] : [d3.time.second, 20];
    const axis = d3.svg.axis().scale(x).orient("bottom").ticks(...unit).tickSize(4)
      .tickFormat(d3.time.format(unit[1] === 1 ? "%H:%M" : "%H:%M:%S"));
    this.#svg.select(".times").attr("transform", `translate(0,${bottom})`).call(axis);
  }

  #drawLines(x, y) {
    const {history, lines} = this.#drawn;
    const path = ({value}) => d3.svg.line().defined(sample => Number.isFinite(value(sample)))
      .x(({time}) => x(time)).y(sample => y(value(sample)))(history);
    elements(this.#svg.select(".lines"), "path", lines)
      .attr("class", (_, index) => `line line-${index}`).attr("d", path);
  }
}
