/** A small run with fixed dice: what the bench prints rests on these outcomes. */
import {
  accusationLine,
  accusationTable,
  benchAccusation,
  detectionOf,
  hasFailed,
  type AccusationResult,
} from './accusation.js';

describe('false accusation, with real signed reports', () => {
  let result: AccusationResult;
  beforeAll(async () => {
    result = await benchAccusation({
      ...{ seed: 7, carsAManner: 3, cases: 600, shares: [0, 0.4, 0.6], operatorError: 0.05 },
      nowMillis: Date.UTC(2026, 10, 18, 12),
      progress: () => undefined,
    });
  }, 60_000);
  const of = (share: number) => result.shares.find(({ colluders }) => colluders === share)!.outcomes;

  it('revokes no honest car without people at up to 40 % colluders', () => {
    for (const share of [0, 0.4]) {
      expect(of(share).evidence.honest).toBeGreaterThan(200);
      expect(of(share).evidence.automaticWrong).toBe(0);
    }
    expect(hasFailed(result)).toBe(false);
  });

  it('finds at least 95 % of the liars, those that one message proves without people', () => {
    for (const share of [0, 0.4]) {
      const { all, alone } = detectionOf(of(share).evidence);
      expect(all).toBeGreaterThanOrEqual(0.95);
      expect(alone).toBeGreaterThan(0.1);
      expect(alone).toBeLessThan(0.3);
    }
  });

  it('is played against colluders who do revoke honest cars where reporters are believed', () => {
    for (const scheme of ['counting', 'majority', 'reputation'] as const)
      expect(of(0.6)[scheme].automaticWrong).toBeGreaterThan(20);
  });

  it('fails when one honest car was revoked without people, at up to 40 % and not beyond', () => {
    const bent = (colluders: number): AccusationResult => ({
      ...result,
      shares: [{ colluders, outcomes: { ...of(0.4), evidence: { ...of(0.4).evidence, automaticWrong: 1 } } }],
    });
    expect([hasFailed(bent(0.4)), hasFailed(bent(0.5))]).toEqual([true, false]);
    expect(accusationLine(bent(0.4))).toContain('automatic false revocations 1 of');
  });

  it('loses no valid report among ten times as much junk, which costs less than it', () => {
    expect(result.intake.lostInFlood).toBe(0);
    expect(result.intake.junkReports).toBe(10 * result.intake.validReports);
    expect(accusationTable(result).at(-1)).toContain('lost among ten times junk: 0');
  });
});
