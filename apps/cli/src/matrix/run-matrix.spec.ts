import { CA_CRL_PATH, TDCL_PATH, TRCL_PATH } from '#edges/ee-lists/paths.js';
import { lastLine, matrixLines, matrixPage } from './matrix-text.js';
import type { Publisher } from './publisher.js';
import { runMatrix, type Matrix, type MatrixOptions } from './run-matrix.js';

const FOUR = { tenants: 4, ownRoots: 1, remove: 2 } as const;
const run = (changes: Partial<MatrixOptions> = {}): Promise<Matrix> =>
  runMatrix({ ...FOUR, ...changes }, () => undefined);
const accepted = ({ looks }: Matrix): boolean[][][] =>
  looks.map(({ verdicts }) => verdicts.map((row) => row.map((verdict) => verdict === 'accepted')));

/** Everything that is served whose address holds this path. */
const served = ({ files }: Publisher, path: string): Map<string, Uint8Array> =>
  new Map([...files].filter(([url]) => url.includes(path)));

describe('a matrix of four tenants', () => {
  it('TL4 is all ones, and after a removal one row of noughts', async () => {
    const matrix = await run();
    const [yes, no] = [Array<boolean>(4).fill(true), Array<boolean>(4).fill(false)];
    expect(accepted(matrix)).toEqual([
      [yes, yes, yes, yes],
      [yes, no, yes, yes],
    ]);
    expect(new Set(matrix.looks[1]?.verdicts[1])).toEqual(new Set(['issuer-not-listed']));
    expect([matrix.agreeing, matrix.expected]).toEqual([32, 32]);
    expect(matrixLines(matrix).at(-1)).toBe('32 of 32 pairs agree with the lists');
    expect(matrix.tenants.map(({ ownRoot }) => ownRoot)).toEqual([false, false, false, true]);
  });

  it('TL4 refuses one with a root of its own as soon as the TRCL lists that no more', async () => {
    const matrix = await run({ remove: 4 });
    expect(matrix.looks[1]?.verdicts[3]).toEqual(Array(4).fill('issuer-not-listed'));
    expect(lastLine(matrix)).toBe('32 of 32 pairs agree with the lists');
  });

  it('the CA CRL alone is enough: the TDCL that still names the tenant does not keep it', async () => {
    let before = new Map<string, Uint8Array>();
    const matrix = await run({
      beforeFetch(look, publisher) {
        if (look === 1) before = served(publisher, TDCL_PATH);
        else for (const [url, bytes] of before) publisher.serve(url, bytes);
      },
    });
    expect(matrix.looks[1]?.verdicts[1]).toEqual(Array(4).fill('issuer-revoked'));
    expect(matrix.agreeing).toBe(32);
  });

  it('does not agree when the lists that remove the tenant are held back', async () => {
    let before = new Map<string, Uint8Array>();
    const matrix = await run({
      beforeFetch(look, publisher) {
        if (look === 1) return void (before = served(publisher, TDCL_PATH));
        for (const [url, bytes] of before) publisher.serve(url, bytes);
        for (const url of served(publisher, CA_CRL_PATH).keys()) publisher.serve(url, undefined);
      },
    });
    expect(matrix.agreeing).toBe(28);
    expect(matrixLines(matrix).at(-1)).toBe('28 of 32 pairs agree with the lists');
    expect(matrixLines(matrix).join('\n')).toContain('brand-02           !  !  !  !');
  });

  it('does not agree when nobody is given a TRCL, whatever the reason that is then given', async () => {
    const matrix = await run({
      beforeFetch: (_, publisher) => {
        for (const url of served(publisher, TRCL_PATH).keys()) publisher.serve(url, undefined);
      },
    });
    expect(new Set(matrix.looks.flatMap(({ verdicts }) => verdicts.flat()))).toEqual(new Set(['no-trust-list']));
    expect(matrix.agreeing).toBe(0);
  });

  it('stands on a page, with the reason of each refusal', async () => {
    const page = matrixPage(await run());
    expect(page.match(/<td class="yes" title="accepted">/g)).toHaveLength(28);
    expect(page.match(/<td class="no" title="issuer-not-listed">/g)).toHaveLength(4);
    expect(page).not.toContain('class="bad"');
  });
});
