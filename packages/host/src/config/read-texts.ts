import { nearest } from './nearest.ts';
import { shown } from './problem-text.ts';
import { allowedText, flagOf, isSecret, readText, rows, settingKeys } from './setting.ts';
import type { Scalar, Setting } from './setting.ts';
import type { SettingKey } from './settings.ts';

/** Texts by name: flags without dashes, or variables. */
export type Texts = Readonly<Record<string, string | undefined>>;

/** Where a value came from. */
export type Origin =
  | `flag --${string}`
  | `env ${string}`
  | `file ${string}`
  | 'options'
  | 'default';

/** A value, and where it came from. */
export interface FoundValue {
  readonly value: Scalar;
  readonly origin: Origin;
}

/** What flags and variables say, and a sentence for each text that is not allowed. */
export interface TextValues {
  readonly values: ReadonlyMap<SettingKey, FoundValue>;
  readonly problems: readonly string[];
}

/** The variable that names the config file; its flag is `--config`. */
export const configVariable = 'ISAPI_CONFIG';

/** Reads every setting that a flag or else a variable sets. An empty variable counts as not set. */
export function readTexts(flags: Texts, env: Texts): TextValues {
  const values = new Map<SettingKey, FoundValue>();
  const problems: string[] = [];
  for (const key of settingKeys) {
    const setting = rows[key];
    const source = sourceOf(setting, flags, env);
    if (source === undefined) continue;
    const { text, origin } = source;
    const value = readText(setting, text);
    if (value === undefined) {
      const what = isSecret(key) ? 'not allowed' : shown(text);
      problems.push(`${origin} is ${what}; expected ${allowedText(setting)}`);
    } else {
      values.set(key, { value, origin });
    }
  }
  return { values, problems };
}

function sourceOf(
  setting: Setting,
  flags: Texts,
  env: Texts,
): { readonly text: string; readonly origin: Origin } | undefined {
  const flag = flagOf(setting);
  const given = flags[flag];
  if (given !== undefined) return { text: given, origin: `flag --${flag}` };
  for (const variable of [setting.variable, setting.otherVariable ?? '']) {
    const text = env[variable];
    if (text !== undefined && text !== '') return { text, origin: `env ${variable}` };
  }
  return undefined;
}

/** A warning for each `ISAPI_*` variable that nothing reads, with the one it may have meant. */
export function unknownVariables(env: Texts): string[] {
  const variables = [...settingKeys.map((key) => rows[key].variable), configVariable];
  const known = variables.map((variable) => variable.slice(prefix.length));
  return Object.keys(env)
    .filter((variable) => variable.startsWith(prefix) && !variables.includes(variable))
    .map((variable) => {
      const name = variable.slice(prefix.length);
      const near = nearest(name, known) ?? known.find((other) => other.endsWith(`_${name}`));
      const hint = near === undefined ? '' : `; did you mean ${prefix}${near}?`;
      return `env ${variable} is not a setting and has no effect${hint}`;
    });
}

const prefix = 'ISAPI_';
