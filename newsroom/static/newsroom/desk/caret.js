// Keeps the caret above the bar that stands at the window's foot. The browser does so itself for
// plain fields (scroll-padding); the body's editor scrolls on its own and knows of no bar.
const GAP = 16;

const caret = () => {
  const { focusNode, isCollapsed, rangeCount } = getSelection();
  if (!isCollapsed || !rangeCount) return null;
  const element = focusNode.nodeType === Node.ELEMENT_NODE ? focusNode : focusNode.parentElement;
  if (!element?.isContentEditable) return null;
  const box = getSelection().getRangeAt(0).getBoundingClientRect();
  return box.height ? box : element.getBoundingClientRect(); // an empty line has no box
};

const bar = document.querySelector(".publish-row, .panel .stay");
let isAsked = false;
const look = () => {
  isAsked = false;
  const box = caret();
  if (bar.getBoundingClientRect().top < innerHeight / 2) return; // it stands beside the text
  const hidden = box ? box.bottom + GAP - bar.getBoundingClientRect().top : 0;
  if (hidden > 0 && box.top < innerHeight + 200) scrollBy({ top: hidden });
};
if (bar) {
  document.addEventListener("selectionchange", () => {
    if (isAsked) return;
    isAsked = true;
    setTimeout(look, 50); // after the editor has scrolled
  });
}
