// Sends what is typed into an article to the server, and tells who else has the article open.
import { onceFound } from "./found.js";
import { checkSession } from "./session.js";

const SOON = 1000, EVERY = 5000;
const status = document.getElementById("autosave");
const form = document.querySelector("input[name=_slot]")?.form;

const content = () => {
  const data = new FormData(form);
  data.delete("csrfmiddlewaretoken");
  return new URLSearchParams(data).toString();
};

const say = (answer) => {
  const words = [];
  if (answer.newer) words.push(`${answer.newer.by} saved version ${answer.newer.number} meanwhile; saving will show you both.`);
  if (answer.others.length) words.push(`Also open by ${answer.others.join(", ")}.`);
  if (answer.kept_at) words.push(`What you typed is kept, not yet saved: ${answer.kept_at}.`);
  status.textContent = words.join(" ");
};

if (status && form) {
  let saving = false, last = null;
  const call = async () => {
    if (saving) return;
    const now = content();
    const data = new FormData(form);
    if (last !== null && now !== last) data.set("typed", "1");
    try {
      const response = await fetch(status.dataset.url, { method: "POST", body: new URLSearchParams(data), redirect: "error" });
      if (!response.ok) throw new Error(response.status);
      if (last !== null) last = now;
      say(await response.json());
    } catch {
      // Signed out, signed in again elsewhere (then the token is new now), or no network.
      status.textContent = "What you typed is kept in this browser; the server did not take it.";
      await checkSession();
    }
  };
  onceFound(form, () => { last ??= content(); });
  form.addEventListener("submit", (event) => { saving = !event.defaultPrevented; });
  setTimeout(call, SOON);
  setInterval(call, EVERY);
}
