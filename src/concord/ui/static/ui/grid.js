// A table of a draft as a grid (ARIA grid: one cell has the focus, arrows move it). What is changed goes to the
// server one after the other (grid-server.js); cells are edited by forms of their kind (grid-cells.js).
import { edit, closeEditor, isEditing } from "./grid-cells.js";
import { begin, send, undo, redo, isIdle } from "./grid-server.js";
import { copied, pasted } from "./grid-clipboard.js";

export const page = document.querySelector("[data-grid-page]");
export const data = page && JSON.parse(document.getElementById("grid-data").textContent);
export const words = data?.words ?? {};
export const table = page?.querySelector("[data-grid]");
export const rows = new Map(); // by rule: what the server says of it
export let order = [];
let suggestions = {};
let cursor = { rule: "", column: "" };
let anchor = null; // where a selection of several cells began
let going = null; // where the cursor goes when the answer is there

export const columnOf = (id) => data.columns.find((each) => each.id === id);
export const cellOf = (rule, column) => rows.get(rule)?.cells.find((each) => each.c === column);
export const tdOf = (rule, column) => table.querySelector(`tr[data-rule="${CSS.escape(rule)}"] > td[data-column="${CSS.escape(column)}"]`);
export const numberOf = (rule) => order.indexOf(rule) + 1;
export const at = () => cursor;
export const suggestionFor = (rule, column) => suggestions[rule]?.cells[column];

// Drawing -------------------------------------------------------------------------------------------------

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "class") element.className = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== false && value != null) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((each) => each != null));
  return element;
}
export { make };

const longest = (column) => Math.max(0, ...column.options.map((each) => each.text.length));

function fill(td, cell) {
  const column = columnOf(cell.c);
  const kind = cell.f.kind;
  td.className = [`side-${column.side}`, kind === "any" && "any", (kind === "none" || (kind === "many" && !cell.f.values.length)) && "nothing", kind === "open" && "open", kind === "formula" && "formula"].filter(Boolean).join(" ");
  const shown = kind === "open" ? words.open : cell.s;
  td.replaceChildren(make("span", { class: cell.tone ? `chip ${cell.tone}` : "said" }, shown));
  if (cell.s.length > 40) td.title = cell.s;
  else td.removeAttribute("title");
  td.toggleAttribute("data-long", longest(column) > 40);
}

function draw(rule) {
  const row = rows.get(rule);
  let tr = table.querySelector(`tr[data-rule="${CSS.escape(rule)}"]`);
  if (!tr) {
    tr = make("tr", { role: "row", "data-rule": rule }, make("th", { role: "rowheader", scope: "row", "aria-colindex": 1 }));
    row.cells.forEach((cell, index) => tr.append(make("td", { role: "gridcell", "aria-colindex": index + 2, "data-column": cell.c, tabindex: -1 })));
  }
  for (const cell of row.cells) {
    const td = tr.querySelector(`td[data-column="${CSS.escape(cell.c)}"]`);
    const key = JSON.stringify([cell.t, cell.s]);
    if (td.dataset.key !== key || td.classList.contains("pending")) fill(td, cell);
    td.dataset.key = key;
  }
  return tr;
}

export function take(answer) {
  if (answer.columns) data.columns = answer.columns;
  if (answer.sheet) takeSheet(answer.sheet);
  if (answer.findings) takeFindings(answer.findings);
  enable(answer);
  mark();
  if (answer.place) place(answer.place[0], answer.place[1] || cursor.column);
}

function takeSheet(sheet) {
  const focused = table.contains(document.activeElement);
  const before = order;
  const known = new Set(before);
  order = sheet.order;
  for (const row of sheet.rows) rows.set(row.id, row);
  for (const rule of known) if (!order.includes(rule)) { rows.delete(rule); delete suggestions[rule]; }
  for (const row of sheet.rows) delete suggestions[row.id];
  Object.assign(suggestions, sheet.suggestions);
  const body = table.tBodies[0];
  const wanted = order.map((rule) => (sheet.rows.some((row) => row.id === rule) || !known.has(rule) ? draw(rule) : body.querySelector(`tr[data-rule="${CSS.escape(rule)}"]`)));
  wanted.forEach((tr, index) => {
    if (body.children[index] !== tr) body.insertBefore(tr, body.children[index] ?? null);
    tr.setAttribute("aria-rowindex", index + 2);
    tr.firstElementChild.textContent = index + 1;
  });
  while (body.children.length > wanted.length) body.lastElementChild.remove();
  table.setAttribute("aria-rowcount", order.length + 1);
  const fresh = order.filter((rule) => !known.has(rule));
  if (going && fresh.length) place(fresh[0], going === "result" ? firstResult() : cursor.column);
  else if (!rows.has(cursor.rule)) {
    const gone = Math.max(0, before.indexOf(cursor.rule));
    const left = order[Math.min(gone, order.length - 1)];
    if (left) place(left, cursor.column, focused);
  } else if (focused && document.activeElement !== tdOf(cursor.rule, cursor.column)) place(cursor.rule, cursor.column);
  if (fresh.length || !going) going = null;
  tell();
  for (const row of sheet.rows) sentence(row);
}

