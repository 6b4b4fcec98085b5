import { functionTimes, type CpuProfile } from './profile-report.js';

const node = (id: number, functionName: string, url = '', lineNumber = 0): CpuProfile['nodes'][number] => ({
  id,
  callFrame: { functionName, url, lineNumber },
});

describe('the time of functions', () => {
  it('is what passed while they were on top, calls from everywhere together, waiting left out', () => {
    const profile: CpuProfile = {
      nodes: [
        node(1, '(idle)'),
        node(2, 'encode', 'file:///x/codec.js', 9),
        node(3, 'encode', 'file:///x/codec.js', 9),
        node(4, ''),
      ],
      samples: [1, 2, 3, 4, 2],
      timeDeltas: [100_000, 10, 20, 5, 30],
    };
    expect(functionTimes(profile)).toEqual([
      { name: 'encode codec.js:10', micros: 60 },
      { name: '(anonymous)', micros: 5 },
    ]);
  });

  it('keeps functions of one name apart by their place', () => {
    const profile: CpuProfile = {
      nodes: [node(1, 'read', 'a.js', 1), node(2, 'read', 'b.js', 1)],
      samples: [1, 2],
      timeDeltas: [1, 2],
    };
    expect(functionTimes(profile)).toHaveLength(2);
  });
});
