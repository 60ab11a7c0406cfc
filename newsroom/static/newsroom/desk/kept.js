// What was typed and not saved, in this browser: a text for each user, address and slot.
// A slot is one form in one tab; the server names it in the form's field "_slot".
const PREFIX = "typed:";
const KEPT_DAYS = 30;
const DAY = 24 * 3600 * 1000;

const keyOf = (user, path, slot) => [PREFIX + user, path, slot].join(":");

const keys = () => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));

const read = (key) => {
  try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
};

// Keeps the fields ([name, value] pairs); false when the browser has no room or no storage.
export const keep = (user, path, slot, fields) => {
  try {
    localStorage.setItem(keyOf(user, path, slot), JSON.stringify({ at: Date.now(), fields }));
    return true;
  } catch { return false; }
};

export const isKept = (user, path, slot) => {
  try { return localStorage.getItem(keyOf(user, path, slot)) !== null; } catch { return false; }
};

export const drop = (slot) => {
  try { keys().filter((key) => key.endsWith(`:${slot}`)).forEach((key) => localStorage.removeItem(key)); } catch { /* no storage */ }
};

// The texts of a user at an address, the newest first, without those whose tab is still open.
export const allKept = async (user, path) => {
  const open = await openSlots();
  const start = keyOf(user, path, "");
  try {
    keys().filter((key) => !(read(key)?.at > Date.now() - KEPT_DAYS * DAY)).forEach((key) => localStorage.removeItem(key));
    return keys()
      .filter((key) => key.startsWith(start) && !open.has(key.slice(start.length)))
      .map((key) => ({ ...read(key), slot: key.slice(start.length) }))
      .sort((a, b) => b.at - a.at);
  } catch { return []; }
};

// Says to the other tabs that this slot is open. The browser forgets it when the tab is gone.
export const hold = (slot) => { navigator.locks?.request(PREFIX + slot, () => new Promise(() => {})); };

export const openSlots = async () => {
  const found = await navigator.locks?.query();
  return new Set((found?.held ?? []).map((lock) => lock.name.slice(PREFIX.length)));
};

// The server sets a cookie for each slot that it has saved.
export const dropSaved = () => {
  const desk = document.querySelector("meta[name=desk]").content;
  for (const cookie of document.cookie.split("; ")) {
    const name = cookie.split("=")[0];
    if (!name.startsWith("saved-")) continue;
    drop(name.slice("saved-".length));
    document.cookie = `${name}=; path=${desk}; max-age=0; samesite=lax`;
  }
};
