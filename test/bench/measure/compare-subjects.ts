import type { Bench } from '../parts/part.ts';
import type { Subject } from '../subjects/subject.ts';
import type { RunningSubject } from '../subjects/start-subject.ts';
import { compare, type CompareOptions, type Pair, type Sides } from './compare.ts';
import type { Comparison } from './summary.ts';

/** What a group of subjects is compared in. */
export interface Contest extends CompareOptions {
  readonly baseline: Subject;
  readonly subjects: readonly Subject[];
}

/** Holds each subject against the baseline. One that this machine lacks is left out, and it is said. */
export async function compareSubjects(bench: Bench, contest: Contest): Promise<Comparison[]> {
  const { options, load } = bench;
  const { baseline, workload, connections } = contest;
  const group: Comparison[] = [];
  for (const subject of contest.subjects) {
    const pairs: Pair[] = [];
    for (let i = 0; i < options.launches; i += 1) {
      const more = await launch(baseline, subject, (sides) =>
        compare(sides, load, { ...options, ...contest }),
      );
      if (more.length === 0) break;
      pairs.push(...more);
    }
    if (pairs.length > 0) group.push({ subject: subject.name, workload, connections, pairs });
    else bench.say(`${subject.name} left out: ${subject.needs ?? 'it did not start'}`);
  }
  return group;
}

/** Starts baseline and subject anew, so that both are equally old. @returns nothing where the subject cannot run */
async function launch(
  baseline: Subject,
  subject: Subject,
  use: (sides: Sides) => Promise<readonly Pair[]>,
): Promise<readonly Pair[]> {
  const started = await startIfPossible(subject);
  if (started === undefined) return [];
  try {
    const other = await baseline.start();
    if (other === undefined) throw new Error(`the baseline ${baseline.name} does not start`);
    try {
      return await use({ baseline: other, subject: started });
    } finally {
      await other.close();
    }
  } finally {
    await started.close();
  }
}

/** One subject that does not start costs its own rows. What it said stands on stderr. */
async function startIfPossible(subject: Subject): Promise<RunningSubject | undefined> {
  try {
    return await subject.start();
  } catch {
    return undefined;
  }
}
