import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { on } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { LanguageRuntimeClient } from "@pulumi/pulumi/proto/language_grpc_pb";
import {
  type AboutResponse,
  type GetProgramDependenciesResponse,
  GetProgramDependenciesRequest,
  type GetRequiredPackagesResponse,
  GetRequiredPackagesRequest,
  AboutRequest,
  ProgramInfo,
  RunRequest,
  type RunResponse,
} from "@pulumi/pulumi/proto/language_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { binaryOf, call, isAlive, Launched, until } from "./launched";

describe("stand-in for the Node.js language host", () => {
  let program: string;
  let host: Launched<LanguageRuntimeClient>;

  beforeEach(async () => {
    program = mkdtempSync(join(tmpdir(), "language-"));
    host = await Launched.start("pulumi-language-nodejs", LanguageRuntimeClient, { cwd: program });
  });

  afterEach(async () => {
    await host.stop();
    rmSync(program, { recursive: true });
  });

  const write = (path: string, text: string): void => {
    const file = join(program, path);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, text);
  };
  /** The SDK's part that runs a program, replaced by a script. */
  const sdk = (script: string): void => write("node_modules/@pulumi/pulumi/cmd/run/index.js", script);
  const info = (): ProgramInfo => new ProgramInfo().setRootDirectory(program).setProgramDirectory(program).setEntryPoint(".");
  const run = (request = new RunRequest()): Promise<RunResponse> =>
    call((done) => host.client.run(request.hasInfo() ? request : request.setInfo(info()), done));

  it("starts the program's own SDK with what the engine said", async () => {
    sdk(`require("fs").writeFileSync("seen", JSON.stringify({ argv: process.argv.slice(2), config: process.env.PULUMI_CONFIG,
      secret: process.env.PULUMI_CONFIG_SECRET_KEYS, typescript: process.env.PULUMI_NODEJS_TYPESCRIPT }))`);
    const request = new RunRequest().setMonitorAddress("127.0.0.1:9").setProject("p").setStack("s").setOrganization("o").setParallel(4);
    request.setDryrun(true).setConfigsecretkeysList(["p:b"]).getConfigMap().set("p:a", "1");
    const response = await run(request);
    assert.equal(response.getError(), "");
    assert.equal(response.getBail(), false);
    assert.deepEqual(JSON.parse(readFileSync(join(program, "seen"), "utf8")), {
      argv: [
        "--monitor=127.0.0.1:9",
        "--engine=127.0.0.1:1",
        "--project=p",
        "--stack=s",
        "--organization=o",
        `--root-directory=${program}`,
        `--pwd=${program}`,
        "--parallel=4",
        "--dry-run",
        ".",
      ],
      config: '{"p:a":"1"}',
      secret: '["p:b"]',
      typescript: "true",
    });
  });

  it("honours the runtime's options", async () => {
    sdk(`require("fs").writeFileSync("seen", JSON.stringify([process.execArgv, process.env.PULUMI_NODEJS_TYPESCRIPT]))`);
    const options = Struct.fromJavaScript({ typescript: false, nodeargs: "--no-warnings  --trace-uncaught" });
    await run(new RunRequest().setInfo(info().setOptions(options)));
    assert.deepEqual(JSON.parse(readFileSync(join(program, "seen"), "utf8")), [["--no-warnings", "--trace-uncaught"], null]);
  });

  it("says nothing more when the program has reported its error", async () => {
    sdk("process.exit(32)");
    const response = await run();
    assert.equal(response.getBail(), true);
    assert.equal(response.getError(), "");
  });

  it("turns a crash into an error", async () => {
    sdk("process.exit(3)");
    assert.equal((await run()).getError(), "Program exited with non-zero exit code: 3");
  });

  it("says that the SDK is missing", async () => {
    assert.match((await run()).getError(), /^It looks like the Pulumi SDK has not been installed/);
  });

  /** A program that only ends when it is told to. */
  const startEndless = async (): Promise<{ pid: number; response: Promise<RunResponse | Error> }> => {
    sdk(`process.on("SIGTERM", () => process.exit(4)); require("fs").writeFileSync("pid.new", String(process.pid));
      require("fs").renameSync("pid.new", "pid"); setInterval(() => {}, 1000)`);
    const response = run().catch((error: Error) => error);
    await until("the program started", () => existsSync(join(program, "pid")));
    return { pid: Number(readFileSync(join(program, "pid"), "utf8")), response };
  };

  it("asks the program to end when the engine cancels", async () => {
    const { response } = await startEndless();
    await call((done) => host.client.cancel(new Empty(), done));
    const answer = await response;
    assert.ok(!(answer instanceof Error));
    assert.equal(answer.getError(), "Program exited with non-zero exit code: 4");
  });

  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    it(`leaves no program behind when it gets ${signal}`, async () => {
      const { pid, response } = await startEndless();
      await host.stop(signal);
      await response;
      await until("the program ended", () => !isAlive(pid));
    });
  }

  it("ends when the engine that started it is killed", async () => {
    const engine = spawn("/bin/sh", ["-c", '"$0" 127.0.0.1:1 & echo $!; wait', binaryOf("pulumi-language-nodejs")], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const seen: string[] = [];
    for await (const [line] of on(createInterface(engine.stdout), "line") as AsyncIterable<[string]>) {
      if (seen.push(line) === 2) break;
    }
    engine.kill("SIGKILL");
    await until("the host ended", () => !isAlive(Number(seen[0])));
  });

  it("finds the plugins of installed packages, nested ones too", async () => {
    write(
      "node_modules/@pulumi/command/package.json",
      `{ "name": "@pulumi/command", "version": "9", "pulumi": { "resource": true, "name": "command", "version": "1.2.1" } }`,
    );
    write("node_modules/plain/package.json", `{ "name": "plain", "version": "1.0.0" }`);
    write(
      "node_modules/plain/node_modules/@other/cloud/package.json",
      `{ "name": "@other/cloud", "version": "2.0.0", "pulumi": { "resource": true, "server": "https://plugins.example" } }`,
    );
    const request = new GetRequiredPackagesRequest().setInfo(info());
    const response = await call<GetRequiredPackagesResponse>((done) => host.client.getRequiredPackages(request, done));
    assert.deepEqual(
      response.getPackagesList().map((found) => [found.getName(), found.getKind(), found.getVersion(), found.getServer()]),
      [
        ["command", "resource", "v1.2.1", ""],
        ["other/cloud", "resource", "v2.0.0", "https://plugins.example"],
      ],
    );
  });

  it("tells the program's dependencies in the versions installed, and the Node.js that runs it", async () => {
    write("package.json", `{ "dependencies": { "plain": "^1" } }`);
    write("node_modules/plain/package.json", `{ "name": "plain", "version": "1.2.3" }`);
    const request = new GetProgramDependenciesRequest().setInfo(info());
    const response = await call<GetProgramDependenciesResponse>((done) => host.client.getProgramDependencies(request, done));
    assert.deepEqual(response.toObject().dependenciesList, [{ name: "plain", version: "1.2.3" }]);
    const about = await call<AboutResponse>((done) => host.client.about(new AboutRequest(), done));
    assert.match(about.getVersion(), /^v2[2-9]\./);
  });
});
