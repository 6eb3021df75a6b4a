import { acknowledgementProblems } from "../../components/migration/lint/acknowledge";
import { fileProblems } from "../../components/migration/lint/files";
import type { Example, Rule } from "../../components/migration/lint/rule";
import { rules } from "../../components/migration/lint/rules";

const head = `# What \`selfhelp lint\` looks for

Made by \`selfhelp lint --rules > docs/lint.md\` from the rules themselves; the tests run every example.

Nothing is forbidden. A finding is accepted, with its reason,

- by a comment above its statement: \`-- selfhelp:ack drop-column nobody reads it since v7.4\`;
- by the same comment above the first statement of the file, for the whole file;
- in the stack's config (\`selfhelp:acknowledge\`), for a script: \`{rule: drop-column, script: 40_update_v8.0.0_v8.1.0.sql, reason: …}\`.
  \`selfhelp lint --stack NAME\` reads those, looks at the scripts of that stack's release unless others are named, and needs no secret for it.

What a procedure does counts where it is called: bodies are read that a script made before, or \`--base\`, or the stack's base, and texts that are prepared
are put together, as far as conditions and values stand in scripts. What may run counts as run. A message then ends with the procedure and the place
in its body. Not followed are functions, triggers and events.

A blue-green deployment runs the old code on the new schema for a while: findings marked "breaks the old code" matter most there.
`;

/** docs/lint.md */
export function rulesAsMarkdown(): string {
  const classes = [...new Set(rules.map((rule) => rule.class))];
  const sections = classes.map((one) => [`## ${capital(one)}`, ...rules.filter((rule) => rule.class === one).map(section)].join("\n\n"));
  const others = Object.entries({ ...fileProblems, ...acknowledgementProblems }).map(([id, { title }]) => `- \`${id}\`: ${title}`);
  return `${head}\n${sections.join("\n\n")}\n\n## Files and acknowledgements\n\nThe first two are accepted in the stack's config alone, as \`{rule: chain, …}\`; the others can't be.\n\n${others.join("\n")}\n`;
}

function section({ id, title, why, instead, bad, good, ...rule }: Rule): string {
  const mark = rule.breaksOldCode === true ? " Breaks the old code, too." : "";
  return [
    `### \`${id}\``,
    `${capital(title)}. ${why}${mark}`,
    `Instead: ${instead}`,
    "Found:",
    `\`\`\`sql\n${bad.map(shown).join("\n\n")}\n\`\`\``,
    "Not found:",
    `\`\`\`sql\n${good.map(shown).join("\n\n")}\n\`\`\``,
  ].join("\n\n");
}

function shown(example: Example): string {
  if (typeof example === "string") return example.trim();
  const earlier = example.earlier === undefined ? "" : `-- before: ${example.earlier}\n`;
  return `${earlier}-- ${example.file}\n${example.source.trim()}`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
