// Keeps what is typed at the desk, and tells who else has the article open.
document.addEventListener("DOMContentLoaded", () => {
  const status = document.getElementById("autosave");
  const form = document.getElementById("article_form");
  if (!status || !form) return;
  const EVERY = 5000;
  let saving = false;

  const content = () => {
    const data = new FormData(form);
    data.delete("csrfmiddlewaretoken");
    return new URLSearchParams(data).toString();
  };
  let last = null; // taken after the editor has set itself up

  const say = (answer) => {
    const words = [];
    if (answer.newer) words.push(`${answer.newer.by} saved version ${answer.newer.number} meanwhile; saving will show you both.`);
    if (answer.others.length) words.push(`Also open by ${answer.others.join(", ")}.`);
    if (answer.kept_at) words.push(`What you typed is kept, ${answer.kept_at}.`);
    status.textContent = words.join(" ");
  };

  const call = async () => {
    if (saving) return;
    const now = content();
    if (last === null) last = now;
    const data = new FormData(form);
    if (now !== last) data.set("typed", "1");
    try {
      const response = await fetch(status.dataset.url, { method: "POST", body: new URLSearchParams(data) });
      if (!response.ok) throw new Error(response.status);
      last = now;
      say(await response.json());
    } catch {
      status.textContent = "What you typed cannot be kept at the moment; save it yourself.";
    }
  };

  form.addEventListener("submit", () => { saving = true; });
  setTimeout(call, 1000);
  setInterval(call, EVERY);
});