// What stands there is shown again, in place of what was not taken.
export function redraw(rules) {
  for (const rule of new Set(rules)) {
    if (!rows.has(rule)) continue;
    for (const td of table.querySelectorAll(`tr[data-rule="${CSS.escape(rule)}"] > td`)) delete td.dataset.key;
    draw(rule);
  }
}

function sentence(row) {
  const item = page.querySelector(`[data-sentence="${CSS.escape(row.id)}"] .grow`);
  if (item) item.textContent = row.said;
}

const firstResult = () => (data.columns.find((each) => each.side === "out") ?? data.columns[0]).id;

// Findings ------------------------------------------------------------------------------------------------

let findings = [];

function takeFindings(found) {
  findings = found;
  const list = page.querySelector("[data-grid-findings]");
  list.replaceChildren(...(found.length ? found.map(finding) : [make("li", {}, make("span", { class: "chip go" }, "✓"), make("span", { class: "grow" }, words.fine))]));
  const count = page.querySelector(`[data-count="${CSS.escape(data.table)}"]`);
  if (count) count.textContent = found.length || "";
  const gaps = table.querySelector("[data-grid-gaps]");
  gaps.replaceChildren(...found.filter((each) => each.close).slice(0, 4).map(gapRow));
  for (const td of table.querySelectorAll(".flawed")) td.classList.remove("flawed");
  for (const each of found) {
    for (const rule of each.rules) {
      table.querySelector(`tr[data-rule="${CSS.escape(rule)}"]`)?.classList.add("flawed");
      for (const column of each.columns) tdOf(rule, column)?.classList.add("flawed");
    }
  }
}

function finding(each) {
  const buttons = [];
  const target = each.rules.find((rule) => rows.has(rule));
  if (each.close) buttons.push(make("button", { type: "button", class: "button small", onclick: () => close(each) }, words.close));
  if (each.remove) buttons.push(make("button", { type: "button", class: "button small", onclick: () => act([{ kind: "delete", rules: [each.remove] }]) }, words.remove));
  if (target && !each.close) buttons.push(make("button", { type: "button", class: "button small plain", onclick: () => place(target, each.columns[0] ?? cursor.column) }, words.show));
  return make("li", { class: "finding" }, make("span", { class: `chip ${each.tone}` }, each.title), make("span", { class: "grow" }, each.text), make("span", { class: "push row" }, ...buttons));
}

function gapRow(each) {
  const inputs = data.columns.filter((column) => column.side === "in");
  const rest = data.columns.length - inputs.length;
  const take = make("button", { type: "button", class: "button small", onclick: () => close(each) }, words.close);
  return make("tr", { role: "row" }, make("th", { role: "rowheader", scope: "row" }, "!"),
    ...inputs.map((column) => make("td", { role: "gridcell" }, each.shown[column.id] ?? words.any)),
    make("td", { role: "gridcell", colspan: rest || 1 }, make("span", { class: "row" }, `${words.nobody} `, take)));
}

function close(gap) {
  going = "result";
  const cells = Object.fromEntries(Object.entries(gap.close).map(([column, text]) => [column, { text }]));
  send([{ kind: "insert", after: order.at(-1) ?? "", rules: [{ cells }] }]);
}

// The cursor ----------------------------------------------------------------------------------------------

