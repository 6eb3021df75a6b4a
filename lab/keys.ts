import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { must } from "./process";

/** Names and addresses that a certificate is good for, and for how many days from now: default 30, below 0 it ended before. */
interface Subject {
  name: string;
  addresses: readonly string[];
  days?: number;
}

export const password = (): string => randomBytes(18).toString("base64url");

/** An ed25519 key pair for SSH. @returns the private key's path; the public one is beside it as .pub */
export async function sshKey(path: string, comment: string): Promise<string> {
  await must(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", path]);
  return path;
}

export const publicKey = (path: string): string => readFileSync(`${path}.pub`, "utf8").trim().split(" ").slice(0, 2).join(" ");

/** Makes the RSA pair that the application signs its tokens with. @returns the folder, for `readJwtKeys` */
export function jwtKeys(folder: string): string {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  writeFileSync(join(folder, "jwt.key"), privateKey, { mode: 0o600 });
  writeFileSync(join(folder, "jwt.pem"), publicKey);
  return folder;
}

export const readJwtKeys = (folder: string): { privateKey: string; publicKey: string } => ({
  privateKey: readFileSync(join(folder, "jwt.key"), "utf8"),
  publicKey: readFileSync(join(folder, "jwt.pem"), "utf8"),
});

/** The lab's certificate authority. @returns its folder with ca.pem and ca.key */
export async function certificateAuthority(folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  await must([
    "openssl",
    "req",
    "-x509",
    ...keyOptions,
    "-days",
    "30",
    "-subj",
    "/CN=lab",
    "-keyout",
    join(folder, "ca.key"),
    "-out",
    join(folder, "ca.pem"),
  ]);
  return folder;
}

const keyOptions = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/** A server's certificate. */
export async function certificate(authority: string, subject: Subject): Promise<{ certificate: string; key: string }> {
  const [key, out, extension] = ["key", "pem", "ext"].map((ending) => join(authority, `${subject.name}.${ending}`)) as [
    string,
    string,
    string,
  ];
  const alternatives = [`DNS:${subject.name}`, "DNS:localhost", ...["127.0.0.1", ...subject.addresses].map((address) => `IP:${address}`)];
  writeFileSync(extension, `subjectAltName=${alternatives.join(",")}\n`);
  const request = await must(["openssl", "req", ...keyOptions, "-subj", `/CN=${subject.name}`, "-keyout", key]);
  const signing = [
    "-CA",
    join(authority, "ca.pem"),
    "-CAkey",
    join(authority, "ca.key"),
    // Not openssl's own file of the next number: hosts of a lab get their certificates at the same time.
    "-set_serial",
    `0x${randomBytes(8).toString("hex")}`,
    "-days",
    `${subject.days ?? 30}`,
    "-extfile",
    extension,
  ];
  await must(["openssl", "x509", "-req", ...signing, "-out", out], { stdin: request });
  return { certificate: readFileSync(out, "utf8"), key: readFileSync(key, "utf8") };
}

/** An age key pair for backups. @returns the public key; the private one is only in `path` */
export async function ageKey(path: string): Promise<string> {
  await must(["age-keygen", "-o", path]);
  return (await must(["age-keygen", "-y", path])).trim();
}

/** Numeric user id in an image, for files that are written before the host runs. */
export function imageUser(image: string, name: string): { owner: string; group: string } {
  const line = readFileSync(join(image, "etc/passwd"), "utf8")
    .split("\n")
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , owner = "0", group = "0"] = line?.split(":") ?? [];
  return { owner, group };
}
