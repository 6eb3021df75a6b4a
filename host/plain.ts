/** Somebody else's text in one line for a terminal: nothing in it moves the cursor, changes colours or turns the line around. */
export const plain = (text: string): string => text.replace(/[\p{Cc}\p{Bidi_Control}]+/gu, " ");

/** The same with its lines and tabs kept. */
export const plainLines = (text: string): string => text.replace(/(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu, " ");

/** A value as JSON for people and programs, with the same left out by JSON's own escapes. */
export const plainJson = (value: unknown, indent = 2): string =>
  JSON.stringify(value, null, indent).replace(
    /[\x7f-\x9f\p{Bidi_Control}]/gu,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
