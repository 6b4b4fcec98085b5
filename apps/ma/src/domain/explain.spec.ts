import { areaOf, decide, GATES, type Voice } from './decide.js';
import { explainedVoice, explanationLines, type Explanation } from './explain.js';

const voice = (handle: string, parts: Partial<Voice> = {}) => ({
  ...({
    handle,
    week: 5,
    bucket: 'medium',
    strength: 0.6,
    kind: 'motion',
    atMillis: 0,
    area: areaOf(39, 116),
  } as const),
  ...{ factor: 0.01, findings: ['3/4'] },
  ...parts,
});
const explained = (voices: ReturnType<typeof voice>[], isSpoofingSuspected = false): Explanation => {
  const circumstances = { refutedShare: 0.2, isSpoofingSuspected };
  const decision = decide(voices, { ...circumstances, minimumReporters: 3 });
  return {
    ...{ caseId: new Uint8Array(16), state: decision.state, reason: decision.reason, decision, ...circumstances },
    ...{ unconfirmed: 2, witness: null, voices: voices.map(explainedVoice) },
  };
};

describe('an explanation', () => {
  it('has a line for each gate and each voice, and says which gate failed', () => {
    const lines = explanationLines(explained(['aa', 'bb', 'cc'].map((handle) => voice(handle))));
    expect(
      lines.filter((line) => line.startsWith('passed')).map((line) => /passed {2}([a-z-]+):/.exec(line)?.[1]),
    ).toEqual(['enough-reporters', 'evidence', 'no-spoofing']);
    expect(lines.filter((line) => line.startsWith('FAILED'))).toEqual([
      expect.stringMatching(/^FAILED {2}threshold: .*0\.600, wanted 0\.625$/),
    ]);
    expect(lines.filter((line) => line.startsWith('voice  week'))).toHaveLength(3);
    expect(lines.at(-1)).toBe('as the evidence stands: INVESTIGATING (below-threshold)');
  });

  it('knows every gate by a sentence', () => {
    const casts = [
      explained([voice('aa', { kind: 'rights', strength: 0.95 })]),
      explained(
        ['aa', 'bb', 'cc'].map((handle) => voice(handle, { kind: 'bounds', strength: 0.95 })),
        true,
      ),
    ];
    const met = new Set(casts.flatMap(({ decision }) => decision.weighing?.gates.map(({ gate }) => gate) ?? []));
    expect([...met].sort()).toEqual([...GATES].sort());
    expect(casts.flatMap(explanationLines).join('\n')).not.toContain('undefined');
    expect(explanationLines(casts[0] as Explanation).at(-1)).toContain('proven by one signed message');
  });

  it('has no handle, in lines or facts', () => {
    const explanation = explained([voice('c0ffee'), voice('beef')]);
    expect(JSON.stringify(explanation) + explanationLines(explanation).join()).not.toMatch(/c0ffee|beef/);
  });

  it('says that the evidence is gone when it is', () => {
    expect(explanationLines(explained([])).at(-1)).toBe('no evidence is left to weigh');
  });
});
