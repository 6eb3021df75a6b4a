import { type ServerOptions, Server, ServerCredentials } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { type Options, Provider } from "./server";

const pollMilliseconds = 500;

/**
 * Serves a provider as the process that Pulumi's engine starts: prints its port, alone, on the first line. It ends with the engine, also when that
 * is killed: what runs is cancelled first, and the lock on the hosts is kept until it has come to its safe point.
 */
export async function runPlugin(options: Options): Promise<void> {
  const provider = new Provider(options);
  const engine = process.argv.slice(2).findLast((argument) => !argument.startsWith("-"));
  if (engine !== undefined) provider.attach(engine);
  const server = new Server(serverOptions);
  server.addService(ResourceProviderService, provider.calls());
  const port = await listen(server);
  endWithEngine(() => {
    provider.cancel();
    // The engine keeps its connection open, so the server never shuts down by itself; a last answer gets time to leave.
    const milliseconds = provider.isIdle ? 0 : 200;
    void provider.idle().then(() => setTimeout(() => process.exit(), milliseconds));
  });
  process.stdout.write(`${port}\n`);
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => (error ? reject(error) : resolve(port))),
  );
}

/** The engine interrupts a plugin that it is done with. */
function endWithEngine(end: () => void): void {
  process.once("SIGTERM", end).once("SIGINT", end);
  const engine = Number(process.env["APPHOST_ENGINE_PID"] ?? process.ppid);
  const poll = setInterval(() => {
    if (process.ppid === engine) return;
    clearInterval(poll);
    end();
  }, pollMilliseconds);
}

/** Messages may be as large as Pulumi's own limit. */
const serverOptions: ServerOptions = {
  "grpc.max_receive_message_length": 400 * 1024 * 1024,
  "grpc.max_send_message_length": 400 * 1024 * 1024,
};
