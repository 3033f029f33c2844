import { isIP } from 'node:net';

/** Whether a host name or IP address leads to this machine only. IPv6 addresses are without brackets. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase();
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  switch (isIP(name)) {
    case 4:
      return name.startsWith('127.');
    case 6:
      return name === '::1' || name.startsWith('::ffff:127.');
    default:
      return false;
  }
}
