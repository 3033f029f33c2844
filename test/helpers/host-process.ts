// What startHostProcess runs: a host that is told over IPC what to do. It logs to its standard output.
import { createHost, type Host, type HostConfig } from '@isapi-host/host';

type Order =
  | { readonly op: 'start'; readonly config: HostConfig }
  | { readonly op: 'rss' }
  | { readonly op: 'close' };

let host: Host | undefined;

process.on('message', (order: Order) => {
  void obey(order);
});
process.on('disconnect', () => {
  process.exit(1);
});

async function obey(order: Order): Promise<void> {
  switch (order.op) {
    case 'start':
      host = await createHost(order.config);
      return answer(await host.start());
    case 'rss':
      return answer(process.memoryUsage.rss());
    case 'close':
      await host?.close();
      return process.exit(0);
    default:
      return order satisfies never;
  }
}

function answer(value: unknown): void {
  process.send?.(value);
}
