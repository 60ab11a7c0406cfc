// Records of ours in the body: pictures, statements, articles and events. The body keeps a reference to each.
import { Node, crel, pm } from "django-prose-editor/editor";
import { barOf, button } from "./bars.js";
import { Combobox, findRecords } from "./picker.js";
import { startPicture } from "./picture.js";

const ID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const REFERENCE = new RegExp(`^(?:(?:picture|event|article)/${ID}|statement/${ID}/[1-9]\\d{0,8})$`);
const AT_ONCE = 40; // references that one request asks about
const form = document.getElementById("article_form");

// What references stand for ----------------------------------------------------------------------

const known = new Map();
let waiting = [];

// Resolves to what `record` stands for: null when it is gone, an Error when nobody answers.
function describe(record) {
  if (!known.has(record)) known.set(record, new Promise((resolve) => {
    if (!waiting.length) setTimeout(ask);
    waiting.push({ record, resolve });
  }));
  return known.get(record);
}

async function ask() {
  const asked = waiting.splice(0, AT_ONCE);
  if (waiting.length) setTimeout(ask);
  try {
    const response = await fetch(`${form.dataset.records}?${new URLSearchParams(asked.map(({ record }) => ["record", record]))}`);
    if (!response.ok) throw new Error(response.status);
    const { records } = await response.json();
    for (const { record, resolve } of asked) resolve(records[record] ?? null);
  } catch (error) {
    for (const { record, resolve } of asked) { known.delete(record); resolve(error); }
  }
}

const ownNumber = (record) => form.dataset.article && record.startsWith(`statement/${form.dataset.article}/`) ? record.split("/")[2] : null;
const valueOf = (row, name) => row.querySelector(`[name="${row.id}-${name}"]`)?.value ?? "";

// The statements of this article that have a number: a new one gets it when it is saved.
function ownStatements() {
  return [...form.querySelectorAll(".rows[data-prefix=statements] .row-list > [data-number]")]
    .filter((row) => !row.querySelector("[name$=-DELETE]")?.checked)
    .map((row) => ({
      kind: "statement",
      label: valueOf(row, "kind") === "direct" ? `“${valueOf(row, "text")}”` : valueOf(row, "text"),
      detail: `${valueOf(row, "capacity__words")} · this article`,
      record: `statement/${form.dataset.article}/${row.dataset.number}`,
    }));
}

// In the text ------------------------------------------------------------------------------------

const WORDS = { picture: "Picture", statement: "Statement", article: "Article", event: "Event" };

class RecordView {
  constructor(editor, node, getPos) {
    Object.assign(this, { editor, record: node.attrs.record, getPos });
    this.kind = this.record.split("/")[0];
    this.dom = crel("figure", { className: `record ${this.kind}`, contentEditable: "false" });
    this.redraw = () => this.draw();
    if (ownNumber(this.record)) form.addEventListener("input", this.redraw);
    this.draw();
  }

  async draw() {
    const own = ownNumber(this.record) && ownStatements().find(({ record }) => record === this.record);
    if (own) return this.show(own);
    if (ownNumber(this.record)) return this.show(null);
    this.show({ label: "…" });
    this.show(await describe(this.record));
  }

  show(about) {
    const parts = [], label = about?.label ?? "";
    this.dom.classList.toggle("gone", about === null);
    if (about === null) parts.push(crel("p", { className: "problem", textContent: this.kind === "statement" ? "This statement is not public, or gone. Readers see nothing here." : `This ${this.kind} is gone. Take it out of the text.` }));
    else if (about instanceof Error) parts.push(crel("p", { className: "problem", textContent: "It stands here, but cannot be shown at the moment." }));
    else if (this.kind === "picture") {
      if (about.image) parts.push(crel("img", { src: about.image, alt: label, draggable: false }));
      else parts.push(crel("p", { textContent: label, dir: "auto" }));
      parts.push(crel("figcaption", { dir: "auto", textContent: [about.caption, about.detail && `Image: ${about.detail}`].filter(Boolean).join(" ") }));
    } else {
      parts.push(crel("p", { className: "label", textContent: label, dir: "auto" }));
      parts.push(crel("figcaption", { dir: "auto", textContent: about.detail ?? "" }));
    }
    const what = `${WORDS[this.kind]}${label ? `: ${label}` : ""}`;
    const tools = crel("span", { className: "record-tools" }, [
      ...about?.address ? [crel("a", { href: about.address, target: "_blank", textContent: "Open", "aria-label": `Open in another tab. ${what}` })] : [],
      button("Take out", () => this.remove(), { "aria-label": `Take out of the text. ${what}` }),
    ]);
    this.dom.setAttribute("aria-label", what);
    this.dom.replaceChildren(...parts, tools);
  }

  remove() {
    const at = this.getPos();
    this.editor.chain().deleteRange({ from: at, to: at + 1 }).focus(Math.max(0, at - 1), { scrollIntoView: false }).run();
  }

  stopEvent(event) { return Boolean(event.target.closest?.(".record-tools")); }
  ignoreMutation() { return true; }
  destroy() { form.removeEventListener("input", this.redraw); }
}

