// Subject `bun`: path /hello only.
const server = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  fetch(request, self) {
    const isComplete =
      request.headers.get('host') !== null &&
      request.headers.get('user-agent') !== null &&
      self.requestIP(request) !== null;
    return new Response(isComplete ? 'Hello' : 'a header is missing', {
      headers: { 'content-type': 'text/plain', 'cache-control': 'no-store' },
    });
  },
});
console.log(`listening on 127.0.0.1:${server.port}`);
