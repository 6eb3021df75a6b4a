import pulumi from "@pulumi/eslint-plugin";
import tseslint from "typescript-eslint";
import { constantText } from "./scripts/constant-text.mjs";

// Imports go one way: component -> resource -> contract; handler -> commands, pure files, contract, host, database.
const handlerSide = ["**/handler", "**/lookup", "**/host/ssh", "**/database/connect", "**/provider/*", "**/repository/*"];

export default tseslint.config(
  { ignores: ["node_modules", "lab/app"] },
  ...tseslint.configs.recommended,
  {
    files: ["**/*.ts"],
    plugins: { "@pulumi": pulumi },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@pulumi/no-output-in-template-literal": "error",
      "@pulumi/no-output-instance-in-template-literal": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "max-lines-per-function": ["error", { max: 60, skipComments: true, skipBlankLines: true }],
    },
  },
  {
    files: ["cli/**/*.ts", "components/**/*.ts", "database/**/*.ts", "host/**/*.ts", "provider/**/*.ts", "repository/**/*.ts"],
    plugins: { own: { rules: { "constant-text": constantText } } },
    rules: { "own/constant-text": "error" },
  },
  {
    files: ["**/*.cjs"],
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
  {
    files: ["tests/**/*.ts"],
    rules: { "max-lines-per-function": "off" },
  },
  {
    files: ["index.ts", "components/**/component.ts", "components/**/resource.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: [{ group: handlerSide, message: "The program never imports what the provider does." }] },
      ],
    },
  },
  {
    files: ["components/**/handler.ts", "components/**/lookup.ts", "host/**/*.ts", "database/**/*.ts", "repository/**/*.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: [{ group: ["@pulumi/*", "**/component", "**/resource"], message: "The provider's side doesn't know the program." }] },
      ],
    },
  },
  {
    files: ["components/**/*commands.ts", "components/**/plan.ts", "components/**/contract.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              group: ["@pulumi/*", "node:fs*", "node:child_process", "ssh2", "mysql2*"],
              message: "Commands, plans and contracts are pure.",
            },
          ],
        },
      ],
    },
  },
);
