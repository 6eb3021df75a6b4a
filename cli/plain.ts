/** Somebody else's text for a terminal: nothing in it moves the cursor, changes colours or turns the line around. */
export const plain = (text: string): string => text.replace(/[\p{Cc}\p{Bidi_Control}]+/gu, " ");
