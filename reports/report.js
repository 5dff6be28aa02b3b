"use strict";
(function () {
  var words = document.body.dataset;
  function value(row, column) {
    var cell = row.cells[column];
    if (!cell) return "";
    return cell.dataset.v === undefined ? cell.textContent : Number(cell.dataset.v);
  }
  function order(a, b) {
    if (typeof a === "number" && typeof b === "number") return a - b;
    if (typeof a === "number") return -1;
    if (typeof b === "number") return 1;
    return a < b ? -1 : a > b ? 1 : 0;
  }
  function sortable(table, th, column) {
    var button = document.createElement("button");
    button.type = "button";
    button.title = words.sort;
    while (th.firstChild) button.appendChild(th.firstChild);
    th.appendChild(button);
    button.addEventListener("click", function () {
      var down = th.getAttribute("aria-sort") === "ascending";
      var body = table.tBodies[0], rows = Array.prototype.slice.call(body.rows);
      rows.sort(function (a, b) {
        var n = order(value(a, column), value(b, column));
        return down ? -n : n;
      });
      Array.prototype.forEach.call(table.tHead.rows[0].cells, function (other) {
        other.removeAttribute("aria-sort");
      });
      th.setAttribute("aria-sort", down ? "descending" : "ascending");
      rows.forEach(function (row) { body.appendChild(row); });
    });
  }
  function filterable(table) {
    var label = document.createElement("label"), input = document.createElement("input");
    label.className = "filter";
    label.textContent = words.filter;
    input.type = "search";
    label.appendChild(input);
    var box = table.parentNode;
    box.parentNode.insertBefore(label, box.parentNode.firstChild);
    input.addEventListener("input", function () {
      var want = input.value.toLowerCase();
      Array.prototype.forEach.call(table.tBodies[0].rows, function (row) {
        row.hidden = row.textContent.toLowerCase().indexOf(want) < 0;
      });
    });
  }
  Array.prototype.forEach.call(document.querySelectorAll("table"), function (table) {
    if (!table.tHead || table.className === "upright" || table.tBodies[0].rows.length < 2) return;
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (th, i) { sortable(table, th, i); });
    if (table.tBodies[0].rows.length > 5) filterable(table);
  });
})();
