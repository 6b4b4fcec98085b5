/** An ARA carries the role of an RA in its certificate as a PRA does: only its name keeps it from an LA's values. */
import { isRefused } from '#credentials/refusal.js';
import { callLine } from '#edge/call-line.js';
import { replayMemory } from '#edge/replay-memory.js';
import { laPra } from '#edges/la-pra/linkage-values.js';
import { authorityBench, type Bench } from '../../../../test/support/authority-bench.js';
import { answerLaPra, type LaPraNeeds } from './la-pra.js';

const PRA = 'pra.a.chrysalis.example';

describe('the line from the PRA to an LA', () => {
  let bench: Bench;
  let failures: number;

  /** What an RA hears that asks for a linkage value under its own name; after the name nothing is looked at but the PCA. */
  const reasonFor = async (name: string, praHostname: string | undefined): Promise<string> => {
    const { identity } = await bench.contextFor('a-la1');
    const needs = {
      praHostname,
      currentI: () => 350,
      pca: { hostname: 'pca.a.chrysalis.example', certificate: () => undefined },
    };
    // Chains and keys are not reached before the PCA is known.
    const handler = answerLaPra(needs as unknown as LaPraNeeds, {
      identity,
      replay: replayMemory(),
      onFailure: () => failures++,
    });
    const address = bench.address('a-la1', laPra.name);
    bench.switchboard.connect(address, handler);
    const caller = await bench.contextFor(name);
    const line = callLine(laPra, { address, hostname: 'la1.a.chrysalis.example' }, caller.identity, bench.switchboard);
    const header = { iMin: 350, iMax: 350, praId: caller.hostname, pcaId: 'pca.a.chrysalis.example' };
    const value = { header, jMax: 20, numberOfFreshInd: 1 };
    const answer = await line.requestPreLinkageValues({ kind: 'individualLVRequest', value });
    if (!isRefused(answer)) throw new Error('an LA without a PCA gave values');
    return answer.reason;
  };

  beforeEach(async () => {
    failures = 0;
    bench = await authorityBench();
  });
  afterEach(() => expect(failures).toBe(0));

  it('refuses an ARA that asks for pre-linkage values', async () => {
    expect(await reasonFor('a-ara', PRA)).toBe('another-pra');
  });

  it('hears the PRA of the name it was given, and any RA of the domain when it was given none', async () => {
    expect(await reasonFor('a-pra', PRA)).toBe('pca-unknown');
    expect(await reasonFor('a-ara', undefined)).toBe('pca-unknown');
  });
});
