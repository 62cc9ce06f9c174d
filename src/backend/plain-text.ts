const LONGEST = 300;

// C0 and C1 controls, and what turns or hides the text around it.
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Text from a store, safe to show: one line, nothing that a terminal obeys, at most 300 characters. */
export function plainText(text: string): string {
  const clean = text.replace(UNPRINTABLE, '\ufffd');
  return clean.length <= LONGEST ? clean : `${clean.slice(0, LONGEST)}…`;
}
