import {
  CRYPTO_TARGETS,
  cryptoJson,
  cryptoTable,
  judgeTargets,
  targetTable,
  type CryptoFigure,
} from './crypto-report.js';

const figures: CryptoFigure[] = [
  {
    op: 'sm2.sign',
    opsPerSecond: 44_000,
    peers: { noble: 2200, openssl: 4000, opensslP256: 50_000 },
    counts: 'messages',
    spread: 0.081,
  },
  { op: 'sm2.basePoint', opsPerSecond: 50_000, peers: {}, counts: 'points', spread: 0.02 },
  { op: 'sm2.basePointBatch1024', opsPerSecond: 75_000, peers: { noble: 3000 }, counts: 'points', spread: 0 },
  { op: 'linkage.crlExpand', opsPerSecond: 31.25, peers: {}, counts: 'lists', spread: 0 },
];

describe('the targets', () => {
  const judge = (op: string, against: string, least: number) => judgeTargets([{ op, against, least }], figures)[0];

  it('are ratios to a peer', () => {
    expect(judge('sm2.sign', 'openssl', 11)).toMatchObject({ ratio: 11, isMet: true });
    expect(judge('sm2.sign', 'opensslP256', 0.9)).toMatchObject({ ratio: 0.88, isMet: false });
  });
  it('are ratios to another operation of ours', () => {
    expect(judge('sm2.basePointBatch1024', 'sm2.basePoint', 1.5)).toMatchObject({ ratio: 1.5, isMet: true });
  });
  it('are not met by what was not measured', () => {
    expect(judge('sm2.verify', 'openssl', 1)).toMatchObject({ ratio: undefined, isMet: false });
    expect(judge('sm2.basePoint', 'openssl', 1)).toMatchObject({ ratio: undefined, isMet: false });
  });
  it('stand beside the ratios reached', () => {
    const judged = judgeTargets(CRYPTO_TARGETS, figures);
    expect(targetTable(judged)).toEqual([
      'sm2.sign                     11.00 × openssl   at least 11  met',
      'sm2.sign                  0.88 × opensslP256  at least 0.9  not met',
      'sm2.verify                      not measured  at least 2.4  not met',
      'sm2.verifyKnownKey              not measured    at least 8  not met',
      'sm2.point                       not measured   at least 19  not met',
      'sm2.basePointBatch1024  1.50 × sm2.basePoint  at least 1.6  not met',
      'sm3.200B                        not measured  at least 1.5  not met',
      'pool.sign2Workers               not measured  at least 1.9  not met',
    ]);
  });
});

describe('a ratio just below its target', () => {
  it('is not rounded to it', () => {
    const judged = judgeTargets(
      [{ op: 'sm3', against: 'node', least: 0.9 }],
      [{ op: 'sm3', opsPerSecond: 8999, peers: { node: 10_000 } }],
    );
    expect(targetTable(judged)).toEqual(['sm3  0.89 × node  at least 0.9  not met']);
  });
});

describe('the table', () => {
  it('has a line for each operation, with a dash for each peer that does not have it', () => {
    expect(cryptoTable(figures)).toEqual([
      'operation               a second  spread  × noble  × openssl  × opensslP256  × node  counted are',
      'sm2.sign                  44 000     8 %    20.00      11.00           0.88       –  messages',
      'sm2.basePoint             50 000     2 %        –          –              –       –  points',
      'sm2.basePointBatch1024    75 000     0 %    25.00          –              –       –  points',
      'linkage.crlExpand           31.3     0 %        –          –              –       –  lists',
    ]);
  });
});

describe('the JSON', () => {
  it('names processor and Node and has the medians, with the peers that there are', () => {
    expect(JSON.parse(cryptoJson('a processor', 'v20.20.2', figures.slice(0, 2)))).toEqual({
      cpu: 'a processor',
      node: 'v20.20.2',
      results: [
        { op: 'sm2.sign', opsPerSecond: 44_000, peers: { noble: 2200, openssl: 4000, opensslP256: 50_000 } },
        { op: 'sm2.basePoint', opsPerSecond: 50_000, peers: {} },
      ],
    });
  });
});