// Puts `record` below the paragraph, list or table with the caret.
function insert(editor, record, { focus = true } = {}) {
  const { state, view } = editor, { $to } = state.selection, node = state.schema.nodes.record.create({ record });
  const isEmpty = $to.depth === 1 && !$to.parent.content.size, at = $to.depth ? $to[isEmpty ? "before" : "after"](1) : $to.pos;
  const tr = isEmpty ? state.tr.replaceWith(at, at + 2, node) : state.tr.insert(at, node);
  const after = at + node.nodeSize, { Selection } = pm.state;
  if (!Selection.findFrom(tr.doc.resolve(after), 1, true)) tr.insert(after, state.schema.nodes.paragraph.create()); // to write on in
  tr.setSelection(Selection.findFrom(tr.doc.resolve(after), 1, true));
  view.dispatch(tr.scrollIntoView());
  if (focus) view.focus();
}

// The lines of the toolbar -----------------------------------------------------------------------

function openLine(editor, name, label) {
  for (const other of editor.view.dom.closest(".prose-editor").querySelectorAll(".bar:is(.picture, .embed)")) {
    if (other !== line?.bar || !line.maker?.isBusy()) other.replaceChildren(); // what is typed of a picture stays
  }
  const bar = barOf(editor, name, { role: "group", "aria-label": label });
  const close = () => { bar.replaceChildren(); editor.commands.focus(undefined, { scrollIntoView: false }); };
  bar.onkeydown = (event) => { if (event.key === "Escape") { event.preventDefault(); close(); } };
  bar.oninput = (event) => event.stopPropagation(); // nothing of it is the article's text
  return { bar, close };
}

let line = null; // the line for pictures, while it is open: {bar, maker}

// Opens the line for pictures, with `files` to describe; returns false when this person may add none.
export function openPictures(editor, files = []) {
  const original = document.querySelector(".panel .new-picture");
  if (files.length && !original) return false;
  if (!line?.bar.firstChild) line = pictureLine(editor, original);
  if (files.length) line.maker.take(files);
  else line.bar.querySelector("input").focus();
  return true;
}

function pictureLine(editor, original) {
  const { bar, close } = openLine(editor, "picture", "A picture in the text");
  const field = crel("input", { type: "text", autocomplete: "off", "aria-label": "A picture that is there: what it shows, its caption or credit", placeholder: "Words of a picture that is there" });
  const place = original?.cloneNode(true);
  let maker = null;
  if (place) {
    for (const one of place.querySelectorAll("[id], [for], [aria-describedby]")) {
      for (const name of ["id", "for", "aria-describedby"]) if (one.hasAttribute(name)) one.setAttribute(name, `body-${one.getAttribute(name)}`);
    }
    place.querySelector("input[type=file]").multiple = true;
    place.querySelector(".describe").hidden = true;
    place.querySelector(".drop").hidden = false;
    maker = startPicture(place, (picture) => {
      const record = `picture/${picture.id}`;
      known.set(record, Promise.resolve({ kind: "picture", caption: picture.caption, ...picture }));
      insert(editor, record, { focus: !maker.isBusy() });
      if (!maker.isBusy()) close();
    });
  }
  bar.replaceChildren(crel("div", { className: "picker" }, [field]), button("Close", close), ...place ? [place] : []);
  new Combobox(field, {
    search: (words, signal) => findRecords(form.dataset.pictures, words, signal),
    choose: ({ id }) => { insert(editor, `picture/${id}`); close(); },
  });
  return { bar, maker };
}

function openEmbed(editor) {
  const { bar, close } = openLine(editor, "embed", "A statement, an article or an event in the text");
  const field = crel("input", { type: "text", autocomplete: "off", "aria-label": "A statement, an article or an event to show in the text: type words of it, or who said it", placeholder: "Words of a statement, a headline or an event" });
  bar.replaceChildren(crel("div", { className: "picker" }, [field]), button("Close", close));
  const isOwn = ({ record }) => ownNumber(record) || record === `article/${form.dataset.article}`;
  new Combobox(field, {
    search: async (words, signal) => {
      const wanted = words.toLowerCase().split(/\s+/), own = ownStatements().filter(({ label, detail }) => wanted.every((word) => `${label} ${detail}`.toLowerCase().includes(word)));
      if (!words) return { results: own, new: [], hint: own.length ? "" : "Statements of this article can be shown once they are saved. Type to find others." };
      const found = await findRecords(form.dataset.records, words, signal);
      return { results: [...own, ...found.results.filter((one) => !isOwn(one))], new: [] };
    },
    choose: ({ record }) => { insert(editor, record); close(); },
  });
  field.focus();
}

export const Record = Node.create({
  name: "record",
  group: "block",
  atom: true,
  draggable: true,
  addAttributes: () => ({ record: {
    default: null,
    parseHTML: (element) => element.dataset.record,
    renderHTML: ({ record }) => ({ "data-record": record }),
  } }),
  parseHTML: () => [{ tag: "figure[data-record]", getAttrs: (element) => REFERENCE.test(element.dataset.record) ? null : false }],
  renderHTML: ({ HTMLAttributes }) => ["figure", HTMLAttributes],
  addNodeView() {
    return ({ node, editor, getPos }) => new RecordView(editor, node, getPos);
  },
  addMenuItems({ menu, buttons }) {
    menu.defineItem({ name: "record:picture", groups: "record", command: (editor) => openPictures(editor), button: buttons.material("image", "picture in the text") });
    menu.defineItem({ name: "record:embed", groups: "record", command: openEmbed, button: buttons.material("post_add", "statement, article or event in the text") });
  },
});
