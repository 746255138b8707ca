// A cell is edited by a form of its column's kind, or by typing what it is to say. Enter is done, Tab is done and
// on, Escape leaves it as it was; from the field the arrow down leads to what can be chosen.
import { below, cellOf, columnOf, data, make, numberOf, onward, place, set, suggestionFor, tdOf, words } from "./grid.js";
import { seen } from "./grid-server.js";

let open = null; // what is edited: rule, column, the revision that was seen, and how to read what is said

export const isEditing = () => Boolean(open);

export function edit(rule, column, typed) {
  if (open) closeEditor(true);
  const cell = cellOf(rule, column);
  if (!cell || data.closed) return;
  show(rule, column, cell, typed);
}

export function reopen(rule, column, typed, error) {
  if (open) return;
  place(rule, column);
  edit(rule, column, typed);
  if (!open) return;
  open.host.querySelector("h3").after(make("p", { class: "error", role: "alert" }, error));
}

export function closeEditor(commit) {
  if (!open) return;
  const { rule, column, looked, read, host } = open;
  const said = commit ? read() : null;
  open = null;
  host.remove();
  place(rule, column);
  if (said) set([{ rule, column, ...said }], looked);
}

function show(rule, column, cell, typed) {
  const kind = columnOf(column);
  const title = `${words.rule} ${numberOf(rule)}, ${kind.heading}`;
  const made = (builders[`${kind.side} ${kind.kind}`] ?? byText)(kind, cell, rule);
  const host = make("div", { class: `editor${kind.kind === "reasons" || kind.title.length > 90 || longest(kind) > 50 ? " wide" : ""}`, role: "dialog", "aria-label": `${words.edit}: ${title}`, "data-editor": true },
    make("h3", {}, title), ...made.parts,
    make("div", { class: "row" }, make("button", { type: "button", class: "button small plain", onclick: () => closeEditor(false) }, words.cancel), make("button", { type: "button", class: "button small main", onclick: () => closeEditor(true) }, words.done)));
  open = { rule, column, looked: seen(), read: made.read, host };
  host.addEventListener("keydown", (event) => press(event, made));
  document.body.append(host);
  beside(host, tdOf(rule, column));
  made.field.focus();
  if (typed == null) made.field.select?.();
  else if (made.type) made.type(typed);
}

const longest = (kind) => Math.max(0, ...kind.options.map((each) => each.text.length));

function beside(host, td) {
  const box = td.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = host;
  const under = box.bottom + 4 + height <= window.innerHeight;
  host.style.left = `${Math.max(8, Math.min(box.left, window.innerWidth - width - 8))}px`;
  host.style.top = `${under ? box.bottom + 4 : Math.max(8, box.top - height - 4)}px`;
}

function press(event, made) {
  event.stopPropagation();
  if (event.isComposing) return;
  const { key, target } = event;
  const isList = target.closest(".options");
  const mayTab = target === made.field && !made.tabs;
  if (key === "Escape") closeEditor(false);
  else if (key === "Enter" && target.matches("button")) return;
  else if (key === "Enter" && !event.shiftKey) { made.enter?.(target); closeEditor(true); below(); }
  else if (key === "Tab" && (mayTab || isList)) { made.enter?.(target); closeEditor(true); onward(event.shiftKey ? -1 : 1); }
  else if (key === "ArrowDown" && target === made.field && !target.matches("textarea")) controls(made)[0]?.focus();
  else if ((key === "ArrowDown" || key === "ArrowUp") && isList) {
    const all = controls(made);
    const next = all.indexOf(target) + (key === "ArrowDown" ? 1 : -1);
    (next < 0 ? made.field : all[Math.min(next, all.length - 1)]).focus();
  } else return;
  event.preventDefault();
}

const controls = () => [...open.host.querySelectorAll(".options input, .compare-row select, .compare-row input")].filter((each) => each.getClientRects().length);

document.addEventListener("pointerdown", (event) => {
  if (open && !open.host.contains(event.target) && !event.target.closest("[data-grid] tbody td")) closeEditor(true);
});

// Kinds of cells ------------------------------------------------------------------------------------------

function textField(cell, label) {
  const shown = cell.f.kind === "formula" ? cell.t : cell.f.kind === "open" ? "" : cell.s;
  return make("input", { type: "text", value: shown, "aria-label": label, autocomplete: "off", spellcheck: "false", maxlength: 2000 });
}

// The field, and what it says: what was typed, or what was chosen below it.
function spoken(kind, cell, chosen) {
  const field = textField(cell, words.asText);
  let said = null;
  field.addEventListener("input", () => { said = { typed: field.value, shown: field.value }; chosen?.typed?.(field.value); });
  return {
    field,
    choose(form, shown) { said = { form, shown }; field.value = shown; },
    type(text) { field.value = text; said = { typed: text, shown: text }; chosen?.typed?.(text); },
    read: () => said,
    note: cell.f.kind === "formula" ? make("p", { class: "quiet" }, words.formula) : null,
  };
}

