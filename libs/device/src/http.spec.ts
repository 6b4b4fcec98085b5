/** One exchange over real sockets: what a device knows of an answer that did not come to its end. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import { exchange, exchangeSoFar, retryAfterSeconds, type Answer, type AnswerSoFar } from './http.js';

let server: Server;
let answer: (response: ServerResponse) => void;
let url: string;

beforeAll(async () => {
  server = createServer((_, response) => answer(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${String((server.address() as { port: number }).port)}/`;
});
afterAll(() => void server.close());

const LARGEST = 100_000;
const port = { fetch, timeoutMillis: 5_000 };
const soFar = async (): Promise<AnswerSoFar> => {
  const outcome = await exchangeSoFar(port, { url }, LARGEST);
  if ('reason' in outcome) throw new Error(outcome.reason);
  return outcome;
};
/** Sends some bytes, lets them arrive, and tears the connection down. */
const tear = (response: ServerResponse, bytes: number): void => {
  response.write(Buffer.alloc(bytes, 7), () => setTimeout(() => response.destroy(), 50));
};

describe('an answer that breaks off', () => {
  it.each<[string, (response: ServerResponse) => void]>([
    [
      'of a stated length',
      (response) => tear(response.writeHead(200, { 'content-length': '10000', etag: '"x"' }), 4000),
    ],
    ['in chunks', (response) => tear(response.writeHead(206, { etag: '"x"' }), 4000)],
  ])('%s is as much as came, with its head', async (_, respond) => {
    answer = respond;
    const { isWhole, body, headers } = await soFar();
    expect([isWhole, body.length, headers.get('etag')]).toEqual([false, 4000, '"x"']);
    expect(await exchange(port, { url }, LARGEST)).toEqual({ kind: 'refused', reason: 'no-answer' });
  });

  it('before its head is none', async () => {
    answer = (response) => response.destroy();
    expect(await exchangeSoFar(port, { url }, LARGEST)).toEqual({ kind: 'refused', reason: 'no-answer' });
  });

  it('because it is silent for too long is as much as came', async () => {
    answer = (response) => response.writeHead(200, { 'content-length': '10000' }).write(Buffer.alloc(100));
    const outcome = await exchangeSoFar({ ...port, timeoutMillis: 300 }, { url }, LARGEST);
    expect(outcome).toMatchObject({ status: 200, isWhole: false });
  });
});

it('an answer that comes to its end is whole, and one beyond the limit is none', async () => {
  answer = (response) => response.writeHead(200).end(Buffer.alloc(LARGEST));
  expect(await soFar()).toMatchObject({ isWhole: true, status: 200 });
  expect(((await exchange(port, { url }, LARGEST)) as Answer).body).toHaveLength(LARGEST);
  answer = (response) => response.writeHead(200).end(Buffer.alloc(LARGEST + 1));
  expect(await exchangeSoFar(port, { url }, LARGEST)).toEqual({ kind: 'refused', reason: 'answer-too-large' });
});

it.each([
  ['5', 5],
  ['0', 0],
  ['31622400', 31_622_400],
  ['31622401', undefined],
  ['-1', undefined],
  ['5.5', undefined],
  ['soon', undefined],
  ['Wed, 21 Oct 2026 07:28:00 GMT', undefined],
  ['', undefined],
])('retry-after %j is %p seconds', (text, seconds) => {
  expect(retryAfterSeconds(new Headers({ 'retry-after': text }))).toBe(seconds);
});
