// Raised and lowered numbers as a plain text has them: 10⁶, not 106. A letter stays one letter.

const NUMBER = { superscript: /^[0-9+\-−=n]+(?:[,;]\s?[0-9]+)*$/, subscript: /^[0-9+\-−=]+$/ };
const FROM = "0123456789+-−=n", TO = { superscript: "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼ⁿ", subscript: "₀₁₂₃₄₅₆₇₈₉₊₋₋₌" };

// The text of a text node, by its marks, as plain_text() in articles/richtext.py writes it.
export function plainText(node) {
  const kind = node.marks.map((mark) => mark.type.name).find((name) => name in TO);
  if (!kind || !NUMBER[kind].test(node.text.trim())) return node.text;
  return [...node.text].map((sign) => TO[kind][FROM.indexOf(sign)] ?? sign).join("");
}
