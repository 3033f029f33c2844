import { availableParallelism, cpus, release, totalmem, type } from 'node:os';

/** Where and how a run was made, on one line. */
export function describeRun(args: readonly string[]): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown CPU';
  const gib = Math.round(totalmem() / 1_073_741_824);
  const command = args.length === 0 ? 'npm run bench' : `npm run bench -- ${args.join(' ')}`;
  return [
    new Date().toISOString().slice(0, 10),
    `${model}, ${availableParallelism()} cores, ${gib} GiB`,
    `${type()} ${release()}`,
    `Node ${process.versions.node}`,
    `\`${command}\`, the load on the same cores`,
  ].join('; ');
}
