const pieces = [
  "'", '"', "\\", "$", "`", "$(touch hit)", "${HOME}", "!", "!!", "*", "?", "[a]", "~", "#", "&", "|", ";", "<", ">", "(", ")", "{a,b}", "\n", "\r", "\t",
  " ", "  ", "-", "--", "-n", "-e", "=", "A=b", "%s", "\\n", "\\0", "^", "ä", "語", "🚀", "\u00a0", "\u2028", "\u001b[31m", "\x7f", "\x01", "a", "Z", "0", "'\\''", "'\"'\"'",
]; // prettier-ignore

/** Words of random pieces, each of which means something to a shell, a server or a parser; the same ones at every run. */
export function randomWords(count: number, seed: number): string[] {
  let state = seed;
  const next = (below: number): number => ((state = (Math.imul(state, 1103515245) + 12345) >>> 0) % 65536) % below;
  return Array.from({ length: count }, () => Array.from({ length: next(9) }, () => pieces[next(pieces.length)]).join(""));
}
