// Keeps what is typed into a form of the desk, offers what was kept before, and sends the form only
// while its user is signed in. For any form with the hidden field "_slot".
import { checkSession } from "./session.js";
import { onceFound } from "./found.js";
import { allKept, drop, dropSaved, hold, isKept, keep, openSlots } from "./kept.js";

const SOON = 300, OFTEN = 2000, ALIVE = 60_000;

// Texts only: a browser gives no file back.
const fieldsOf = (form) => [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken");

const watchTyping = (form, user, path, slot) => {
  const kept = isKept(user, path, slot); // brought back, or refused: it stays until it is saved
  const content = () => JSON.stringify(fieldsOf(form));
  let before = null, last = null, soon = null, isTyped = false;
  const look = () => {
    if (before === null) return;
    const now = content();
    if (now === last) return;
    last = now;
    isTyped = true;
    if (now === before && !kept) drop(slot);
    else keep(user, path, slot, JSON.parse(now));
  };
  onceFound(form, () => { before ??= last = content(); });
  form.addEventListener("input", () => { clearTimeout(soon); soon = setTimeout(look, SOON); });
  setInterval(look, OFTEN); // some widgets say nothing when they change
  addEventListener("pagehide", look);
  setInterval(() => { if (isTyped) { isTyped = false; checkSession(); } }, ALIVE);
  return look;
};

const checkBeforeSending = (form, look) => {
  let isChecked = false, isAsking = false;
  form.addEventListener("submit", async (event) => {
    if (isChecked) { isChecked = false; return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    if (isAsking) return;
    look();
    isAsking = true;
    isChecked = await checkSession();
    isAsking = false;
    if (isChecked) form.requestSubmit(event.submitter);
    else document.getElementById("sign-in").scrollIntoView({ block: "center" });
  }, true);
};

const button = (text, does) => {
  const made = document.createElement("button");
  [made.type, made.className, made.textContent] = ["button", "button", text];
  made.addEventListener("click", does);
  return made;
};

// The server answers with the form and what was kept in it; nothing is saved.
const bringBack = async (fields) => {
  if (!await checkSession()) return;
  const form = document.createElement("form");
  form.method = "post";
  form.hidden = true;
  const token = document.getElementsByName("csrfmiddlewaretoken")[0].value;
  for (const [name, value] of [...fields, ["_restored", "1"], ["csrfmiddlewaretoken", token]]) {
    const field = document.createElement("textarea"); // an input drops line breaks
    [field.name, field.value] = [name, value];
    form.append(field);
  }
  document.body.append(form);
  form.submit();
};

const offer = (place, { at, fields, slot }, discard) => {
  const box = document.createElement("div"), line = document.createElement("p"), strong = document.createElement("strong"), choices = document.createElement("p");
  box.className = "desk ask";
  strong.textContent = `You typed something here on ${new Date(at).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "medium" })} that was never saved.`;
  const words = fields.find(([name, value]) => value.trim() && /(^|-)(headline|name|title|alternative_text)$/.test(name));
  line.append(strong, words ? ` “${words[1].slice(0, 80)}”` : "");
  choices.append(
    button("Bring it back", () => bringBack(fields)), " ",
    button("Discard it", () => { drop(slot); discard(slot); box.remove(); }),
  );
  box.append(line, choices);
  place.append(box);
};

const offerKept = async (form, user, path, slot) => {
  const place = document.getElementById("kept");
  const open = await openSlots();
  for (const box of place.querySelectorAll("[data-slot]")) box.hidden = open.has(box.dataset.slot);
  const discard = async (which) => {
    const autosave = document.getElementById("autosave");
    if (!autosave || !await checkSession()) return;
    const token = form.elements.csrfmiddlewaretoken.value;
    fetch(autosave.dataset.url, { method: "POST", body: new URLSearchParams({ discard: which, csrfmiddlewaretoken: token }) });
  };
  for (const found of await allKept(user, path)) {
    if (found.slot === slot) continue;
    place.querySelector(`[data-slot="${found.slot}"]`)?.remove(); // this browser has it too, and newer
    offer(place, found, discard);
  }
};

// Django focuses the form's first control in a script that comes before or after this one. Where
// the buttons stand on top that is SAVE: the first field is meant.
const focusFirstField = (form) => {
  const correct = () => {
    if (document.activeElement?.closest(".submit-row")) form.querySelector("fieldset :is(input:not([type=hidden]), textarea, select)")?.focus();
  };
  const byItself = new AbortController(), { signal } = byItself;
  for (const kind of ["keydown", "pointerdown"]) addEventListener(kind, () => byItself.abort(), { signal, capture: true });
  form.addEventListener("focusin", correct, { signal });
  correct();
};

const field = document.querySelector("input[name=_slot]");
const { user } = document.getElementById("sign-in")?.dataset ?? {};
if (field && user) {
  const form = field.form, path = location.pathname, slot = field.value;
  dropSaved();
  hold(slot);
  checkBeforeSending(form, watchTyping(form, user, path, slot));
  offerKept(form, user, path, slot);
  focusFirstField(form);
}
