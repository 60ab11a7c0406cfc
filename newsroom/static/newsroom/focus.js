// A click into the picture sets its focal point; arrow keys in the two fields do too.
const image = document.querySelector("img.focus");
if (image) {
  const x = document.getElementById("id_focal_x"), y = document.getElementById("id_focal_y");
  const frame = document.createElement("span"), mark = document.createElement("span");
  frame.className = "focal-frame";
  mark.className = "focal-mark";
  image.replaceWith(frame);
  frame.append(image, mark);
  const show = () => { mark.style.left = `${x.value}%`; mark.style.top = `${y.value}%`; };
  image.addEventListener("click", (event) => {
    x.value = Math.round(100 * event.offsetX / image.clientWidth);
    y.value = Math.round(100 * event.offsetY / image.clientHeight);
    show();
  });
  x.addEventListener("input", show);
  y.addEventListener("input", show);
  show();
}
