import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { fixtures } from '../helpers/fixtures.ts';
import { hammer } from '../helpers/hammer.ts';
import { tempFolder } from '../helpers/temp-folder.ts';
import { freePorts, type Program, runProgram } from './run-program.ts';

const main = fileURLToPath(new URL('../../../packages/host/dist/main.js', import.meta.url));
const haproxyConfig = fileURLToPath(new URL('../../../deploy/haproxy.cfg', import.meta.url));
const hasHaproxy = spawnSync('haproxy', ['-v']).status === 0;

test(
  'two hosts behind deploy/haproxy.cfg are restarted one after the other under load, and no request fails',
  { skip: hasHaproxy ? false : 'haproxy is not installed' },
  async (t) => {
    const folder = tempFolder(t);
    const [www = 0, ...ports] = await freePorts(5);
    const [one = 0, two = 0, adminOne = 0, adminTwo = 0] = ports;
    const startHost = async (port: number, adminPort: number): Promise<Program> => {
      const file = join(folder, `${port}.json`);
      writeFileSync(file, JSON.stringify(configOf(port, adminPort)));
      const host = runProgram(t, process.execPath, [main, 'start', '--config', file]);
      await host.line('host started');
      return host;
    };
    const hosts = [await startHost(one, adminOne), await startHost(two, adminTwo)];
    const config = join(folder, 'haproxy.cfg');
    writeFileSync(config, withPorts(readFileSync(haproxyConfig, 'utf8'), [www, ...ports]));
    const proxy = runProgram(t, 'haproxy', ['-f', config]);
    await untilAnswered(www);
    const load = await hammer(t, {
      port: www,
      clients: 8,
      ask: (number) => ({ target: `/tag?${number}` }),
      check: (text, number) => assert.equal(text, `tag ${number}`),
    });

    await load.more(200);
    assert.equal(await hosts[0]?.terminate(), 0);
    await proxy.line('Server hosts/one is DOWN');
    await load.more(200);
    await startHost(one, adminOne);
    await proxy.line('Server hosts/one is UP');
    assert.equal(await hosts[1]?.terminate(), 0);
    await proxy.line('Server hosts/two is DOWN');
    await load.more(200);
    await startHost(two, adminTwo);
    await proxy.line('Server hosts/two is UP');
    await load.more(200);

    await load.stop();
  },
);

function configOf(port: number, adminPort: number): object {
  return {
    listen: { port },
    admin: { port: adminPort },
    site: { root: '.' },
    extensions: { tag: { module: join(fixtures, 'tag.mjs'), paths: ['/tag'] } },
  };
}

/** Puts other ports in the place of those that the file has, in its order. */
function withPorts(
  config: string,
  [www, one, two, adminOne, adminTwo]: readonly (number | undefined)[],
): string {
  const replacements = new Map([
    [':8000', `:${www}`],
    [':8001', `:${one}`],
    [':8002', `:${two}`],
    ['port 9001', `port ${adminOne}`],
    ['port 9002', `port ${adminTwo}`],
  ]);
  let text = config;
  for (const [from, to] of replacements) {
    assert.equal(text.split(from).length, 2, `deploy/haproxy.cfg has ${from} once`);
    text = text.replace(from, to);
  }
  return text;
}

/** The proxy listens, and knows of a host that is ready. */
async function untilAnswered(port: number): Promise<void> {
  for (;;) {
    const response = await fetch(`http://127.0.0.1:${port}/tag`).catch(() => undefined);
    if (response?.status === 200) return;
  }
}
