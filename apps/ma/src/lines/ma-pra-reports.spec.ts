/** Reports come from the PRA: an ARA, which has the same role in its certificate, is not heard. */
import { periodAt } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import { answerLine } from '#edge/answer-line.js';
import { callLine } from '#edge/call-line.js';
import { replayMemory } from '#edge/replay-memory.js';
import { maPraReports } from '#edges/ma-pra/reports.js';
import { authorityBench, type Bench } from '../../../../test/support/authority-bench.js';
import { answerMaPraReports, type PraReportsNeeds } from './ma-pra-reports.js';

describe('the line from the PRA to the MA', () => {
  let bench: Bench;
  let taken: number;

  const forwardAs = async (name: string): Promise<string> => {
    const { identity, clock } = await bench.contextFor('a-ma');
    const needs = {
      reports: { take: async () => void taken++ },
      clock,
      profile: ccsa,
      maximumReportBytes: 100,
      wake: async () => undefined,
      praHostname: 'pra.a.chrysalis.example',
    } as unknown as PraReportsNeeds;
    const failed = (_: string, error: unknown): never => {
      throw error;
    };
    const answerer = { identity, replay: replayMemory(), onFailure: failed };
    const address = bench.address('a-ma', maPraReports.name);
    bench.switchboard.connect(address, answerLine(maPraReports, answerMaPraReports(needs), answerer));
    const caller = (await bench.contextFor(name)).identity;
    const line = callLine(maPraReports, { address, hostname: 'ma.a.chrysalis.example' }, caller, bench.switchboard);
    const week = periodAt(ccsa.epochMillis, clock.nowMillis());
    const answer = await line.forwardReport({
      handle: new Uint8Array(16),
      week,
      bucket: 'low',
      report: new Uint8Array(1),
    });
    return isRefused(answer) ? answer.reason : 'taken';
  };

  beforeEach(async () => {
    taken = 0;
    bench = await authorityBench();
  });

  it('refuses a report that an ARA forwards', async () => {
    expect([await forwardAs('a-ara'), taken]).toEqual(['another-pra', 0]);
  });

  it('takes one of the PRA', async () => {
    expect([await forwardAs('a-pra'), taken]).toEqual(['taken', 1]);
  });
});
