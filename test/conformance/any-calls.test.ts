// Any calls in any order, at any time: reference isapi.md sections 3, 4.2 and 6. What comes of each is what a model of
// the session's states says, no request sees another's data, and the next request on the same thread works.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import * as fc from 'fast-check';
import { CutError, RawClient, type RawResponse } from '../helpers/raw-http.ts';
import { outcomesOf, type Script, scriptUrl, type Style } from '../helpers/script.ts';
import { anySteps, type ModelStep, SessionModel } from '../helpers/session-model.ts';
import { startHost } from '../helpers/start-host.ts';

const RUNS = 200;
/** Sessions that run side by side on the one thread. */
const SIDE_BY_SIDE = 3;

const PROFILES = ['modern', 'classic'] as const;
type Profile = (typeof PROFILES)[number];

const ports = Object.fromEntries(
  await Promise.all(PROFILES.map(async (profile) => [profile, await start(profile)] as const)),
);

async function start(profile: Profile): Promise<number> {
  const { port } = await startHost(
    { after },
    {
      profile,
      fixtures: ['script'],
      // The steps stand in the query.
      limits: { maxUrlBytes: 16_384 },
      pools: { default: { maxThreads: 1, requestTimeoutMs: 5000 } },
    },
  );
  return port;
}

interface Session {
  readonly style: Style;
  readonly steps: readonly ModelStep[];
  readonly end: unknown;
}

const anySession: fc.Arbitrary<Session> = fc.record({
  style: fc.constantFrom<Style>('async', 'blocking'),
  steps: anySteps,
  end: fc.constantFrom<unknown>(0, 1, 2, 4, 5, -1, null, 'done', {}),
});

let lastToken = 0;

const PLACES = ['in its proc', 'twice at once', 'after the end'] as const;
type Place = (typeof PLACES)[number];

for (const profile of PROFILES) {
  for (const where of PLACES) {
    test(`any calls of a session ${where} come to what is documented, ${profile}`, async (t) => {
      const seed = Number(process.env['ISAPI_TEST_SEED'] ?? Date.now());
      t.diagnostic(`seed ${seed}`);
      const port = ports[profile] ?? 0;
      const property = fc.asyncProperty(
        fc.array(anySession, { minLength: 1, maxLength: SIDE_BY_SIDE }),
        async (sessions) => {
          await Promise.all(sessions.map((session) => check(t, port, session, where)));
        },
      );

      await fc.assert(property, { numRuns: RUNS, seed });
    });
  }
}

async function check(
  t: Parameters<typeof RawClient.connect>[0],
  port: number,
  session: Session,
  where: Place,
): Promise<void> {
  lastToken += 1;
  const token = `token-${lastToken}`;
  const client = await RawClient.connect(t, port);
  const prefix = { 'in its proc': '', 'twice at once': 'twice ', 'after the end': 'late ' }[where];
  const { style, end } = session;
  const script: Script = {
    id: token,
    style,
    end,
    steps: session.steps.map(({ step: [member, ...args] }) => [`${prefix}${member}`, ...args]),
  };
  const model = new SessionModel();
  if (where === 'after the end') model.isDone = true;
  const expected = session.steps.map(({ expect }) => {
    if (where === 'twice at once') expect(model, { token });
    return expect(model, { token });
  });

  client.request(scriptUrl(script), {
    method: 'POST',
    headers: `X-Token: ${token}\r\n`,
    body: token,
  });
  const response = await client.next({ method: 'POST' }).catch(cut);
  // In the profile classic the client may have the whole answer while the extension still calls.
  const outcomes = await outcomesOnceThere(t, port, token, expected.length);
  client.reset();

  checkResponse(response, model, end);
  assert.deepEqual(outcomes, expected);
}

/** Asked of the same thread, by a request of its own: it works. */
async function outcomesOnceThere(
  t: Parameters<typeof RawClient.connect>[0],
  port: number,
  id: string,
  count: number,
): Promise<readonly unknown[]> {
  const client = await RawClient.connect(t, port);
  let outcomes = await outcomesOf(client, id);
  while (outcomes.length < count) outcomes = await outcomesOf(client, id);
  client.reset();
  return outcomes;
}

function checkResponse(response: RawResponse | undefined, model: SessionModel, end: unknown): void {
  const final = model.doneWith ?? end;
  const isSuccess = final === 0 || final === 1 || final === 2;
  // A failed session is a 500 page, an answer that was cut off, or one whose announced body was out already.
  if (!isSuccess) {
    // A reset right behind the last bytes looks to libuv like the end of a body that the connection ends.
    if (response?.framing === 'close') return;
    const statuses = [undefined, 500, model.isSealed ? model.status : 500];
    return assert.ok(statuses.includes(response?.statusCode));
  }
  assert.ok(response !== undefined, 'the answer was cut off');
  assert.equal(response.statusCode, model.status);
  if (!model.isSealed) assert.equal(response.text, model.body);
}

function cut(error: unknown): undefined {
  assert.ok(error instanceof CutError);
}
