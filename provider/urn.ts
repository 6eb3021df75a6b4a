/** What a URN tells: urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME */
export interface ResourceName {
  stack: string;
  type: string;
  name: string;
}

export function parseUrn(urn: string): ResourceName {
  const [stack = "", , types = "", ...name] = urn.split("::");
  return { stack: stack.replace(/^urn:pulumi:/, ""), type: types.split("$").at(-1) ?? "", name: name.join("::") };
}
