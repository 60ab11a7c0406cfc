// The writing page: the text, who said what in it, and the panel beside it.
import { Combobox, choose, chosenRow, createRecord, findRecords, startPicker } from "./picker.js";
import { fold } from "./passages.js";
import { startChecks } from "./checks.js";
import { startPicture } from "./picture.js";
import { startPreview } from "./preview.js";
import { onceFound } from "./found.js";
import { startPublishing } from "./publishing.js";
import { Rows, findInBody, key, statementsPlugin, wordsBetween } from "./statements.js";

const form = document.getElementById("article_form");
const byId = (id) => document.getElementById(id);
const tell = (words) => { byId("told").textContent = ""; setTimeout(() => { byId("told").textContent = words; }, 50); };
// Says in sight what was done, with the way back for twenty seconds.
function tellUndoable(words, undo) {
  const line = byId("undo-line"), button = document.createElement("button");
  clearTimeout(line.timer);
  Object.assign(button, { type: "button", textContent: "Undo" });
  button.addEventListener("click", () => { line.hidden = true; undo(); tell("Undone."); });
  line.replaceChildren(words, " ", button);
  line.hidden = false;
  line.timer = setTimeout(() => { line.hidden = true; }, 20000);
}
document.body.classList.add("scripted");

for (const picker of form.querySelectorAll(".picker")) startPicker(picker);

// An event that is chosen brings its organizers; what is changed of them is saved with the article.
const organizers = byId("organizers");
if (organizers) byId("id_event").addEventListener("picked", ({ detail: event }) => {
  form.elements["organizers-of"].value = event.id;
  form.elements["organizers-was"].value = event.organizers.map(({ id }) => id).join(" ");
  organizers.querySelector(".chosen-rows").replaceChildren(...event.organizers.map((one) => chosenRow("organizers", one)));
  organizers.classList.remove("unknown");
});

// The picture stands in the text as readers will see it.
const lead = byId("lead"), pickPicture = byId("id_picture");
function showPicture({ image, label }) {
  lead.hidden = !image;
  lead.querySelector("img").src = image;
  lead.querySelector("img").alt = label;
}
pickPicture.addEventListener("picked", ({ detail }) => showPicture(detail));
pickPicture.addEventListener("change", () => { if (!pickPicture.value.trim()) lead.hidden = true; });
const newPicture = form.querySelector(".new-picture");
if (newPicture) startPicture(newPicture, (picture) => choose(pickPicture.closest(".picker"), picture));
startPreview(form);

// Closed sections show what they contain.
for (const shown of form.querySelectorAll("[data-shows]")) {
  const section = shown.closest("details");
  const show = () => {
    const boxes = shown.dataset.shows !== "topics" ? [] : [...section.querySelectorAll("input[type=checkbox]:checked")].map((box) => box.parentElement.textContent.trim());
    const texts = shown.dataset.shows.split(" ").map((id) => byId(id)).filter(Boolean)
      .map((field) => field.selectedOptions ? field.selectedOptions[0]?.textContent : field.value);
    shown.textContent = (boxes.length ? boxes.join(", ") : texts.filter(Boolean)[0]) ?? "";
  };
  section.addEventListener("change", show);
  if (!shown.textContent) show(); // typing that was brought back
}

// The headline is one line of text, however it is broken on the screen: Enter goes on to the next field.
const headline = byId("id_headline");
headline.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  byId("id_standfirst").focus();
});
if (!headline.value) headline.focus();

const language = byId("id_language"), paper = form.querySelector(".paper");

// Unsaved typing ---------------------------------------------------------------------------------

const written = () => {
  const data = new FormData(form);
  for (const name of ["csrfmiddlewaretoken", "base", "since"]) data.delete(name);
  return new URLSearchParams(data).toString();
};
let saved = null, leaving = false;
const isTyped = () => saved !== null && written() !== saved;
onceFound(form, () => { saved ??= written(); });
form.addEventListener("submit", () => { leaving = true; });
window.addEventListener("beforeunload", (event) => { if (!leaving && isTyped()) event.preventDefault(); });
setInterval(() => form.classList.toggle("typed", isTyped()), 1000);

// Saves without leaving. What the server refuses is shown by an ordinary submission. One at a time: a second
// one, begun from the same version, would be told that somebody else had saved meanwhile.
let saving = null;
async function save() {
  if (saving) return await saving && (isTyped() ? save() : true);
  saving = send();
  try { return await saving; } finally { saving = null; }
}

