import assert from 'node:assert/strict';
import test from 'node:test';

import {
  allowedText,
  fallbackText,
  flagOf,
  isAllowed,
  readText,
  rows,
  settingKeys,
} from '@isapi-host/host/internal/config/setting';
import type { SettingKey } from '@isapi-host/host/internal/config/settings';

const texts: readonly (readonly [SettingKey, text: string, value: unknown])[] = [
  ['listen.port', '0', 0],
  ['listen.port', ' 8080 ', 8080],
  ['listen.port', '65535', 65_535],
  ['listen.port', '65536', undefined],
  ['listen.port', '-1', undefined],
  ['listen.port', '80.5', undefined],
  ['listen.port', '8e3', undefined],
  ['listen.port', '0x50', undefined],
  ['listen.port', '', undefined],
  ['pools.*.heapMb', '0', 0],
  ['pools.*.heapMb', '15', undefined],
  ['pools.*.heapMb', '16', 16],
  ['limits.maxBodyBytes', '9007199254740991', Number.MAX_SAFE_INTEGER],
  ['limits.maxBodyBytes', '9007199254740993', undefined],
  ['log.level', 'WARN', 'warn'],
  ['log.level', 'loud', undefined],
  ['log.access', 'true', true],
  ['log.access', '0', false],
  ['log.access', 'FALSE', false],
  ['log.access', 'yes', undefined],
  ['listen.host', '::1', '::1'],
  ['listen.host', 'example.test', 'example.test'],
  ['listen.host', '[::1]', undefined],
  ['listen.host', 'localhost:80', undefined],
  ['listen.host', 'a b', undefined],
  ['site.name', '', undefined],
  ['site.root', '', undefined],
  ['trustProxy', '', ''],
  ['trustProxy', '10.0.0.0/8, ::1,loopback', '10.0.0.0/8, ::1,loopback'],
  ['trustProxy', '10.0.0.0/33', undefined],
  ['trustProxy', '10.0.0.0/8/8', undefined],
  ['trustProxy', 'true', undefined],
  ['trustProxy', '10.0.0.1,', undefined],
];

for (const [key, text, value] of texts) {
  const verb = value === undefined ? 'refuses' : 'takes';
  test(`${key} ${verb} the text "${text}"`, () => {
    assert.equal(readText(rows[key], text), value);
  });
}

test('a value of the config file has the type of its setting', () => {
  const values: readonly (readonly [SettingKey, unknown])[] = [
    ['listen.port', '8080'],
    ['listen.port', Number.NaN],
    ['listen.port', null],
    ['log.access', 1],
    ['log.level', 'INFO'],
    ['site.root', 'a\0b'],
  ];

  assert.deepEqual(
    values.map(([key, value]) => isAllowed(rows[key], value)),
    values.map(() => false),
  );
});

test('the default of every setting is allowed', () => {
  const refused = settingKeys.filter((key) => {
    const { fallback } = rows[key];
    return fallback !== 'cores' && fallback !== 'terminal' && !isAllowed(rows[key], fallback);
  });

  assert.deepEqual(refused, []);
});

test('variables, and so flags, are unique, and numbers with a unit end in it', () => {
  const variables = settingKeys.map((key) => rows[key].variable);
  const endings = { ms: '_MS', bytes: '_BYTES', MiB: '_MB' };
  const wrong = settingKeys.filter((key) => {
    const row = rows[key];
    return row.type === 'whole' && row.unit && !row.variable.endsWith(endings[row.unit]);
  });

  assert.equal(new Set(variables).size, variables.length);
  assert.deepEqual(wrong, []);
  assert.equal(flagOf(rows['pools.*.maxQueue']), 'pool-max-queue');
});

test('a setting says what it allows, and its default, in words', () => {
  const keys: readonly SettingKey[] = [
    'listen.port',
    'pools.*.heapMb',
    'profile',
    'log.access',
    'pools.*.maxThreads',
    'log.format',
    'trustProxy',
  ];

  assert.deepEqual(
    keys.map((key) => `${allowedText(rows[key])} | ${fallbackText(rows[key])}`),
    [
      'a whole number from 0 to 65535 | 8080',
      '0 or a whole number of MiB from 16 to 65536 | 0',
      'one of modern, classic | modern',
      'true or false | true',
      'a whole number from 1 to 1024 | number of CPU cores',
      'one of json, pretty | json; pretty on a terminal',
      'IP addresses, ranges (10.0.0.0/8), loopback, linklocal or uniquelocal, with commas between, or nothing | empty',
    ],
  );
});
