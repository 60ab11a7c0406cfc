// On every page of the desk: forgets what was kept in this browser and is saved now, and sends no form twice.
import { dropSaved } from "./kept.js";

dropSaved();

// The page stays until the answer comes: a second click within this time is no second wish. Afterwards it is one;
// the first may have been stopped.
const ONCE = 10_000;
let sent = new WeakMap();

const opensElsewhere = (form, submitter) => !["", "_self"].includes(submitter?.getAttribute("formtarget") ?? form.target);

addEventListener("submit", (event) => {
  if (performance.now() - (sent.get(event.target) ?? -ONCE) >= ONCE) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);
addEventListener("submit", ({ target: form, submitter, defaultPrevented }) => {
  if (!defaultPrevented && form.method === "post" && !opensElsewhere(form, submitter)) sent.set(form, performance.now());
});
addEventListener("pageshow", ({ persisted }) => { if (persisted) sent = new WeakMap(); });
