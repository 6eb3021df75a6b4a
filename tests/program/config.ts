/** The least that a stack's config must say, as Pulumi hands it over. */
export const minimalConfig: Record<string, string> = {
  "selfhelp:release": "v8.1.0",
  "selfhelp:repository": "https://git.example.org/selfhelp.git",
  "selfhelp:hosts": JSON.stringify([{ name: "web1", address: "203.0.113.7", user: "deploy", hostKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5" }]),
  "selfhelp:database": JSON.stringify({ name: "selfhelp_production", user: "selfhelp_deploy", password: "correct horse" }),
  "selfhelp:backup": JSON.stringify({ recipient: `age1${"q".repeat(58)}` }),
};
