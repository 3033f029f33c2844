/** 950 ms, 12.3 s, 4 min 5 s, 3 h 20 min, 2 d 4 h. */
export function formatMs(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** With the separators of the reader's language. */
export function formatCount(count: number): string {
  return count.toLocaleString();
}

/** A rate: one digit after the point while it is small. */
export function formatRate(rate: number): string {
  return rate < 10 ? rate.toFixed(1) : formatCount(Math.round(rate));
}

/** `2xx 12, 5xx 1`; nothing counted: a dash. */
export function formatCounts(counts: Readonly<Record<string, number>>): string {
  const texts = Object.entries(counts).map(([name, count]) => `${name} ${formatCount(count)}`);
  return texts.join(', ') || '–';
}