export function place(rule, column, focus = true, extend = false) {
  const td = tdOf(rule, column) ?? (rows.has(rule) ? tdOf(rule, data.columns[0].id) : null);
  if (!td) return;
  const before = tdOf(cursor.rule, cursor.column);
  if (before) before.tabIndex = -1;
  if (extend) anchor ??= { ...cursor };
  else anchor = null;
  cursor = { rule, column: td.dataset.column };
  td.tabIndex = 0;
  if (focus) {
    td.focus();
    td.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
  mark();
  tell();
}

const ids = () => data.columns.map((each) => each.id);

export function selection() {
  const columns = ids();
  const from = anchor && rows.has(anchor.rule) ? anchor : cursor;
  const span = (list, one, two) => {
    const ends = [list.indexOf(one), list.indexOf(two)].sort((a, b) => a - b);
    return list.slice(ends[0], ends[1] + 1);
  };
  return { rules: span(order, from.rule, cursor.rule), columns: span(columns, from.column, cursor.column) };
}

function mark() {
  for (const td of table.querySelectorAll('[aria-selected="true"]')) td.removeAttribute("aria-selected");
  const { rules, columns } = selection();
  if (rules.length * columns.length < 2) return;
  for (const rule of rules) for (const column of columns) tdOf(rule, column)?.setAttribute("aria-selected", "true");
}

function tell() {
  const said = page.querySelector("[data-grid-said]");
  const row = rows.get(cursor.rule);
  const text = row ? `${words.rule} ${numberOf(cursor.rule)}: ${row.said}` : words.noRules;
  if (said.textContent !== text) said.textContent = text;
  const near = page.querySelector("[data-grid-near]");
  const suggestion = suggestions[cursor.rule];
  near.hidden = !suggestion || data.closed;
  if (!suggestion) return near.replaceChildren();
  near.replaceChildren(make("button", { type: "button", class: "button small", onclick: asNear }, `${words.asNear} ${suggestion.number}`), make("span", { class: "small quiet" }, suggestion.said));
}

function asNear() {
  const { rule } = cursor;
  const cells = Object.entries(suggestions[rule].cells).map(([column, text]) => ({ rule, column, text }));
  place(rule, cursor.column);
  send([{ kind: "cells", cells }]);
}

function move(down, right, extend = false) {
  const columns = ids();
  const row = Math.max(0, Math.min(order.length - 1, order.indexOf(cursor.rule) + down));
  const column = Math.max(0, Math.min(columns.length - 1, columns.indexOf(cursor.column) + right));
  if (order.length) place(order[row], columns[column], true, extend);
}

export function onward(step) {
  const columns = ids();
  const index = order.indexOf(cursor.rule) * columns.length + columns.indexOf(cursor.column) + step;
  if (index < 0 || index >= order.length * columns.length) return false;
  place(order[Math.floor(index / columns.length)], columns[index % columns.length]);
  return true;
}
export const below = () => move(1, 0);

// What can be done ----------------------------------------------------------------------------------------

export function act(changes) {
  if (!data.closed) send(changes);
}

export function set(cells, seen) {
  for (const cell of cells) {
    const td = tdOf(cell.rule, cell.column);
    td?.classList.add("pending");
    if (td && cell.shown != null) td.replaceChildren(make("span", { class: "said" }, cell.shown));
  }
  send([{ kind: "cells", cells: cells.map(({ shown, ...rest }) => rest) }], seen);
}

const chosen = () => selection().rules;

// Where a rule goes is known only once the move before it has been made: pressed three times, it moves by three.
function shift(step) {
  const { rule } = cursor;
  act(() => {
    const index = order.indexOf(rule);
    const isAtEnd = index === (step < 0 ? 0 : order.length - 1);
    return index < 0 || isAtEnd ? null : [{ kind: "move", rule, after: step < 0 ? order[index - 2] ?? "" : order[index + 1] }];
  });
}

const doing = {
  undo: () => undo(),
  redo: () => redo(),
  edit: () => edit(cursor.rule, cursor.column),
  insert: () => { going = "here"; act([{ kind: "insert", after: cursor.rule, rules: [{}] }]); },
  duplicate: () => { going = "here"; act([{ kind: "duplicate", rule: cursor.rule }]); },
  up: () => shift(-1),
  down: () => shift(1),
  remove: () => order.length && act([{ kind: "delete", rules: chosen() }]),
  clear: () => clear(),
  copy: () => copied(),
  cut: () => copied() && clear(),
  paste: () => navigator.clipboard?.readText ? navigator.clipboard.readText().then(pasted, hint) : hint(),
};

function hint() {
  document.querySelector("[data-grid-state]").textContent = words.pasteHint;
  tdOf(cursor.rule, cursor.column)?.focus();
}

export function clear() {
  const { rules, columns } = selection();
  const empty = { in: { text: "-" }, out: { text: "" }, why: { text: "" } };
  set(rules.flatMap((rule) => columns.map((column) => ({ rule, column, ...empty[columnOf(column).side] }))));
}

function enable(answer) {
  for (const key of ["undo", "redo"]) if (key in answer) data[key] = answer[key];
  if (answer.closed) data.closed = true;
  for (const button of page.querySelectorAll("[data-grid-tools] [data-do]")) {
    const name = button.dataset.do;
    const off = name === "copy" ? false : data.closed || (name in { undo: 1, redo: 1 } && !data[name]);
    button.setAttribute("aria-disabled", String(off));
  }
}

// Keys ----------------------------------------------------------------------------------------------------

const arrows = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageUp: [-10, 0], PageDown: [10, 0] };

