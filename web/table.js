// A table whose rows follow what the model says. On narrow screens its rows are cards (page.css):
// roles keep it a table for those who do not see it.

/** A column: {title, text(pair), kind: "name" | "number" | "text" | "state", share(pair): bar}. */
export class Table {
  #columns;
  #section;
  #body;

  /** options: id, title, caption and explained (sentences), empty (said instead of no rows),
   * columns */
  constructor(parent, {id, title, caption, explained, empty, columns}) {
    this.#columns = columns;
    this.#section = d3.select(parent).append("section")
      .attr({id, "aria-labelledby": `${id}-title`});
    this.#section.append("h2").attr("id", `${id}-title`).text(title);
    if (explained) this.#section.append("p").attr("class", "explained").text(explained);
    this.#section.append("p").attr("class", "empty").text(empty);
    const table = this.#section.append("table").attr("role", "table");
    table.append("caption").attr("class", "spoken").text(caption);
    this.#addHead(table);
    this.#body = table.append("tbody").attr("role", "rowgroup");
  }

  #addHead(table) {
    table.append("thead").attr("role", "rowgroup").append("tr").attr("role", "row")
      .selectAll("th").data(this.#columns).enter().append("th")
      .attr({scope: "col", role: "columnheader"})
      .attr("class", ({kind}) => kind).text(({title}) => title);
  }

  /** One row for each pair; `key` of its item tells it from others. */
  show(pairs, key) {
    this.#section.classed("without", pairs.length === 0);
    const rows = this.#body.selectAll("tr").data(pairs, ({item}) => item[key]);
    this.#addRows(rows.enter());
    rows.exit().remove();
    rows.order();
    rows.selectAll("th, td").each(this.#showCell);
  }

  #addRows(entering) {
    const columns = this.#columns;
    entering.append("tr").attr("role", "row").each(function () {
      for (const column of columns) {
        const heads = column.kind === "name";
        const cell = d3.select(this).append(heads ? "th" : "td")
          .attr({"class": column.kind, "data-title": column.title})
          .attr("role", heads ? "rowheader" : "cell").attr("scope", heads ? "row" : null);
        if (column.share) cell.append("span").attr({"class": "bar", "aria-hidden": "true"});
        cell.append("span").attr("class", "text");
        cell.node().column = column;
      }
    });
  }

  /** Of the row that the cell stands in; called with the cell as `this`. */
  #showCell() {
    const {column, parentNode} = this;
    const pair = parentNode.__data__;
    const text = column.text(pair), shown = this.lastChild;
    if (shown.textContent !== text) shown.textContent = text;
    if (column.kind === "state") this.dataset.state = text;
    if (column.share) this.firstChild.style.setProperty("--share", column.share(pair) ?? 0);
  }
}
