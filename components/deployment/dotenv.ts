/** Variables as the text of a .env.local, each value read back as it is (Symfony's Dotenv expands nothing inside single quotes). */
export function dotenvText(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}='${value.replaceAll("'", `'"'"'`)}'\n`)
    .join("");
}
