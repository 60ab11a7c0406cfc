// The body's editor: Tiptap's own parts where ours differ, and what it does with a paste.
import { Bold as BaseBold, Extension, Italic as BaseItalic, OrderedList as BaseOrderedList, Plugin, crel, pm } from "django-prose-editor/editor";
import { barOf, button, nameToolbar } from "./bars.js";
import { cleanPasted, cleanText, sayLeftOut } from "./paste.js";
import { openPictures } from "./records.js";

export { Find } from "./find.js";
export { Link } from "./links.js";
export { Record } from "./records.js";

// "5 * 3 * 2" is no emphasis, pasted or typed.
const asTyped = { addPasteRules: () => [], addInputRules: () => [] };
export const Bold = BaseBold.extend(asTyped);
export const Italic = BaseItalic.extend(asTyped);

const STYLES = { a: "lower-alpha", A: "upper-alpha", i: "lower-roman", I: "upper-roman" };
export const OrderedList = BaseOrderedList.extend({
  addAttributes() {
    const attributes = this.parent();
    const letter = (name) => Object.keys(STYLES).find((one) => STYLES[one] === name) ?? null;
    return { ...attributes, type: { ...attributes.type, renderHTML: ({ type }) => letter(type) ? { type: letter(type) } : {} } };
  },
});

// A paragraph may be written in the other direction than the article's language.
export const Direction = Extension.create({
  name: "direction",
  addGlobalAttributes: () => [{
    types: ["paragraph", "heading"],
    attributes: { dir: {
      default: null,
      parseHTML: (element) => /^(?:rtl|ltr)$/.test(element.getAttribute("dir") ?? "") ? element.getAttribute("dir") : null,
      renderHTML: ({ dir }) => dir ? { dir } : {},
    } },
  }],
});

// Says what a paste left out, with the way back until something else is typed.
function showNotice(editor, words, canUndo = false) {
  const notice = barOf(editor, "pasted", { role: "status" });
  if (!words) return notice.replaceChildren();
  const undo = button("Undo", () => { editor.chain().undo().focus().run(); showNotice(editor, ""); }, { "aria-label": "Undo the paste" });
  const close = button("Close", () => { showNotice(editor, ""); editor.commands.focus(); });
  notice.replaceChildren(crel("span", { textContent: words }), ...canUndo ? [undo] : [], close);
  if (canUndo) editor.on("update", function typed() { undo.remove(); editor.off("update", typed); });
}

// Files alone: pictures are described and put into the text; for others the browser would leave the page. A picture
// that was copied on another page comes with the markup that showed it there; a text comes with pictures of itself.
function takeFiles(editor, transfer) {
  if (!transfer?.files.length) return false;
  const html = new window.DOMParser().parseFromString(transfer.getData("text/html"), "text/html").body;
  const isText = html.innerHTML ? html.textContent.trim() || html.querySelectorAll("img").length !== 1 : transfer.types.includes("text/plain");
  if (isText) return false;
  const files = [...transfer.files], pictures = files.filter((file) => file.type.startsWith("image/")), others = files.length - pictures.length;
  const hasPictures = Boolean(editor.schema.nodes.record), canAdd = !pictures.length || hasPictures && openPictures(editor, pictures);
  if (!hasPictures) showNotice(editor, "Neither pictures nor other files can be put into this text.");
  else if (!canAdd) showNotice(editor, "You may not add pictures; choose one that is there already, or ask a publisher.");
  else if (others) showNotice(editor, `${others === 1 ? `“${files.find((file) => !pictures.includes(file)).name}” is no picture and` : `${others} files are no pictures and`} cannot be put into the text.`);
  else showNotice(editor, "");
  return true;
}

const isOurs = (html) => html.includes("data-pm-slice") && !/<(?:s|del|strike)\b/i.test(html);
const isAddress = (text) => /^https?:\/\/[^\s/]+\.[^\s]+$/.test(text);

export const Paste = Extension.create({
  name: "paste",
  onCreate() {
    setTimeout(() => { nameToolbar(this.editor); showNotice(this.editor, ""); }); // the toolbar is made by now
  },
  transformPastedHTML(html) {
    if (isOurs(html)) return html;
    const { html: clean, left } = cleanPasted(html, this.editor.view.dom.dir || "ltr");
    const words = sayLeftOut(left);
    setTimeout(() => showNotice(this.editor, words, true)); // after the paste
    return clean;
  },
  addProseMirrorPlugins() {
    const { editor } = this;
    return [new Plugin({ props: {
      clipboardTextParser(text, _context, _plain, view) {
        showNotice(editor, "");
        const holder = new window.DOMParser().parseFromString(cleanText(text), "text/html").body;
        return pm.model.DOMParser.fromSchema(view.state.schema).parseSlice(holder);
      },
      // A paragraph keeps its direction in an empty one.
      transformPasted(slice, view) {
        const first = slice.content.firstChild, isEmpty = view.state.selection.$from.parent.content.size === 0;
        return isEmpty && first?.isTextblock && first.attrs.dir ? new pm.model.Slice(slice.content, 0, 0) : slice;
      },
      handleDrop(view, event) {
        if (view.dragging || !takeFiles(editor, event.dataTransfer)) return false;
        const at = view.posAtCoords({ left: event.clientX, top: event.clientY });
        if (at) view.dispatch(view.state.tr.setSelection(pm.state.TextSelection.near(view.state.doc.resolve(at.pos))));
        return true;
      },
      // An address over selected words is a link.
      handlePaste(view, event) {
        if (takeFiles(editor, event.clipboardData)) return true;
        view.dispatch(pm.history.closeHistory(view.state.tr)); // undone by itself, not with what was typed before
        const text = event.clipboardData?.getData("text/plain").trim() ?? "";
        if (view.state.selection.empty || !isAddress(text)) return false;
        return editor.commands.setLink({ href: text });
      },
    } })];
  },
});
