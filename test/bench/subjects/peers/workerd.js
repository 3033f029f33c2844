// Subject `workerd`: path /hello only. A worker is not told the client's address.
export default {
  fetch({ headers }) {
    const isComplete = headers.get('host') !== null && headers.get('user-agent') !== null;
    return new Response(isComplete ? 'Hello' : 'a header is missing', {
      headers: { 'content-type': 'text/plain', 'cache-control': 'no-store' },
    });
  },
};
