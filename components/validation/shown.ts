import type { Host } from "../../host/host";
import type { Site, Slot } from "../../host/site";
import type { SlotsState } from "../release/contract";
import { readCandidate } from "./commands";
import { CandidateNotShown } from "./errors";

/** Makes sure that what is asked on 127.0.0.1:8080 is the wanted release. @throws CandidateNotShown */
export async function assertShown(host: Host, site: Site, slots: SlotsState, wanted: { slot: Slot; commit: string }): Promise<void> {
  const { slot, commit } = wanted;
  const found = slots[slot]?.commit;
  if (found !== commit) {
    const holds = found === undefined ? "no complete release" : `commit ${found}`;
    throw new CandidateNotShown(
      host.name,
      slot,
      `it holds ${holds}, not commit ${commit}`,
      "Start again: the release step builds it anew.",
    );
  }
  const command = readCandidate(site.candidate, site.slot[slot]);
  const { stdout } = await host.run(command, { as: "root", purpose: "reading the candidate link", timeoutSeconds: 30 });
  const [target, folder] = stdout.split("\n");
  if (target === folder && target !== "") return;
  const problem = `127.0.0.1:8080 shows ${target === "" ? "nothing" : target} instead`;
  throw new CandidateNotShown(
    host.name,
    slot,
    problem,
    `Type on the host, then start again: sudo ln -sfn ${site.slot[slot]} ${site.candidate}`,
  );
}
