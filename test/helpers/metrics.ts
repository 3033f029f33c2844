/** How often each kind of fault was told since the start of a host; 0 for what never was. */
export interface FaultCounts {
  get(evt: string): number;
}

/** Reads `isapi_faults_total` from a host's admin server, summed over extensions and pools. */
export async function faultCounts(adminUrl: string): Promise<FaultCounts> {
  const text = await (await fetch(`${adminUrl}/metrics`)).text();
  const counts = new Map<string, number>();
  for (const [, evt = '', count] of text.matchAll(
    /^isapi_faults_total\{evt="([^"]*)".*\} (\d+)$/gm,
  )) {
    counts.set(evt, (counts.get(evt) ?? 0) + Number(count));
  }
  return { get: (evt) => counts.get(evt) ?? 0 };
}
