import type { z } from 'zod';

import { nearest } from './nearest.ts';
import { keyText, shown } from './problem-text.ts';
import { isSecret, settingKeys } from './setting.ts';
import type { UserConfig } from './user-config.ts';
import { userSchema } from './user-schema.ts';

/** A config that has the right form, or a sentence for each place that has not. */
export type FormOutcome =
  | { readonly ok: true; readonly user: UserConfig }
  | { readonly ok: false; readonly problems: readonly string[] };

/**
 * Checks what a config file exports. `where` names the file, and starts each problem.
 *
 * This is the only way to zod, which takes 47 ms to load: import it when there is a config to check.
 */
export function checkForm(content: unknown, where: string): FormOutcome {
  const outcome = userSchema.safeParse(content);
  if (outcome.success) return { ok: true, user: outcome.data };
  const problems = outcome.error.issues.flatMap((issue) => sentences(issue, content));
  return { ok: false, problems: problems.map((problem) => `${where}: ${problem}`) };
}

function sentences(issue: z.core.$ZodIssue, content: unknown): string[] {
  if (issue.code === 'unrecognized_keys') {
    const known = issue.message.split(', ');
    return issue.keys.map((key) => unknownKey([...issue.path, key], known));
  }
  if (issue.code === 'invalid_key') {
    const [cause] = issue.issues;
    return [
      `${keyText(issue.path)} is a key that is not allowed; expected ${cause?.message ?? ''}`,
    ];
  }
  const what = isSecret(issue.path.join('.')) ? 'not allowed' : shown(valueAt(content, issue.path));
  return [`${keyText(issue.path)} is ${what}; expected ${issue.message}`];
}

function unknownKey(path: readonly PropertyKey[], known: readonly string[]): string {
  const key = String(path.at(-1));
  const elsewhere = settingKeys.find((setting) => setting.endsWith(`.${key}`));
  const near = nearest(key, known) ?? elsewhere;
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  return `${keyText(path)} is not a setting${hint} (allowed: ${known.join(', ')})`;
}

function valueAt(content: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined,
    content,
  );
}
