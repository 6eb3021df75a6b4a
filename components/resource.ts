import * as pulumi from "@pulumi/pulumi";

/** A contract's inputs as the program may give them: each value now or later. */
export type Later<Inputs> = { [Key in keyof Inputs]: pulumi.Input<Inputs[Key]> };

/** Properties for Pulumi's engine: the inputs, and a place for each output that is not an input's echo. */
export function properties<Inputs extends object>(inputs: Inputs, outputs: readonly string[]): pulumi.Inputs {
  return { ...Object.fromEntries(outputs.map((output) => [output, undefined])), ...inputs };
}

/** A component stands at once; it is what it holds that waits for what the component is said to depend on, and has that recorded. */
export const waiting = (
  options: pulumi.ComponentResourceOptions,
): { own: pulumi.ComponentResourceOptions; child: pulumi.CustomResourceOptions } => {
  const { dependsOn, ...own } = options;
  return { own, child: { dependsOn } };
};