async function send() {
  if (!byId("state").querySelector(".saved")) return submit("_continue", "1");
  const data = new URLSearchParams(new FormData(form));
  data.set("_continue", "1");
  const typed = written(), sent = sentRows();
  let answer;
  try {
    answer = await fetch(location.pathname, { method: "POST", body: data });
  } catch { /* said below */ }
  if (!answer || answer.status >= 500) return say("It cannot be saved at the moment: the newsroom does not answer. Your text stays here.");
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!answer.ok || !answer.redirected || page.querySelector(".errornote, .conflicts, #login-form")) return submit("_continue", "1");
  const isSame = typed === written();
  takePage(page);
  takeRows(page, sent);
  byId("id_slug").value ||= page.getElementById("id_slug").value;
  form.querySelector("[name=dismissed_passages-was]").value = page.querySelector("[name=dismissed_passages-was]").value;
  saved = isSame ? written() : "";
  tell("Saved.");
  return true;
}

// What a page that came back says of the article's state, and what may be done next.
function takePage(page) {
  for (const id of ["state", "actions", "messages"]) byId(id).replaceWith(document.adoptNode(page.getElementById(id)));
  for (const name of ["base", "since", "organizers-was"]) {
    const fresh = page.querySelector(`#article_form [name=${name}]`);
    if (fresh) form.elements[name].value = fresh.value;
  }
}
startPublishing(form, { save, takePage, say });

function submit(name, value) {
  const button = document.createElement("button");
  Object.assign(button, { type: "submit", name, value, hidden: true });
  form.append(button);
  button.click();
  return false;
}

function say(words) {
  const list = document.createElement("ul"), item = document.createElement("li");
  list.className = "messagelist";
  item.className = "error";
  item.textContent = words;
  list.append(item);
  byId("messages").replaceChildren(list);
  return false;
}

// The rows as they are sent, with the value of each control: what is written in them before the answer comes stays.
const controlsOf = (row) => [...row.querySelectorAll("[name]")];
const nameIn = (row, control) => control.name.slice(row.id.length);
const valueOf = (control) => control.type === "checkbox" ? control.checked : control.value;
const sentRows = () => new Map([...form.querySelectorAll(".row-list > *")].map((row) => [row, new Map(controlsOf(row).map((control) => [nameIn(row, control), valueOf(control)]))]));

// Rows that a save has put others in the place of, each with the other.
const became = new WeakMap();
const rowNow = (row) => { while (became.get(row)) row = became.get(row); return row; };

// After a save each new row has its identifier, and rows that were removed are gone.
function takeRows(page, sent) {
  for (const fieldset of form.querySelectorAll(".rows")) {
    const fresh = page.querySelector(`.rows[data-prefix="${fieldset.dataset.prefix}"]`);
    if (!fresh) continue;
    const list = fieldset.querySelector(".row-list"), before = [...list.children];
    const after = [...fresh.querySelector(".row-list").children].map((row) => document.adoptNode(row));
    for (const part of ["INITIAL_FORMS", "TOTAL_FORMS"]) {
      const name = `[name=${fieldset.dataset.prefix}-${part}]`;
      fieldset.querySelector(name).value = fresh.querySelector(name).value;
    }
    keepMeanwhile(before, after, sent);
    list.replaceChildren(...after);
    if (fieldset.dataset.prefix === "statements" && rows) {
      const old = rows;
      rows = new Rows(fieldset);
      for (const row of old.all(before)) if (!sent.has(row)) became.set(row, rows.add(old.values(row)));
      startStatements(editor);
    } else for (const picker of fieldset.querySelectorAll(".row-list .picker")) startPicker(picker);
  }
  if (open?.row) open.row = rowNow(open.row);
}

