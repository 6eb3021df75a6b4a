import * as grpc from "@grpc/grpc-js";

/** Answers one call; what it throws becomes the call's error. */
export type Answer<Request, Response> = (request: Request) => Promise<Response> | Response;

/** A promise-returning function as gRPC's server wants it. */
export function unary<Request, Response>(answer: Answer<Request, Response>): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    Promise.resolve()
      .then(() => answer(call.request))
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback({ code: grpc.status.UNKNOWN, message: error instanceof Error ? error.message : String(error) }),
      );
  };
}

/** Starts a plugin's server on a free port and prints that as Pulumi's engine expects it: alone, on the first line. */
export async function serve(service: grpc.ServiceDefinition, implementation: grpc.UntypedServiceImplementation): Promise<void> {
  const megabytes = 1024 * 1024;
  const server = new grpc.Server({ "grpc.max_receive_message_length": 400 * megabytes, "grpc.max_send_message_length": 400 * megabytes });
  server.addService(service, implementation);
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound))),
  );
  process.stdout.write(`${port}\n`);
}

/** Ends this process when the engine asks for it or is gone itself (killed), after `stop` has ended what it started. */
export function endWithEngine(stop: () => void): void {
  const end = (): never => {
    stop();
    process.exit();
  };
  process.once("SIGTERM", end).once("SIGINT", end);
  const engine = process.ppid;
  setInterval(() => process.ppid === engine || end(), 500).unref();
}

/** The address in a plugin's arguments: where the engine that started it listens. */
export const engineAddress = (): string => process.argv.slice(2).findLast((argument) => !argument.startsWith("-")) ?? "";
