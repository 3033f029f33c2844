/** JSON as the admin API answers it. */
type Json = unknown;
type Fields = Readonly<Record<string, Json>>;
type Rule = (one: Json, other: Json) => Json;

/** States of a pool, the worst last. */
const STATES: readonly Json[] = ['serving', 'recycling', 'disabled'];
/** Faults that are kept. */
const MOST_FAULTS = 100;

/** What is not counts that add up, by the name of the member. */
const RULES: Readonly<Record<string, Rule>> = {
  generation: highest,
  uptimeMs: highest,
  loopDelayMs: highest,
  atMs: highest,
  pid: (one) => one,
  boundsMs: (one) => one,
  scriptMaps: (one) => one,
  paths: (one) => one,
  buckets: (one, other) => listOf(one).map((count, at) => sum(count, listOf(other)[at])),
  state: (one, other) => (STATES.indexOf(one) < STATES.indexOf(other) ? other : one),
  faults: mergeFaults,
};

/**
 * Puts together what two host processes answer to the same request: counts are added, what has a name is one thing,
 * and lists of what belongs to one process follow each other.
 */
export function mergeAnswers(one: Json, other: Json, name: string = ''): Json {
  const rule = RULES[name];
  if (rule !== undefined) return rule(one, other);
  if (typeof one === 'number') return sum(one, other);
  if (typeof one === 'boolean') return one || other === true;
  if (Array.isArray(one)) return mergeLists(one, listOf(other));
  if (isFields(one) && isFields(other)) return mergeFields(one, other);
  return one ?? other;
}

function mergeFields(one: Fields, other: Fields): Fields {
  const merged: Record<string, Json> = { ...other };
  for (const [name, value] of Object.entries(one)) {
    merged[name] = name in other ? mergeAnswers(value, other[name], name) : value;
  }
  return merged;
}

function mergeLists(one: readonly Json[], other: readonly Json[]): readonly Json[] {
  const merged = [...one];
  for (const item of other) {
    const key = keyOf(item);
    const at = key === undefined ? -1 : merged.findIndex((known) => keyOf(known) === key);
    if (at === -1) merged.push(item);
    else merged[at] = mergeAnswers(merged[at], item);
  }
  return merged;
}

/** Names what there is in every process; `undefined`: it is there in one only. */
function keyOf(item: Json): string | undefined {
  if (!isFields(item) || 'process' in item) return undefined;
  const { name, evt, extension, pool } = item;
  return JSON.stringify([name, evt, extension, pool]);
}

/** Counted ones are one thing; those that happened are put in order, the latest first. */
function mergeFaults(one: Json, other: Json): Json {
  return mergeLists(listOf(one), listOf(other))
    .toSorted((a, b) => timeOf(b) - timeOf(a))
    .slice(0, MOST_FAULTS);
}

function timeOf(fault: Json): number {
  return isFields(fault) && typeof fault['at'] === 'string' ? Date.parse(fault['at']) : 0;
}

function highest(one: Json, other: Json): Json {
  return Math.max(Number(one), Number(other));
}

function sum(one: Json, other: Json): number {
  return Number(one) + Number(other ?? 0);
}

function listOf(value: Json): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function isFields(value: Json): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