// Puts what was written since they were `sent` from the rows `before` into those that were saved.
function keepMeanwhile(before, after, sent) {
  const idOf = (row) => row.querySelector(`[name="${row.id}-id"]`)?.value;
  const known = new Set(before.map(idOf).filter(Boolean)), made = after.filter((row) => idOf(row) && !known.has(idOf(row)));
  for (const row of before) {
    const values = sent.get(row);
    if (!values || values.get("-DELETE")) continue;
    const isSame = (one) => controlsOf(one).every((control) => !/-(?:capacity|text)$/.test(control.name) || control.value === values.get(nameIn(one, control)));
    const one = idOf(row) ? after.find((other) => idOf(other) === idOf(row)) : made.find(isSame) ?? made[0];
    if (!one) continue;
    if (made.includes(one)) made.splice(made.indexOf(one), 1);
    became.set(row, one);
    for (const control of controlsOf(row)) {
      const name = nameIn(row, control), place = controlsOf(one).find((other) => nameIn(one, other) === name);
      if (!place || name === "-id" || valueOf(control) === values.get(name)) continue;
      if (control.type === "checkbox") place.checked = control.checked;
      else place.value = control.value;
    }
  }
}

form.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest("details.menu[open]");
  if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
});
document.addEventListener("keydown", (event) => {
  const command = event.ctrlKey || event.metaKey;
  if (command && !event.shiftKey && event.key.toLowerCase() === "s") { event.preventDefault(); save(); }
  if (command && event.shiftKey && event.key === "Enter") { event.preventDefault(); form.querySelector("#actions .next")?.click(); }
});
form.addEventListener("click", (event) => {
  const button = event.target.closest("#actions button[name=_continue]");
  if (button) { event.preventDefault(); save(); }
});

// Who said it ------------------------------------------------------------------------------------

let editor = null, rows = null, open = null; // `open` is what the panel is about: {from, to, row}
const panel = byId("who"), speaker = byId("who-speaker"), ask = byId("ask-who"), dismissed = byId("id_dismissed_passages");
const isDismissed = (words) => dismissed.value.split("\n").some((one) => one && fold(one) === fold(words));
const refresh = () => editor.view.dispatch(editor.state.tr.setMeta(key, true));
const stateOf = () => key.getState(editor.state);

const combobox = new Combobox(speaker, {
  search: async (words, signal) => {
    if (words) return findRecords(panel.dataset.url, words, signal);
    return { results: knownCapacities(), new: [], hint: knownCapacities().length ? "" : "Type a name." };
  },
  choose: async (option) => {
    const place = panel.querySelector(".problem"), about = open, values = statementOf(about);
    place.textContent = "";
    try {
      // The panel may be closed before the answer comes; what was chosen holds all the same.
      attribute(about, values, option.values ? await createRecord(panel.dataset.url, option.values) : option);
    } catch (error) {
      place.textContent = error.message;
      if (panel.hidden) say(error.message);
    }
  },
});

// The capacities that this article names already.
function knownCapacities() {
  const known = new Map();
  for (const field of form.querySelectorAll('.row-list [name$="-capacity"]')) {
    const label = field.parentElement.querySelector("input[type=text]").value;
    if (field.value) known.set(field.value, { id: field.value, label });
  }
  return [...known.values()];
}

const kindChosen = () => panel.querySelector("input[name=who-kind]:checked").value;

// The kind and the words of the statement that the panel is about.
function statementOf({ row, from, to }) {
  const reported = kindChosen() === "reported";
  const words = row && stateOf().anchors.get(row)?.lost ? rows.words(row) : wordsBetween(editor.state.doc, from, to);
  const said = reported ? byId("who-what").value.trim() || words : words;
  return { kind: reported ? "reported" : "direct", text: said, passage: reported ? words : "" };
}

function attribute(about, values, capacity) {
  const row = about.row && rowNow(about.row);
  if (row?.isConnected) rows.set(row, { ...values, capacity });
  else rows.add({ ...values, capacity });
  refresh();
  if (open === about) close();
  tell(`Said by ${capacity.label}.`);
}

// Opens the panel for a passage; `focus` is whether the speaker's field takes the caret.
function openPanel(about, focus) {
  combobox.close(); // an answer that is under way was for another passage
  open = about;
  const { row, from, to } = about, words = row ? rows.words(row) : wordsBetween(editor.state.doc, from, to);
  const kind = row ? rows.kind(row) : about.quoted ? "direct" : "reported";
  panel.querySelector(`input[value=${kind}]`).checked = true;
  byId("who-words").textContent = words;
  byId("who-words").lang = paper.lang;
  byId("who-words").dir = paper.dir;
  byId("who-what").value = row && kind === "reported" ? rows.field(row, "text").value : "";
  byId("who-what").placeholder = words;
  speaker.value = row ? rows.capacity(row).label : "";
  panel.querySelector(".problem").textContent = row && stateOf().anchors.get(row)?.lost
    ? "These words no longer stand in the text. Put them back, or remove the statement." : "";
  panel.querySelector("[data-do=remove]").hidden = !row;
  panel.querySelector("[data-do=dismiss]").hidden = Boolean(row) || !about.quoted;
  showKind();
  ask.hidden = true;
  panel.hidden = false;
  placeBeside(panel, to);
  panel.scrollIntoView({ block: "nearest" });
  if (focus) speaker.focus({ preventScroll: true });
}

