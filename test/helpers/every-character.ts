/** Every printable character of ASCII, what shells, files and protocols stumble over, and text beyond it; no line end, no NUL. */
export const everyCharacter = `${String.fromCharCode(...Array.from({ length: 95 }, (_, index) => 32 + index))}\t\u0001\u001b\u007fé\u0301ß漢字🔑\u200f\u00a0`;

/** The same without control characters and blanks at its ends, for whoever types it through a prompt or a line. */
export const everyPrintable = `!${everyCharacter.replaceAll(/\p{Cc}/gu, '').trim()}!`;
