// Pictures that are being prepared: look again every two seconds and show what has become of them.
// Only the picture is replaced: what is typed into the form stays.
const waiting = () => [...document.querySelectorAll(".preparing")];
const look = async () => {
  const answer = await fetch(location.href);
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const old of waiting()) {
    const now = page.getElementById(old.id);
    if (now) old.replaceWith(now);
  }
  if (waiting().length) setTimeout(look, 2000);
};
if (waiting().length) setTimeout(look, 1000);
