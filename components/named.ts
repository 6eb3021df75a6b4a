/** "a, b, c, d, e and 2 more" */
export const named = (names: readonly string[], most = 5): string =>
  names.length <= most ? names.join(", ") : `${names.slice(0, most).join(", ")} and ${names.length - most} more`;
