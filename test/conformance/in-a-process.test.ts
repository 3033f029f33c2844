// The rules whose calls cross to the host, held in a pool process as well: these files run a second time.
process.env['TEST_ISOLATION'] = 'process';
await import('./io-completion.test.ts');
await import('./transmit-file.test.ts');
await import('./vector-send.test.ts');
await import('./read-client.test.ts');

export {};
