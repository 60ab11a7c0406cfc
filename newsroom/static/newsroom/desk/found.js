// How a form was found, before anybody typed.
const SOON = 800, AT_MOST = 25; // milliseconds between two looks; so many looks

// An editor changes what its field holds when it sets itself up. "__prefix__" is a row that is not there yet.
const isWaiting = (form) => [...form.querySelectorAll("textarea[data-django-prose-editor-configurable]")]
  .some((area) => !area.closest(".prose-editor") && !area.name.includes("__prefix__"));

// Calls `look` at the first key or click, and once the form's editors have set themselves up: on a busy
// machine that takes seconds. `look` may be called more than once; the first call counts.
export const onceFound = (form, look) => {
  for (const kind of ["beforeinput", "keydown", "pointerdown", "paste", "drop"]) form.addEventListener(kind, look, { capture: true, once: true });
  const wait = (left) => setTimeout(() => left && isWaiting(form) ? wait(left - 1) : look(), SOON);
  wait(AT_MOST);
};