function placeBeside(element, pos) {
  const at = editor.view.coordsAtPos(Math.min(pos, editor.state.doc.content.size)), width = element.offsetWidth;
  element.style.insetBlockStart = `${at.bottom + scrollY + 8}px`;
  element.style.left = `${Math.max(8, Math.min(at.left + scrollX - width / 2, document.documentElement.clientWidth - width - 8))}px`;
}

const showKind = () => { panel.querySelector(".what").hidden = kindChosen() !== "reported"; };
panel.addEventListener("change", (event) => {
  if (event.target.name !== "who-kind") return;
  showKind();
  const { row } = open;
  if (!row) return;
  const words = rows.words(row);
  rows.set(row, kindChosen() === "reported" ? { kind: "reported", passage: words } : { kind: "direct", text: words, passage: "" });
  refresh();
});
byId("who-what").addEventListener("input", () => { if (open.row) rows.set(open.row, { text: byId("who-what").value }); });

function close() {
  if (panel.hidden) return;
  panel.hidden = true;
  combobox.close();
  open = null;
  editor.commands.focus(undefined, { scrollIntoView: false });
}
panel.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
panel.addEventListener("click", (event) => {
  const what = event.target.dataset.do;
  if (what === "remove") {
    const { row } = open;
    rows.remove(row);
    refresh();
    tellUndoable("The statement is removed; the words stay in the text.", () => { rows.restore(rowNow(row)); refresh(); });
  }
  if (what === "dismiss") {
    const before = dismissed.value;
    dismissed.value = [...dismissed.value.split("\n").filter(Boolean), byId("who-words").textContent].join("\n");
    refresh();
    tellUndoable("Nobody said it: the passage is a title or a term.", () => { dismissed.value = before; refresh(); });
  }
  if (what) close();
});
document.addEventListener("mousedown", (event) => {
  if (!panel.hidden && !panel.contains(event.target) && !event.target.closest("mark")) { panel.hidden = true; combobox.close(); open = null; }
});

// What stands at a position: a statement, or a quoted passage that has none.
function standsAt(pos) {
  const { anchors, open: passages } = stateOf();
  for (const [row, one] of anchors) if (!one.lost && !one.reported && one.from <= pos && pos <= one.to) return { row, from: one.from, to: one.to };
  for (const one of passages) if (one.from - 1 <= pos && pos <= one.to + 1) return { ...one, quoted: true };
  for (const [row, one] of anchors) if (!one.lost && one.from <= pos && pos <= one.to) return { row, from: one.from, to: one.to };
  return null;
}

