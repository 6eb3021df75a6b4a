/** What an answer of the demo application's /cms-api/v1/release tells; each of them names the release that made it. */
interface Told {
  release: string;
  source: string | null;
  marker: string | null;
  folder: string;
  root: string;
  bytes: number;
}

/** Releases that an answer names, without repetitions: by its header, its code, the files around it, and nginx' choice of folder; or what is wrong with it. */
export function parseAnswer(
  status: number,
  header: string | string[] | undefined,
  body: string,
  sentBytes: number,
): { releases: string[] } | { failure: string } {
  if (status !== 200) return { failure: `answered ${status}` };
  let told: Told;
  try {
    told = JSON.parse(body) as Told;
  } catch {
    return { failure: `an answer of ${body.length} characters that is not whole` };
  }
  if (told.bytes !== sentBytes) return { failure: `${told.bytes} of ${sentBytes} bytes arrived` };
  const named = [header, told.release, told.source ?? "no source", told.marker ?? told.release];
  if (told.root !== told.folder) named.push(`${told.folder} by way of ${told.root}`);
  return { releases: [...new Set(named.map(String))] };
}
