import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { storeFolder } from "../places";
import { waitFor } from "../process";

/** A user of the store. */
export interface StoreUser {
  accessKeyId: string;
  secretAccessKey: string;
}

/** moto's S3 server on this machine, in memory: what it held is gone when it is killed. */
export class LabStore {
  #process: ChildProcess | undefined;

  private constructor(
    readonly address: string,
    readonly port: number,
  ) {}

  /** A server that listens at an address of this machine; lab hosts reach that of their bridge. */
  static async start(address: string): Promise<LabStore> {
    const store = new LabStore(address, await freePort(address));
    await store.restart();
    return store;
  }

  get endpoint(): string {
    return `http://${this.address}:${this.port}`;
  }

  /** Starts it again, empty, where it was. */
  async restart(): Promise<void> {
    const words = ["-m", "moto.server", "--host", this.address, "--port", `${this.port}`];
    const child = spawn(join(storeFolder(), "bin", "python"), words, { stdio: "ignore" });
    this.#process = child;
    await waitFor("the lab's store answers", 60, async () => {
      if (child.exitCode !== null) throw new Error(`the lab's store ended with code ${child.exitCode}`);
      return fetch(`${this.endpoint}/moto-api/data.json`).then(
        ({ ok }) => ok,
        () => false,
      );
    });
  }

  /** As `kill -9`. */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  }

  /** Whether signatures and what a user may do are checked; they are not at first. */
  async checkAccess(isChecked: boolean): Promise<void> {
    await this.#ask("moto-api/reset-auth", { method: "POST", body: isChecked ? "0" : "inf" });
  }

  /** @param folder of the bucket; with versions as a managed one has them */
  async makeBucket(bucket: string): Promise<void> {
    await this.#ask(bucket, { method: "PUT" });
    const enabled = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    await this.#ask(`${bucket}?versioning`, { method: "PUT", body: enabled });
  }

  /** A user with one access key, who may do what the policy says. */
  async makeUser(name: string, policy: string): Promise<StoreUser> {
    await this.#iam({ Action: "CreateUser", UserName: name });
    await this.#iam({ Action: "PutUserPolicy", UserName: name, PolicyName: name, PolicyDocument: policy });
    const answer = await this.#iam({ Action: "CreateAccessKey", UserName: name });
    const inside = (tag: string): string => new RegExp(`<${tag}>(.*?)</${tag}>`).exec(answer)?.[1] ?? "";
    return { accessKeyId: inside("AccessKeyId"), secretAccessKey: inside("SecretAccessKey") };
  }

  /** Keys of a bucket's objects; while access is not checked. */
  async keys(bucket: string): Promise<string[]> {
    const answer = await this.#ask(`${bucket}?list-type=2`);
    return [...(await answer.text()).matchAll(/<Key>(.*?)<\/Key>/g)].map(([, key]) => key ?? "");
  }

  /** An object's content; while access is not checked. */
  async content(bucket: string, key: string): Promise<Buffer> {
    return Buffer.from(await (await this.#ask(`${bucket}/${key}`)).arrayBuffer());
  }

  /** Uploads that were begun and neither completed nor given up; while access is not checked. */
  async openUploads(bucket: string): Promise<number> {
    return [...(await (await this.#ask(`${bucket}?uploads`)).text()).matchAll(/<UploadId>/g)].length;
  }

  async #iam(words: Record<string, string>): Promise<string> {
    const body = new URLSearchParams({ ...words, Version: "2010-05-08" });
    return (await this.#ask("", { method: "POST", body, headers: signedFor("iam") })).text();
  }

  async #ask(path: string, request: RequestInit = {}): Promise<Response> {
    const answer = await fetch(`${this.endpoint}/${path}`, { headers: signedFor("s3"), ...request, signal: AbortSignal.timeout(30_000) });
    if (!answer.ok) throw new Error(`the lab's store answered ${answer.status} to ${path}: ${await answer.text()}`);
    return answer;
  }
}

/** The server goes by this which service is meant; the signature itself is not checked then. */
const signedFor = (service: string): Record<string, string> => ({
  authorization: `AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=any`,
});

async function freePort(address: string): Promise<number> {
  const server = createServer().listen(0, address);
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
