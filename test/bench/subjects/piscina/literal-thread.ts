// The thread of subject `piscina`.
export { respond as default } from './application.ts';
