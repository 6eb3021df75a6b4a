/** Somebody else's text in one line for a terminal: nothing in it moves the cursor, changes colours or turns the line around. */
export const plain = (text: string): string => text.replace(/[\p{Cc}\p{Bidi_Control}]+/gu, " ");

/** The same with its lines and tabs kept. */
export const plainLines = (text: string): string => text.replace(/(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu, " ");
