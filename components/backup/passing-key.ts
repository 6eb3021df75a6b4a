import { bech32 } from "@scure/base";
import { randomBytes } from "node:crypto";
import { Secret } from "../../host/secret";

/** An age private key that nobody keeps: with it one run opens the archive that it has made itself. The format is age's (C2SP, age.md: X25519). */
export const passingKey = (): Secret => new Secret(bech32.encodeFromBytes("age-secret-key-", randomBytes(32)).toUpperCase());
