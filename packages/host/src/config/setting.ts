import { isIP } from 'node:net';

import { settings, type SettingKey } from './settings.ts';

/** What every setting has, whatever its type. */
interface Row {
  readonly variable: string;
  /** A variable of common use that is read when `variable` is not set. */
  readonly otherVariable?: string;
  /** What it is for, in one line. */
  readonly about: string;
}

interface WholeSetting extends Row {
  readonly type: 'whole';
  readonly min: number;
  readonly max: number;
  /** 0 is allowed too, below `min`. */
  readonly orZero?: true;
  readonly unit?: 'ms' | 'bytes' | 'MiB';
  /** `cores`: what `availableParallelism` says, or `minThreads` when that is more. */
  readonly fallback: number | 'cores';
}

interface ChoiceSetting extends Row {
  readonly type: 'choice';
  readonly choices: readonly string[];
  /** `terminal`: `pretty` when the output is a terminal, else `json`. */
  readonly fallback: string;
}

interface SwitchSetting extends Row {
  readonly type: 'switch';
  readonly fallback: boolean;
}

interface TextSetting extends Row {
  readonly type: 'text';
  readonly form: 'host' | 'name' | 'folder' | 'addresses' | 'times' | 'secret' | 'file';
  readonly fallback: string;
}

/** One row of `settings`. */
export type Setting = WholeSetting | ChoiceSetting | SwitchSetting | TextSetting;

/** What a setting can hold. */
export type Scalar = number | boolean | string;

/** The table with its rows under their common type, in its order. */
export const rows: Readonly<Record<SettingKey, Setting>> = settings;

/** Every key of the table, in its order. */
export const settingKeys: readonly SettingKey[] = Object.keys(settings).filter(
  (key): key is SettingKey => Object.hasOwn(settings, key),
);

/** Name of a setting's flag, without dashes: `ISAPI_POOL_MAX_QUEUE` is `pool-max-queue`. */
export function flagOf(setting: Setting): string {
  return setting.variable.slice('ISAPI_'.length).toLowerCase().replaceAll('_', '-');
}

/** Whether the value of a key of a config must not be shown. */
export function isSecret(key: string): boolean {
  const [setting] = settingKeys.filter((known) => known === key).map((known) => rows[known]);
  return setting?.type === 'text' && setting.form === 'secret';
}

/** What a setting allows, as it ends an error message: "a whole number from 0 to 65535". */
export function allowedText(setting: Setting): string {
  switch (setting.type) {
    case 'whole':
      return wholeText(setting);
    case 'choice':
      return `one of ${setting.choices.join(', ')}`;
    case 'switch':
      return 'true or false';
    case 'text':
      return formTexts[setting.form];
    default:
      return setting satisfies never;
  }
}

/** A setting's default, for people. */
export function fallbackText({ fallback }: Setting): string {
  return fallbackTexts.get(fallback) ?? String(fallback);
}

/** Whether a value of the config file is allowed. */
export function isAllowed(setting: Setting, value: unknown): boolean {
  switch (setting.type) {
    case 'whole':
      return isWhole(setting, value);
    case 'choice':
      return typeof value === 'string' && setting.choices.includes(value);
    case 'switch':
      return typeof value === 'boolean';
    case 'text':
      return typeof value === 'string' && isOfForm[setting.form](value);
    default:
      return setting satisfies never;
  }
}

/** The value that the text of a variable or flag stands for; `undefined`: it is not allowed. */
export function readText(setting: Setting, text: string): Scalar | undefined {
  const value = valueOf(setting, text.trim());
  return isAllowed(setting, value) ? value : undefined;
}

function valueOf(setting: Setting, text: string): Scalar | undefined {
  switch (setting.type) {
    case 'whole':
      return /^\d+$/.test(text) ? Number(text) : undefined;
    case 'choice':
      return text.toLowerCase();
    case 'switch':
      return switchTexts.get(text.toLowerCase());
    case 'text':
      return text;
    default:
      return setting satisfies never;
  }
}

const fallbackTexts: ReadonlyMap<Scalar, string> = new Map([
  ['cores', 'number of CPU cores'],
  ['terminal', 'json; pretty on a terminal'],
  ['', 'empty'],
]);

const switchTexts: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

const formTexts: Readonly<Record<TextSetting['form'], string>> = {
  host: 'a host name or an IP address, without port or brackets',
  name: '1 to 64 printable characters',
  folder: 'the path of a folder',
  addresses:
    'IP addresses, ranges (10.0.0.0/8), loopback, linklocal or uniquelocal, with commas between, or nothing',
  times: 'times of day from 00:00 to 23:59, with commas between, or nothing',
  file: 'the path of a file, or nothing',
  secret: '16 to 256 printable characters without blanks, or nothing',
};

const isOfForm: Readonly<Record<TextSetting['form'], (text: string) => boolean>> = {
  host: (text) => isIP(text) !== 0 || /^[a-z\d]([a-z\d.-]{0,251}[a-z\d])?$/i.test(text),
  name: (text) => /^[ -~]{1,64}$/.test(text),
  folder: (text) => text !== '' && !text.includes('\0'),
  addresses: (text) => text === '' || text.split(',').every((part) => isAddressRange(part.trim())),
  times: (text) =>
    text === '' || text.split(',').every((part) => /^([01]\d|2[0-3]):[0-5]\d$/.test(part.trim())),
  file: (text) => !text.includes('\0'),
  secret: (text) => text === '' || /^[!-~]{16,256}$/.test(text),
};

function isAddressRange(text: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(text)) return true;
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return (
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
  );
}

function isWhole(setting: WholeSetting, value: unknown): boolean {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) return false;
  if (value === 0 && setting.orZero === true) return true;
  return value >= setting.min && value <= setting.max;
}

function wholeText({ min, max, orZero, unit }: WholeSetting): string {
  const noun = unit === undefined ? 'a whole number' : `a whole number of ${unit}`;
  return `${orZero === true ? '0 or ' : ''}${noun} from ${min} to ${max}`;
}
