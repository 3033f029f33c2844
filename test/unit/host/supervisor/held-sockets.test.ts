import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import test from 'node:test';
import { HeldSockets } from '@isapi-host/host/internal/supervisor/held-sockets';
import { closeAfter, type Closing } from '../../../helpers/cleanup.ts';

const anyPort = { use: 'requests', address: '127.0.0.1', family: 4, port: 0 } as const;

function holdSockets(t: Closing): HeldSockets {
  const sockets = new HeldSockets();
  closeAfter(t, () => sockets.keepOnly([]));
  return sockets;
}

async function listenOn(t: Closing, sockets: HeldSockets): Promise<Server> {
  const held = sockets.hold(anyPort);
  assert.ok(held.ok);
  const server = createServer((socket) => socket.end());
  server.listen(held.handle);
  await once(server, 'listening');
  closeAfter(t, () => void server.close());
  return server;
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

test('an address is bound once', (t) => {
  const sockets = holdSockets(t);

  assert.deepEqual(sockets.hold(anyPort), sockets.hold(anyPort));
});

test('two free ports for two uses are not the same one', (t) => {
  const sockets = holdSockets(t);

  const requests = sockets.hold(anyPort);
  const admin = sockets.hold({ ...anyPort, use: 'admin' });

  assert.ok(requests.ok && admin.ok);
  assert.notEqual(requests.handle, admin.handle);
});

test('port 0 is a free one, which a server can tell', async (t) => {
  const server = await listenOn(t, holdSockets(t));

  const client = connect(portOf(server), '127.0.0.1');
  await once(client, 'connect');

  client.destroy();
});

test('a port that is taken is told as listen tells it', async (t) => {
  const port = portOf(await listenOn(t, holdSockets(t)));

  const held = holdSockets(t).hold({ ...anyPort, port });

  assert.deepEqual(held, {
    ok: false,
    code: 'EADDRINUSE',
    message: `listen EADDRINUSE: address already in use 127.0.0.1:${port}`,
  });
});

test('an address of no interface is told as listen tells it', (t) => {
  const held = holdSockets(t).hold({ use: 'requests', address: '192.0.2.1', family: 4, port: 0 });

  assert.deepEqual(held, {
    ok: false,
    code: 'EADDRNOTAVAIL',
    message: 'listen EADDRNOTAVAIL: address not available 192.0.2.1:0',
  });
});