function byText(kind, cell) {
  const own = spoken(kind, cell);
  return { parts: [own.field, own.note].filter(Boolean), field: own.field, read: own.read, type: own.type };
}

const not = (text) => words.not.replace("%(what)s", text);

// Conditions: several can be ticked; none of these; unknown.
function byTicks(kind, cell) {
  const own = spoken(kind, cell);
  const options = kind.kind === "truth" ? [{ value: "true", text: words.yes }, { value: "false", text: words.no }] : kind.options;
  const now = cell.f.kind === "choice" ? cell.f : { values: [], unknown: false, negated: false };
  const box = (value, text, on, type = "checkbox") => {
    const input = make("input", { type, value, checked: on });
    input.checked = on;
    return { input, label: make("label", {}, input, text) };
  };
  const ticks = options.map((each) => ({ ...box(each.value, each.text, now.values.includes(each.value)), ...each }));
  const unknown = box("", words.unknown, Boolean(now.unknown));
  const negated = box("", words.noneOf, Boolean(now.negated));
  unknown.label.className = "sep";
  const list = make("fieldset", { class: "options" }, ...ticks.map((each) => each.label), unknown.label, kind.kind === "truth" ? null : negated.label);
  list.addEventListener("change", () => {
    const chosen = ticks.filter((each) => each.input.checked);
    const form = { kind: "choice", values: chosen.map((each) => each.value), unknown: unknown.input.checked, negated: negated.input.checked };
    if (!chosen.length && !unknown.input.checked) return own.choose({ kind: "any" }, words.any);
    const shown = [...chosen.map((each) => each.text), ...(unknown.input.checked ? [words.unknown] : [])].join(words.or);
    own.choose(form, form.negated ? not(shown) : shown);
  });
  return { parts: [own.field, own.note, list].filter(Boolean), field: own.field, read: own.read, type: own.type };
}

const COMPARED = [["any", ""], ["above", ">"], ["from", ">="], ["below", "<"], ["upTo", "<="], ["exactly", "="], ["unknown", "null"]];

// The op of a part; of a range its two ends, "(]" for above … up to ….
const opOf = ({ op, open = "" }) => (op === "between" ? (open.includes("(") ? "(" : "[") + (open.includes(")") ? ")" : "]") : op);

// Conditions on numbers and dates.
function byComparison(kind, cell) {
  const own = spoken(kind, cell);
  const form = cell.f;
  const plain = form.kind === "any" || ((form.kind === "range" || form.kind === "choice") && !form.negated && (form.parts ?? []).length < 2);
  const part = form.parts?.[0];
  const first = form.kind === "any" ? "" : part ? opOf(part) : "null";
  const type = kind.kind === "date" ? "date" : "text";
  const ranges = words.ranges[kind.kind];
  const filled = (op, from, to) => ranges[op].replace("%(low)s", from).replace("%(high)s", to);
  const choices = [...COMPARED.map(([name, op]) => [op, words[name]]), ...Object.keys(ranges).map((op) => [op, filled(op, "…", "…")])];
  const select = make("select", { "aria-label": kind.title }, ...choices.map(([op, text]) => make("option", { value: op, selected: op === first }, text)));
  const low = make("input", { type, inputmode: "decimal", value: part?.low ?? "", "aria-label": kind.title });
  const high = make("input", { type, inputmode: "decimal", value: part?.high ?? "", "aria-label": words.and });
  const orUnknown = make("input", { type: "checkbox" });
  orUnknown.checked = Boolean(form.unknown && part);
  const label = make("label", {}, orUnknown, words.orUnknown);
  const shape = () => {
    low.hidden = ["", "null"].includes(select.value);
    high.hidden = !(select.value in ranges);
    label.hidden = low.hidden;
  };
  const change = () => {
    shape();
    const op = select.value;
    if (op === "") return own.choose({ kind: "any" }, words.any);
    if (op === "null") return own.choose({ kind: "choice", values: [], unknown: true, negated: false }, words.unknown);
    const said = low.value.trim();
    if (!said || (op in ranges && !high.value.trim())) return;
    const text = op in ranges ? filled(op, said, high.value.trim()) : op === "=" ? said : `${op} ${said}`;
    own.type(text + (orUnknown.checked ? `${words.or}${words.unknown}` : ""));
  };
  for (const each of [select, low, high, orUnknown]) each.addEventListener("input", change);
  shape();
  const row = make("div", { class: "compare-row" }, select, low, high);
  return { parts: [own.field, own.note, plain ? row : null, plain ? make("fieldset", { class: "options" }, label) : null].filter(Boolean), field: own.field, read: own.read, type: own.type };
}

