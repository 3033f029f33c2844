import type { ArgDef, ArgsDef, ParsedArgs } from 'citty';

import { suggestion } from '../config/nearest.ts';
import type { Texts } from '../config/read-texts.ts';
import { fallbackText, flagOf, rows, settingKeys } from '../config/setting.ts';
import type { Setting } from '../config/setting.ts';

/** The flags that set settings, from their table, and the one that names the config file. */
export function settingFlags(): ArgsDef {
  const settings = settingKeys.map(
    (key) => [flagOf(rows[key]), flagDefinition(rows[key])] as const,
  );
  return {
    config: {
      type: 'string',
      valueHint: 'FILE',
      description: 'config file, instead of isapi.config.{ts,mts,js,mjs,json} in this folder',
    },
    ...Object.fromEntries(settings),
  };
}

function flagDefinition(setting: Setting): ArgDef {
  const description = `${setting.about} [${fallbackText(setting)}]`;
  switch (setting.type) {
    case 'switch':
      return {
        type: 'boolean',
        description,
        ...(setting.fallback ? { negativeDescription: 'turns it off' } : {}),
      };
    case 'whole':
      return { type: 'string', description, valueHint: setting.unit ?? 'N' };
    case 'choice':
      return choiceDefinition(setting.choices, description);
    case 'text':
      return { type: 'string', description, valueHint: setting.form };
    default:
      return setting satisfies never;
  }
}

/** A few choices stand beside the flag, many in its description: the widest flag indents all. */
function choiceDefinition(choices: readonly string[], description: string): ArgDef {
  const hint = choices.join('|');
  return hint.length <= 20
    ? { type: 'string', description, valueHint: hint }
    : { type: 'string', description: `${choices.join(', ')}: ${description}`, valueHint: 'word' };
}

/** The flags that were given, as texts. */
export function givenFlags(args: ParsedArgs, flags: ArgsDef): Texts {
  const given = Object.keys(flags).flatMap((name) => {
    const value: unknown = args[name];
    return typeof value === 'string' || typeof value === 'boolean' ? [[name, String(value)]] : [];
  });
  return Object.fromEntries(given) as Texts;
}

/**
 * What is wrong with the words after a command, or `undefined`.
 *
 * citty takes what it does not know without a word, and any value of a switch but `false` as true.
 */
export function wrongWord(words: readonly string[], flags: ArgsDef): string | undefined {
  const places = Object.entries(flags).filter(([, { type }]) => type === 'positional');
  let taken = 0;
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    const [, name, value] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (name === undefined) {
      if (word.startsWith('-')) return `unknown flag ${word}`;
      if (taken === places.length) return `unexpected argument "${word}"`;
      taken += 1;
      continue;
    }
    const kind = kindOf(name, flags);
    if (kind === undefined) {
      return `unknown flag --${name}${suggestion(`--${name}`, allNames(flags))}`;
    }
    const wrong = wrongValue(kind, value ?? (kind === 'text' ? words[++index] : undefined));
    if (wrong !== undefined) return `--${name} ${wrong}`;
  }
  const missing = places.slice(taken).find(([, { required }]) => required !== false);
  return missing === undefined ? undefined : `${missing[0].toUpperCase()} is missing`;
}

/** The words with each short flag (`-d`) as its long one (`--data`). */
export function spelledOut(words: readonly string[], flags: ArgsDef): string[] {
  const names = new Map<string, string>(
    Object.entries(flags).flatMap(([name, flag]) =>
      'alias' in flag && typeof flag.alias === 'string' ? [[`-${flag.alias}`, `--${name}`]] : [],
    ),
  );
  return words.map((word) => names.get(word) ?? word);
}

/** How a flag is written: with a text, with or without a boolean, or as `--no-...` without a value. */
type Kind = 'text' | 'switch' | 'off';

function kindOf(name: string, flags: ArgsDef): Kind | undefined {
  const type = Object.hasOwn(flags, name) ? flags[name]?.type : undefined;
  if (type === 'boolean') return 'switch';
  if (type !== undefined && type !== 'positional') return 'text';
  if (!name.startsWith('no-')) return undefined;
  return kindOf(name.slice('no-'.length), flags) === 'switch' ? 'off' : undefined;
}

function wrongValue(kind: Kind, value: string | undefined): string | undefined {
  switch (kind) {
    case 'text':
      return value === undefined || value.startsWith('--') ? 'needs a value' : undefined;
    case 'switch':
      return ['true', 'false', undefined].includes(value)
        ? undefined
        : `is "${value ?? ''}"; expected true or false`;
    case 'off':
      return value === undefined ? undefined : 'takes no value';
    default:
      return kind satisfies never;
  }
}

function allNames(flags: ArgsDef): string[] {
  return Object.entries(flags)
    .filter(([, { type }]) => type !== 'positional')
    .flatMap(([name, { type }]) =>
      type === 'boolean' ? [`--${name}`, `--no-${name}`] : [`--${name}`],
    );
}
