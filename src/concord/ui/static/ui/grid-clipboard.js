// Cells as lines with tabs, to and from a spreadsheet. Between two of our own tables the exact cells go along.
import { act, at, cellOf, clear, columnOf, data, order, selection, set, table } from "./grid.js";

let mine = null; // what was copied here last: its text, and the cells behind it

const quote = (text) => (/[\t\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

function text() {
  const { rules, columns } = selection();
  const cells = rules.map((rule) => columns.map((column) => cellOf(rule, column)));
  mine = { text: cells.map((row) => row.map((cell) => quote(cell?.s ?? "")).join("\t")).join("\n"), cells, kinds: columns.map((id) => columnOf(id)) };
  return mine.text;
}

export function copied() {
  navigator.clipboard?.writeText(text());
  return true;
}

// Lines and tabs as Excel writes them: a cell with a line break stands in quotes.
function parse(said) {
  const lines = [[""]];
  let quoted = false;
  const plain = said.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  for (let index = 0; index < plain.length; index += 1) {
    const character = plain[index];
    const line = lines.at(-1);
    if (quoted && character === '"' && plain[index + 1] === '"') { line[line.length - 1] += '"'; index += 1; }
    else if (quoted && character === '"') quoted = false;
    else if (!quoted && character === '"' && line.at(-1) === "") quoted = true;
    else if (!quoted && character === "\t") line.push("");
    else if (!quoted && character === "\n") lines.push([""]);
    else line[line.length - 1] += character;
  }
  return lines;
}

function given(cells, row, index, target) {
  const own = mine && mine.cells === cells;
  const cell = cells[row % cells.length][index % cells[0].length];
  if (!own) return { typed: cell };
  const same = mine.kinds[index % cells[0].length].kind === target.kind && mine.kinds[index % cells[0].length].side === target.side;
  if (target.side === "why") return cell.f.reasons ? { reasons: cell.f.reasons } : { typed: cell.s };
  return same ? { text: cell.t } : { typed: cell.s };
}

export function pasted(said) {
  if (!said || data.closed) return;
  const own = mine && mine.text === said.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  const cells = own ? mine.cells : parse(said);
  const { rules, columns } = selection();
  const all = data.columns.map((each) => each.id);
  const top = order.indexOf(rules[0] ?? at().rule);
  const left = all.indexOf(columns[0] ?? at().column);
  const height = Math.max(cells.length, cells.length === 1 ? rules.length : 0);
  const width = Math.max(cells[0].length, cells[0].length === 1 ? columns.length : 0);
  const changed = [];
  const more = [];
  for (let row = 0; row < height; row += 1) {
    const rule = top < 0 ? undefined : order[top + row];
    const fresh = {};
    for (let index = 0; index < width && left + index < all.length; index += 1) {
      const column = all[left + index];
      const cell = given(cells, row, index, columnOf(column));
      if (rule) changed.push({ rule, column, ...cell });
      else fresh[column] = cell;
    }
    if (!rule) more.push({ cells: fresh });
  }
  if (more.length) act([...(changed.length ? [{ kind: "cells", cells: changed }] : []), { kind: "insert", after: order.at(-1) ?? "", rules: more }]);
  else set(changed);
}

const here = () => table?.contains(document.activeElement) && document.activeElement.matches("tbody td");
document.addEventListener("copy", (event) => {
  if (!here()) return;
  event.clipboardData.setData("text/plain", text());
  event.preventDefault();
});
document.addEventListener("cut", (event) => {
  if (!here() || data.closed) return;
  event.clipboardData.setData("text/plain", text());
  event.preventDefault();
  clear();
});
document.addEventListener("paste", (event) => {
  if (!here()) return;
  event.preventDefault();
  pasted(event.clipboardData.getData("text/plain"));
});
