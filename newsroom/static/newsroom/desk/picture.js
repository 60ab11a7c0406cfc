// Pictures made in `place`: files are dropped or chosen, described one after another, and uploaded without leaving.
// `choose` gets each picture; `take` takes files; `isBusy` says whether one is being described.
export function startPicture(place, choose) {
  const file = place.querySelector("input[type=file]"), describe = place.querySelector(".describe"), drop = place.querySelector(".drop");
  const focal = place.querySelector(".focal"), image = focal.querySelector("img"), dot = focal.querySelector(".point");
  const progress = place.querySelector("progress"), problem = place.querySelector(".problem"), field = (name) => place.querySelector(`[id$="-${name}"]`);
  let chosen = null, point = { x: 50, y: 50 }, waiting = [];

  function take(files) {
    const picked = [...files].slice(0, file.multiple ? files.length : 1), other = picked.find((one) => !one.type.startsWith("image/"));
    waiting.push(...picked.filter((one) => one.type.startsWith("image/")));
    if (chosen && file.multiple) showWhich();
    else next(); // where one is wanted, another file takes its place
    problem.textContent = other ? `“${other.name}” is no picture; choose a JPEG, PNG, WebP or AVIF file.` : "";
  }

  function showWhich() {
    place.querySelector(".which").textContent = waiting.length ? `${chosen.name}, then ${waiting.length} more` : chosen.name;
  }

  function next() {
    const picked = waiting.shift();
    if (!picked) return;
    chosen = picked;
    showWhich();
    aim(50, 50);
    const reader = new FileReader();
    reader.onload = () => { image.src = reader.result; };
    reader.readAsDataURL(picked);
    drop.hidden = true;
    describe.hidden = false;
    field("alternative").focus();
  }

  function aim(x, y) {
    point = { x: Math.round(Math.min(100, Math.max(0, x))), y: Math.round(Math.min(100, Math.max(0, y))) };
    dot.style.left = `${point.x}%`;
    dot.style.top = `${point.y}%`;
    focal.setAttribute("aria-label", `Focal point: ${point.x} percent from the left, ${point.y} from the top`);
  }

  function forget() {
    chosen = null;
    file.value = "";
    image.removeAttribute("src");
    for (const name of ["alternative", "credit", "caption"]) field(name).value = "";
    describe.hidden = progress.hidden = true;
    drop.hidden = false;
    problem.textContent = "";
  }

  function upload() {
    const data = new FormData();
    data.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
    data.set("upload", chosen);
    data.set("alternative_text", field("alternative").value);
    data.set("credit", field("credit").value);
    data.set("caption", field("caption").value);
    data.set("focal_x", point.x);
    data.set("focal_y", point.y);
    const request = new XMLHttpRequest(), button = place.querySelector("[data-do=upload]"); // fetch tells no progress
    button.disabled = true;
    progress.hidden = false;
    problem.textContent = "";
    request.upload.onprogress = (event) => { progress.value = 100 * event.loaded / event.total; };
    request.onload = () => {
      let answer = {};
      try { answer = JSON.parse(request.responseText); } catch { /* said below */ }
      if (request.status !== 200) return fail(answer.error ?? "The server did not take the picture; try again.");
      // The files are being made; what was chosen here is shown meanwhile.
      const picture = { ...answer, image: answer.image || image.src };
      button.disabled = false;
      forget();
      next();
      choose(picture);
    };
    request.onerror = () => fail("The server does not answer; the picture stays here, try again.");
    const fail = (words) => { button.disabled = false; progress.hidden = true; problem.textContent = words; };
    request.open("POST", place.dataset.url);
    request.send(data);
  }

  file.addEventListener("change", () => take(file.files));
  for (const kind of ["dragenter", "dragover"]) place.addEventListener(kind, (event) => { event.preventDefault(); place.classList.add("over"); });
  for (const kind of ["dragleave", "drop"]) place.addEventListener(kind, () => place.classList.remove("over"));
  place.addEventListener("drop", (event) => { event.preventDefault(); take(event.dataTransfer.files); });
  focal.addEventListener("click", (event) => {
    if (!event.detail) return; // by the keyboard: the arrows aim
    const box = image.getBoundingClientRect();
    aim(100 * (event.clientX - box.left) / box.width, 100 * (event.clientY - box.top) / box.height);
  });
  focal.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [-5, 0], ArrowRight: [5, 0], ArrowUp: [0, -5], ArrowDown: [0, 5] }[event.key];
    if (!step) return;
    event.preventDefault();
    aim(point.x + step[0], point.y + step[1]);
  });
  place.addEventListener("click", (event) => {
    const what = event.target.dataset.do;
    if (what === "upload") upload();
    if (what === "forget") {
      forget();
      if (waiting.length) next();
      else file.focus();
    }
  });
  place.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
    event.preventDefault(); // Enter never saves the page
    if (!describe.hidden) upload();
  });
  return { take, isBusy: () => chosen !== null };
}
