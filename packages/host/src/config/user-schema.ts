import { METHODS } from 'node:http';

import { z } from 'zod';

import { allowedText, isAllowed, rows, settingKeys } from './setting.ts';
import { jsonSchemaOf } from './setting-json-schema.ts';
import type { SettingGroup, TopSettings } from './setting-value.ts';
import type { UserConfig } from './user-config.ts';

/*
 * The form of a config file. Every schema here carries the text of what it allows as its only message;
 * for an unknown key the message is the list of the known ones. `checkForm` makes sentences of them. Beside its own
 * check each has what JSON Schema can say of it, for editors.
 */

type ShapeOf<Group> = { [K in keyof Group]: z.ZodOptional<z.ZodCustom<Group[K], Group[K]>> };

/** Schemas of the settings right below a key, from the table. */
function settingsBelow<P extends string>(prefix: P): ShapeOf<SettingGroup<P>> {
  return shapeOf(`${prefix}.`) as ShapeOf<SettingGroup<P>>;
}

function shapeOf(prefix: string): Record<string, z.ZodOptional> {
  return Object.fromEntries(
    settingKeys
      .filter((key) => key.startsWith(prefix) && !key.slice(prefix.length).includes('.'))
      .map((key) => {
        const setting = rows[key];
        const isValid = (value: unknown): boolean => isAllowed(setting, value);
        const schema = custom(isValid, allowedText(setting), jsonSchemaOf(setting));
        return [key.slice(prefix.length), schema.optional()];
      }),
  );
}

function custom<T>(
  isValid: (value: unknown) => boolean,
  allowed: string,
  json: Readonly<Record<string, unknown>>,
): z.ZodCustom<T, T> {
  return z.custom<T>(isValid, { error: allowed }).meta({ description: allowed, ...json });
}

function text(isValid: (value: string) => boolean, allowed: string): z.ZodCustom<string, string> {
  const isValidText = (value: unknown): boolean => typeof value === 'string' && isValid(value);
  return custom(isValidText, allowed, { type: 'string' });
}

function strict<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  const keys = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? keys : `an object with ${keys}`),
  });
}

function list<Item extends z.ZodType>(item: Item, allowed: string): z.ZodArray<Item> {
  return z.array(item, { error: allowed });
}

function table<Value extends z.ZodType>(
  key: z.ZodCustom<string, string>,
  value: Value,
  allowed: string,
): z.ZodRecord<z.ZodCustom<string, string>, Value> {
  return z.record(key, value, { error: allowed });
}

function oneOf<T extends string>(words: readonly T[], allowed: string): z.ZodCustom<T, T> {
  return custom((value) => words.some((word) => word === value), allowed, { enum: words });
}

const onOff = custom<boolean>((value) => typeof value === 'boolean', 'true or false', {
  type: 'boolean',
});
const folder = text(isPath, 'the path of a folder');
const file = text(isPath, 'the path of a file');
const anyText = text(() => true, 'a text');
const name = text(
  (value) => /^[a-z\d][a-z\d_-]{0,63}$/i.test(value),
  'a name of letters, digits, - and _, up to 64',
);

const urlPath = text(
  (value) => value === '/' || isUrlPath(value),
  'a URL path that starts with / and does not end with it, decoded, without ?, #, // and ..',
);
const urlPrefix = text(
  (value) => isUrlPath(value),
  'a URL path below / that does not end with /, decoded, without ?, #, // and ..',
);

function isPath(value: string): boolean {
  return value !== '' && !value.includes('\0');
}

/** Segments that a request's path can have after decoding; no control character, no backslash. */
function isUrlPath(value: string): boolean {
  const [first, ...segments] = value.split('/');
  if (first !== '' || segments.length === 0) return false;
  return segments.every((segment) => !/^\.{0,2}$/.test(segment) && !/[\p{Cc}\\?#%]/u.test(segment));
}

const access = oneOf(['read', 'script', 'execute'], 'read, script or execute');

const verb = text(
  (value) => METHODS.includes(value.toUpperCase()),
  'an HTTP method, like GET or PROPFIND',
);

const scriptMap = strict({
  suffix: text((value) => /^(\.[\w-]+)+$/.test(value), 'a file suffix with its dot, like .asp'),
  verbs: list(verb, 'a list of HTTP methods').optional(),
  fileMustExist: onOff.optional(),
  pathInfo: oneOf(['full', 'extra'], 'full or extra').optional(),
});

const wildcard = strict({
  under: urlPath.optional(),
  order: custom<number>(Number.isSafeInteger, 'a whole number; lower comes first', {
    type: 'integer',
  }).optional(),
});

const extension = strict({
  module: file,
  paths: list(urlPath, 'a list of URL paths').optional(),
  scriptMaps: list(scriptMap, 'a list of script maps').optional(),
  wildcard: wildcard.optional(),
  pool: name.optional(),
  preload: onOff.optional(),
});

const localUrl = text((value) => /^\/(?!\/)[!-~]*$/.test(value), 'a URL of this site, from / on');

const errorPage = z.union(
  [z.strictObject({ file }), z.strictObject({ url: localUrl }), z.strictObject({ text: anyText })],
  { error: 'one of { file: PATH }, { url: URL of this site } and { text: TEXT }' },
);

const status = text(
  (value) => /^[45]\d\d(\.\d{1,3})?$/.test(value),
  'a status from 400 to 599, or one with its sub-status, like 403.18',
);

const document = text(
  (value) => /^[^/\\\p{Cc}]+$/u.test(value) && !/^\.+$/.test(value),
  'the name of a file, without /',
);

const site = strict({
  ...settingsBelow('site'),
  defaultDocuments: list(document, 'a list of file names').optional(),
  virtualDirectories: table(
    urlPrefix,
    strict({ path: folder, access: list(access, 'a list of read, script and execute').optional() }),
    'an object of URL prefix to folder',
  ).optional(),
  errorPages: table(status, errorPage, 'an object of status to page').optional(),
});

const paths = list(
  text((value) => value === '*' || isPath(value), 'a path, or *'),
  'a list of paths',
);

const permissions = strict({
  fsRead: paths.optional(),
  fsWrite: paths.optional(),
  childProcess: onOff.optional(),
  worker: onOff.optional(),
  addons: onOff.optional(),
});

const pool = strict({
  ...settingsBelow('pools.*'),
  env: table(anyText, anyText, 'an object of variable to text').optional(),
  permissions: permissions.optional(),
});

/** A whole config file. */
export const userSchema: z.ZodType<UserConfig> = strict({
  ...(shapeOf('') as ShapeOf<TopSettings>),
  $schema: anyText.optional(),
  listen: strict(settingsBelow('listen')).optional(),
  admin: strict(settingsBelow('admin')).optional(),
  tls: strict(settingsBelow('tls')).optional(),
  site: site.optional(),
  extensions: table(name, extension, 'an object of name to extension').optional(),
  pools: table(name, pool, 'an object of name to pool').optional(),
  limits: strict(settingsBelow('limits')).optional(),
  timeouts: strict(settingsBelow('timeouts')).optional(),
  log: strict(settingsBelow('log')).optional(),
});

/** The JSON Schema of a config file in JSON, for editors. It allows what it cannot tell apart. */
export function configJsonSchema(): object {
  return z.toJSONSchema(userSchema, { target: 'draft-7', unrepresentable: 'any', io: 'input' });
}