function press(event) {
  const ctrl = event.ctrlKey || event.metaKey;
  const { key } = event;
  if (event.altKey && (key === "ArrowUp" || key === "ArrowDown")) return doing[key === "ArrowUp" ? "up" : "down"]();
  if (event.altKey) return false;
  if (key in arrows) return ctrl && key.startsWith("Arrow") ? move(arrows[key][0] * 9999, arrows[key][1] * 9999, event.shiftKey) : move(...arrows[key], event.shiftKey);
  if (key === "Home" || key === "End") return move(ctrl ? (key === "Home" ? -9999 : 9999) : 0, key === "Home" ? -9999 : 9999, event.shiftKey);
  if (ctrl && key === "Enter") return doing.insert();
  if (ctrl && (key === "Delete" || key === "Backspace")) return doing.remove();
  if (ctrl && key.toLowerCase() === "d") return doing.duplicate();
  if (ctrl && key.toLowerCase() === "z") return event.shiftKey ? redo() : undo();
  if (ctrl && key.toLowerCase() === "y") return redo();
  if (ctrl) return false;
  if (key === "Enter" || key === "F2") return doing.edit();
  if (key === "Delete" || key === "Backspace") return data.closed ? true : clear();
  if (key === "Escape") return anchor ? place(cursor.rule, cursor.column) : false;
  if (key === "Tab") return onward(event.shiftKey ? -1 : 1);
  if (key === "?") return false;
  if (key === "Process" || event.isComposing) { edit(cursor.rule, cursor.column, ""); return false; } // an input method begins
  if (key.length === 1) return data.closed ? true : edit(cursor.rule, cursor.column, key);
  return false;
}

// The rule that the address names: on a phone its sentence, else its cell.
function open() {
  const asked = new URLSearchParams(location.search);
  const rule = asked.get("rule");
  if (!rows.has(rule)) return;
  page.querySelector(`[data-sentence="${CSS.escape(rule)}"]`)?.scrollIntoView({ block: "center" });
  place(rule, asked.get("column") ?? cursor.column);
}

function start() {
  for (const row of data.sheet.rows) rows.set(row.id, row);
  order = data.sheet.order;
  suggestions = data.sheet.suggestions;
  for (const rule of order) draw(rule);
  const first = order[0];
  cursor = { rule: first ?? "", column: data.columns[0].id };
  takeFindings(data.findings);
  enable(data);
  open();
  tell();
  table.addEventListener("keydown", (event) => {
    if (!event.target.closest("tbody td")) return;
    if (press(event) !== false) event.preventDefault();
    if (event.key !== "?" && !(event.ctrlKey && event.key.toLowerCase() === "k")) event.stopPropagation(); // no key of the page
  });
  table.addEventListener("pointerdown", (event) => {
    const td = event.target.closest("tbody td");
    if (!td) return;
    event.preventDefault();
    if (isEditing()) closeEditor(true);
    place(td.parentElement.dataset.rule, td.dataset.column, true, event.shiftKey);
  });
  table.addEventListener("pointerover", (event) => {
    const td = event.buttons === 1 ? event.target.closest("tbody td") : null;
    if (td && !isEditing()) place(td.parentElement.dataset.rule, td.dataset.column, true, true);
  });
  table.addEventListener("dblclick", (event) => event.target.closest("tbody td") && doing.edit());
  page.querySelector("[data-grid-tools]").addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (!button || button.getAttribute("aria-disabled") === "true") return;
    if (button.dataset.do !== "edit") tdOf(cursor.rule, cursor.column)?.focus();
    doing[button.dataset.do]();
  });
  page.querySelector("[data-grid-table]")?.addEventListener("change", (event) => { location.search = event.target.value; });
  document.querySelector("[data-grid-skip]").addEventListener("click", (event) => {
    const td = tdOf(cursor.rule, cursor.column);
    if (!td) return; // no rule yet: the link leads to the table's title
    event.preventDefault();
    td.focus();
  });
  window.addEventListener("beforeunload", (event) => { if (!isIdle()) event.preventDefault(); });
  begin(data.revision);
}

if (page) start();