// A result of which one is chosen: typing narrows the list, Enter takes the first that is left.
function byChoice(kind, cell, rule) {
  const list = make("fieldset", { class: "options" });
  const options = kind.kind === "truth" ? [{ value: "true", text: words.yes }, { value: "false", text: words.no }] : [...kind.options, { value: null, text: words.none }];
  const suggested = suggestionFor(rule, kind.id);
  const now = cell.f.kind === "one" ? cell.f.value : cell.f.kind === "none" ? null : undefined;
  let said = null;
  const formOf = (value) => (value === null ? { kind: "none" } : kind.kind === "truth" ? { kind: "truth", value: value === "true" } : { kind: "one", value });
  const items = options.map((each) => {
    const input = make("input", { type: "radio", name: "one" });
    input.checked = each.value === now;
    const tone = kind.tones[each.value];
    const near = each.value !== null && suggested === JSON.stringify(each.value);
    const text = make("span", { class: tone ? `chip ${tone}` : "" }, each.text);
    const label = make("label", {}, input, text, near ? make("span", { class: "small quiet push" }, words.suggested) : null);
    const take = () => { input.checked = true; said = { form: formOf(each.value), shown: each.text }; };
    input.addEventListener("change", take);
    label.addEventListener("click", (event) => { if (event.detail > 0) { take(); event.preventDefault(); closeEditor(true); } });
    return { ...each, label, input, take, near };
  });
  list.append(...items.map((each) => each.label));
  const field = make("input", { type: "text", placeholder: words.filter, "aria-label": words.filter, autocomplete: "off", spellcheck: "false", maxlength: 2000 });
  const narrow = () => {
    const wanted = field.value.trim().toLocaleLowerCase();
    for (const each of items) each.label.hidden = Boolean(wanted) && !each.text.toLocaleLowerCase().includes(wanted) && each.value !== wanted;
    said = wanted ? { typed: field.value, shown: field.value } : null;
  };
  field.addEventListener("input", narrow);
  const enter = (target) => {
    const left = items.filter((each) => !each.label.hidden);
    const own = items.find((each) => each.input === target);
    if (own) own.take();
    else if (field.value.trim() && left.length) left[0].take();
    else if (!field.value.trim() && cell.f.kind === "open") items.find((each) => each.near)?.take();
  };
  const note = cell.f.kind === "formula" ? make("p", { class: "quiet" }, `${words.formula} ${cell.t}`) : null;
  queueMicrotask(() => items.find((each) => each.input.checked)?.label.scrollIntoView({ block: "nearest" }));
  return { parts: [field, note, list].filter(Boolean), field, read: () => said, enter, type(text) { field.value = text; narrow(); } };
}

// Several results.
function byTicksOfResults(kind, cell) {
  const own = spoken(kind, cell);
  const now = cell.f.kind === "many" ? cell.f.values : [];
  const ticks = kind.options.map((each) => {
    const input = make("input", { type: "checkbox" });
    input.checked = now.includes(each.value);
    return { ...each, input, label: make("label", {}, input, each.text) };
  });
  const list = make("fieldset", { class: "options" }, ...ticks.map((each) => each.label));
  list.addEventListener("change", () => {
    const chosen = ticks.filter((each) => each.input.checked);
    own.choose({ kind: "many", values: chosen.map((each) => each.value) }, chosen.map((each) => each.text).join(", ") || words.none);
  });
  return { parts: [own.field, own.note, list].filter(Boolean), field: own.field, read: own.read, type: own.type };
}

// Reasons in all languages, by hand.
function byLanguages(kind, cell) {
  const fields = Object.keys(cell.f.reasons).map((language) => {
    const area = make("textarea", { rows: 2, maxlength: 2000, lang: language });
    area.value = cell.f.reasons[language];
    return { language, area, label: make("label", { class: "stack" }, data.languages[language] ?? language, area) };
  });
  const own = fields.find((each) => each.language === (document.documentElement.lang || "en").toLowerCase()) ?? fields[0];
  const read = () => {
    const changed = fields.filter((each) => each.area.value !== cell.f.reasons[each.language]);
    return changed.length ? { reasons: Object.fromEntries(changed.map((each) => [each.language, each.area.value])), shown: own.area.value } : null;
  };
  return { parts: fields.map((each) => each.label), field: own.area, read, tabs: true, type(text) { own.area.value = text; } };
}

const builders = {
  "in choice": byTicks, "in truth": byTicks, "in number": byComparison, "in date": byComparison,
  "out one": byChoice, "out truth": byChoice, "out many": byTicksOfResults, "why reasons": byLanguages,
};
