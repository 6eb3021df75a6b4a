import type { Live, Planned } from "../../provider/handler";
import type { MonitorInputs, MonitorState, Settings } from "./contract";

export function liveMonitoring(differing: string[], wanted: MonitorInputs): Live<MonitorInputs, MonitorState> {
  const monitoring = differing.length === 0 ? asWanted(wanted) : `${differing.length} differ: ${differing.join("; ")}`;
  return { inputs: { ...wanted, differing }, state: { monitoring, change: "unchanged" } };
}

export const planMonitoring = (live: Live<MonitorInputs, MonitorState>, wanted: MonitorInputs): Planned<MonitorState> => ({
  monitoring: asWanted(wanted),
  change: changeText(live.inputs.differing, wanted),
});

/** What is done about what differs. A host without any of it is set up. */
export function changeText(differing: readonly string[], wanted: MonitorInputs): string {
  if (wanted.settings === null) return "removed";
  const missing = differing.filter((text) => text.endsWith(" is missing"));
  return missing.length === 4 ? `set up, ${asWanted(wanted)}` : `corrected: ${differing.join("; ")}`;
}

const asWanted = ({ settings }: MonitorInputs): string =>
  settings === null ? "off" : `every ${(JSON.parse(settings) as Settings).everySeconds} s`;
