import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { operatorProofId, operatorProofInput, OPERATOR_HEADER } from '#apps/ma/src/ma.authority.js';
import { fromHex, hex } from '#crypto/bytes.js';
import { systemRandom } from '#crypto/random.js';
import { sm2Verify } from '#crypto/sm2.js';
import { operatorIdOf } from '#credentials/approval.js';
import { openSoftwareDevice } from '#keys/software-device.js';
import type { CliContext } from '../cli-context.js';
import { explainCase } from './explain-case.js';

const CASE = '0123456789abcdef0123456789abcdef';
const AT = Date.UTC(2026, 10, 18, 12);

describe('ma explain', () => {
  let folder: string;
  let publicKey: Uint8Array;
  let server: Server;
  let results: string[];
  let progress: string[];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'operator-'));
    const device = await openSoftwareDevice({ directory: folder, random: systemRandom });
    publicKey = await device.createKey('approval');
    await device.close();
    server = createServer((request, response) => {
      const [id = '', millis = '', signature = ''] = String(request.headers[OPERATOR_HEADER]).split(':');
      const input = operatorProofInput('GET', request.url ?? '', Number(millis));
      const isKnown =
        id === hex(operatorIdOf(publicKey)) &&
        Number(millis) === AT &&
        sm2Verify(publicKey, operatorProofId, input, fromHex(signature));
      response.statusCode = !isKnown ? 403 : request.url?.includes(CASE) === true ? 200 : 404;
      const refused = isKnown ? 'case-unknown' : 'not-an-operator';
      response.end(
        JSON.stringify(response.statusCode === 200 ? { state: 'REVOKED', lines: ['one', 'two'] } : { refused }),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => {
    results = [];
    progress = [];
  });

  const explain = (id = CASE, parts: Partial<Parameters<typeof explainCase>[1]> = {}) => {
    const context = { result: (line: string) => results.push(line), progress: (line: string) => progress.push(line) };
    const ma = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
    const options = { ma, operator: folder, at: AT, json: false, ...parts };
    return explainCase(id, options, context as unknown as CliContext);
  };

  it('asks with the signature of the operator and prints a line a fact, or JSON', async () => {
    expect([await explain(), results]).toEqual([0, ['one', 'two']]);
    results = [];
    expect([await explain(CASE, { json: true }), results]).toEqual([0, ['{"state":"REVOKED"}']]);
  });

  it('says what the MA refuses, and fails', async () => {
    expect([await explain('f'.repeat(32)), results, progress]).toEqual([1, [], ['the MA refuses: case-unknown']]);
    expect([await explain(CASE, { at: AT + 1 }), progress.at(-1)]).toEqual([1, 'the MA refuses: not-an-operator']);
  });

  it('fails when nobody answers', async () => {
    expect([await explain(CASE, { ma: 'http://127.0.0.1:9' }), progress]).toEqual([1, ['the MA does not answer']]);
  });

  it('makes no key where there is none', async () => {
    expect(await explain(CASE, { operator: join(folder, 'nobody') })).toBe(2);
    expect(progress.at(-1)).toContain("holds no operator's key");
  });
});
