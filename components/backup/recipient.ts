const alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const prefix = "age";

/** In age's README; somebody copies it. */
const documented = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

/** What is wrong with an age public key; undefined: nothing. Its own checksum (bech32) finds every mistyped letter. */
export function recipientProblem(recipient: string): string | undefined {
  const example = 'must be an age public key, as age-keygen prints it: "age1…" and 58 more letters and digits';
  if (recipient.startsWith("AGE-SECRET-KEY-")) return `is a private key; it ${example}. Keep the private one off this config`;
  if (!new RegExp(`^${prefix}1[${alphabet}]{58}$`).test(recipient)) return example;
  if (recipient === documented)
    return "is the example of age's own documentation: nobody could read the backups; make your own with age-keygen";
  return checksum(recipient) === 1 ? undefined : "is mistyped: its checksum does not match; copy it again from age-keygen's output";
}

function checksum(recipient: string): number {
  const letters = [...prefix].map((letter) => letter.charCodeAt(0));
  const data = [...recipient.slice(prefix.length + 1)].map((letter) => alphabet.indexOf(letter));
  return [...letters.map((code) => code >> 5), 0, ...letters.map((code) => code & 31), ...data].reduce(polymod, 1);
}

function polymod(sum: number, value: number): number {
  const generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
  const shifted = ((sum & 0x1ffffff) << 5) ^ value;
  return generators.reduce((next, generator, bit) => ((sum >> 25) & (1 << bit) ? next ^ generator : next), shifted);
}
