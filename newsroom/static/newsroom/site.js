// Suggestions under the search field while somebody types. Without script the field just searches.
for (const form of document.querySelectorAll("form[data-suggest]")) {
  const field = form.elements.q, list = field.list;
  let waiting, asked = "";
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const typed = field.value.trim();
      if (typed === asked || typed.length < 2) return;
      asked = typed;
      const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(typed)}`);
      if (!answer.ok || typed !== asked) return;
      list.replaceChildren(...(await answer.json()).map((text) => new Option(text, text)));
    }, 120);
  });
}

// Moments in the reader's own time zone. Without script they stand in the newsroom's.
const spoken = document.documentElement.lang.replace(/^en$/, "en-GB");
const clock = new Intl.DateTimeFormat(spoken, {
  day: "numeric", month: "long", year: "numeric",
  hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short",
});
for (const time of document.querySelectorAll("time")) {
  if (/\d:\d\d/.test(time.textContent)) time.textContent = clock.format(new Date(time.dateTime));
}

// Buttons that copy a statement with its attribution, or the code that embeds it.
for (const button of document.querySelectorAll("button[data-copy]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  const words = button.textContent;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = words; }, 2000);
  });
}
