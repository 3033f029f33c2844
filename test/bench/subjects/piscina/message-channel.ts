// Subject `message-channel`: one `piscina.run` and one MessageChannel per request; the answer comes over the port.
import { MessageChannel } from 'node:worker_threads';
import type { ChannelMessage } from './message-channel-thread.ts';
import { createPool, serve } from './front-end.ts';

const pool = createPool(new URL('./message-channel-thread.js', import.meta.url), 'tuned');

await serve(async (request, reply) => {
  const { port1: hostPort, port2: port } = new MessageChannel();
  const answered = new Promise<void>((resolve) => {
    hostPort.on('message', (message: ChannelMessage) => {
      switch (message.op) {
        case 'head':
          reply.code(message.statusCode).headers(message.headers);
          break;
        case 'body':
          reply.send(message.body);
          break;
        case 'done':
          resolve();
          break;
      }
    });
  });
  await Promise.all([pool.run({ request, port }, { transferList: [port] }), answered]);
  hostPort.close();
  return reply;
});
