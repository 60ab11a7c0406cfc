// The front page's form: articles are found as one types.
import { startPicker } from "./picker.js";

for (const picker of document.querySelectorAll(".picker")) startPicker(picker);
