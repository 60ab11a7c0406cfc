// The body's editor: Tiptap's own parts where ours differ, and what it does with a paste.
import { Bold as BaseBold, Extension, Italic as BaseItalic, OrderedList as BaseOrderedList, Plugin, crel, pm } from "django-prose-editor/editor";
import { barOf, button, nameToolbar } from "./bars.js";
import { cleanPasted, cleanText, sayLeftOut } from "./paste.js";

export { Find } from "./find.js";
export { Link } from "./links.js";

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

// A file alone: the browser would leave the page to show it.
function refuseFiles(editor, transfer) {
  if (!transfer?.files.length || transfer.types.some((type) => /^text\/(?:html|plain)$/.test(type))) return false;
  showNotice(editor, "Files cannot be put into the text. A picture of the article is chosen in the panel, under Picture.");
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
      handleDrop: (view, event) => refuseFiles(editor, event.dataTransfer),
      // An address over selected words is a link.
      handlePaste(view, event) {
        if (refuseFiles(editor, event.clipboardData)) return true;
        view.dispatch(pm.history.closeHistory(view.state.tr)); // undone by itself, not with what was typed before
        const text = event.clipboardData?.getData("text/plain").trim() ?? "";
        if (view.state.selection.empty || !isAddress(text)) return false;
        return editor.commands.setLink({ href: text });
      },
    } })];
  },
});
