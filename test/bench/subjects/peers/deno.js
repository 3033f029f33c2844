// Subject `deno`: path /hello only.
const onListen = ({ port }) => console.log(`listening on 127.0.0.1:${port}`);

Deno.serve({ hostname: '127.0.0.1', port: 0, onListen }, (request, { remoteAddr }) => {
  const isComplete =
    request.headers.get('host') !== null &&
    request.headers.get('user-agent') !== null &&
    remoteAddr.hostname !== '';
  return new Response(isComplete ? 'Hello' : 'a header is missing', {
    headers: { 'content-type': 'text/plain', 'cache-control': 'no-store' },
  });
});
