// Publishing asks in a dialog: what changes for readers, what becomes public, what to look at first.

// `save()` resolves to true when the text is saved and the page stays; `takePage(page)` shows the
// state, the actions and the messages of a page that came back.
export function startPublishing(form, { save, takePage, say }) {
  const dialog = document.getElementById("publish");

  function show(part) {
    dialog.innerHTML = part;
    dialog.querySelector("form").addEventListener("submit", send);
    if (!dialog.open) dialog.showModal();
    (dialog.querySelector("[role=alert]") ?? dialog.querySelector("h2")).scrollIntoView({ block: "nearest" });
    (dialog.querySelector("[name=despite]:not(:checked)") ?? dialog.querySelector(".default") ?? dialog.querySelector(".back")).focus();
  }

  async function ask() {
    if (!await save()) return;
    try {
      const response = await fetch(`${dialog.dataset.url}?fragment=1`, { redirect: "error" });
      if (!response.ok) throw new Error(response.status);
      show(await response.text());
    } catch {
      say("The text is saved, but what publishing would do cannot be shown at the moment. Try again.");
    }
  }

  async function send(event) {
    event.preventDefault();
    const button = dialog.querySelector(".default");
    if (button.disabled) return;
    button.disabled = true;
    try {
      const body = new URLSearchParams(new FormData(event.target, event.submitter));
      const response = await fetch(`${dialog.dataset.url}?fragment=1`, { method: "POST", body });
      const text = await response.text();
      if (response.status === 422) return show(text);
      if (!response.ok || !response.redirected) throw new Error(response.status);
      dialog.close();
      takePage(new DOMParser().parseFromString(text, "text/html"));
      const message = document.getElementById("messages");
      message.tabIndex = -1;
      message.focus();
      message.scrollIntoView({ block: "nearest" });
    } catch {
      button.disabled = false;
      const problem = document.createElement("p");
      problem.className = "problem";
      problem.setAttribute("role", "alert");
      problem.textContent = "The newsroom does not answer. Close this, look whether the article is public, and try again.";
      dialog.querySelector(".problem")?.remove();
      dialog.querySelector(".publish-actions").before(problem);
    }
  }

  dialog.addEventListener("click", (event) => {
    if (event.target.closest(".back") || event.target === dialog) { event.preventDefault(); dialog.close(); }
  });
  form.addEventListener("click", (event) => {
    // An article that was never saved has no address yet: its page asks.
    if (!event.target.closest("#actions [name=_then][value=publish]") || !dialog.dataset.url) return;
    event.preventDefault();
    ask();
  });
}