// What is selected, without the quotation marks around it.
function selected() {
  let { from, to } = editor.state.selection;
  const { doc } = editor.state, text = (a, b) => doc.textBetween(a, b, " ");
  while (from < to && /[\s“„«「"]/.test(text(from, from + 1) || " ")) from++;
  while (to > from && /[\s”“»」"]/.test(text(to - 1, to) || " ")) to--;
  if (from === to) return null;
  const quoted = /["“„«「”]$/.test(text(Math.max(0, from - 1), from)) && /^["”“»」]/.test(text(to, Math.min(doc.content.size, to + 1)));
  return { from, to, quoted };
}

function clicked(pos) {
  const about = standsAt(pos);
  if (about && (!about.row || !rows.kind(about.row).startsWith("rep"))) { openPanel(about, !about.row); return !about.row; }
  if (about) openPanel(about, false);
  else if (!panel.hidden) { panel.hidden = true; open = null; }
  return false;
}

// F8 and Shift+F8 go to the next and the previous passage without a speaker; Alt+Enter opens the panel.
function keyed(event) {
  if (event.key === "F8") {
    const { open: passages } = stateOf(), { head } = editor.state.selection;
    const next = event.shiftKey
      ? passages.findLast((one) => one.to < head) ?? passages.at(-1)
      : passages.find((one) => one.from > head) ?? passages[0];
    if (next) editor.chain().setTextSelection(next.from).scrollIntoView().run();
    tell(next ? `“${wordsBetween(editor.state.doc, next.from, next.to)}”: nobody is named yet. Alt+Enter names somebody.` : "Every quoted passage has a speaker.");
    return true;
  }
  if (event.key === "Enter" && event.altKey) {
    const about = (!editor.state.selection.empty && selected()) || standsAt(editor.state.selection.head);
    if (about) openPanel(about, true);
    else tell("Select the words that somebody said.");
    return true;
  }
  return false;
}

function excerpt(words) { return words.length > 90 ? `${words.slice(0, 89)}…` : words; }

// The list of statements, in the order of the text: another view of the marks in it.
function showList({ anchors, open: passages }) {
  const list = document.createElement("ol"), items = [];
  for (const [row, one] of anchors) items.push({ row, ...one, order: one.lost ? Infinity : one.from });
  for (const one of passages) items.push({ ...one, order: one.from, quoted: true });
  items.sort((a, b) => a.order - b.order);
  list.append(...items.map((about) => {
    const item = document.createElement("li"), button = document.createElement("button"), words = document.createElement("q"), by = document.createElement("span");
    button.type = "button";
    words.textContent = excerpt(about.row ? rows.words(about.row) : wordsBetween(editor.state.doc, about.from, about.to));
    words.lang = paper.lang;
    words.dir = "auto";
    item.className = about.row ? (about.lost ? "lost" : about.reported ? "reported" : "said") : "unsaid";
    by.textContent = !about.row ? "nobody is named yet" : `${rows.capacity(about.row).label || "choose a speaker"}${about.lost ? " – no longer in the text" : ""}`;
    by.dir = "auto";
    button.append(words, by);
    button.addEventListener("click", () => {
      if (!about.lost) {
        editor.commands.setTextSelection(about.from);
        editor.view.dom.querySelector("mark") && editor.commands.scrollIntoView();
      }
      openPanel(about, true);
    });
    item.append(button);
    const error = about.row?.querySelector(".errorlist");
    if (error) item.append(error.cloneNode(true));
    return item;
  }));
  const place = byId("said");
  place.hidden = false;
  if (items.length) place.replaceChildren(list);
  else {
    const empty = document.createElement("p");
    empty.className = "help";
    empty.textContent = "Select what somebody said in the text and name the speaker. Quoted passages are underlined by themselves.";
    place.replaceChildren(empty);
  }
}

function showCount() {
  const words = editor.getText().trim().split(/\s+/).filter(Boolean).length, minutes = Math.max(1, Math.round(words / 220));
  byId("count").textContent = words ? `${words} word${words === 1 ? "" : "s"}, ${minutes} min to read` : "";
}

function startStatements(ready) {
  editor = ready;
  rows ??= new Rows(form.querySelector(".rows[data-prefix=statements]"));
  editor.unregisterPlugin(key);
  const marks = JSON.parse(byId("quotation-marks").textContent);
  const options = { pairs: () => marks.languages[language.value], everywhere: marks.everywhere, isDismissed };
  editor.registerPlugin(statementsPlugin(rows, options, { changed: (state) => { showList(state); showCount(); }, clicked, keyed }));
  showList(stateOf());
  showCount();
}

// Goes to `words` in the body; returns whether they stand there.
function find(words) {
  const found = words && findInBody(editor.state.doc, words);
  if (found) editor.chain().focus().setTextSelection(found).scrollIntoView().run();
  return Boolean(found);
}

document.addEventListener("prose-editor:ready", ({ detail, target }) => {
  if (target.id !== "id_body") return;
  startStatements(detail.editor);
  startChecks(form, find);
  dismissed.addEventListener("input", refresh);
  const place = () => {
    const about = !editor.state.selection.empty && panel.hidden && selected();
    ask.hidden = !about;
    if (about) placeBeside(ask, about.to);
  };
  editor.on("selectionUpdate", place);
  editor.on("blur", () => setTimeout(() => { if (document.activeElement !== ask) ask.hidden = true; }, 200));
  ask.addEventListener("mousedown", (event) => event.preventDefault());
  ask.addEventListener("click", () => { const about = selected(); if (about) openPanel(about, true); });
  editor.view.dom.setAttribute("aria-label", "Body");
  editor.view.dom.setAttribute("spellcheck", "true");
});
