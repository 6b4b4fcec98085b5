import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { functionTimes, profileTable, type CpuProfile } from './profile-report.js';

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

describe('the table of profiles', () => {
  it('has a part for each thread of each program, and nothing of other files', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'chrysalis-profiles-'));
    const profile: CpuProfile = { nodes: [node(1, 'sign', 'sm2.js', 4)], samples: [1], timeDeltas: [500] };
    for (const [program, file] of [
      ['pca', 'CPU.20260101.120000.4711.0.001.cpuprofile'],
      ['pca', 'CPU.20260101.120000.4711.2.002.cpuprofile'],
      ['pca', 'notes.txt'],
      ['la1', 'CPU.20260101.120000.4712.0.001.cpuprofile'],
    ] as const) {
      await mkdir(join(folder, program), { recursive: true });
      await writeFile(join(folder, program, file), JSON.stringify(profile));
    }
    const lines = await profileTable(folder, 100, 10);
    await rm(folder, { recursive: true });
    expect(lines).toEqual([
      'la1: 5.0 µs a certificate, the start included',
      '     5.00  100.0 %  sign sm2.js:5',
      'pca: 5.0 µs a certificate, the start included',
      '     5.00  100.0 %  sign sm2.js:5',
      'pca, thread 2: 5.0 µs a certificate, the start included',
      '     5.00  100.0 %  sign sm2.js:5',
    ]);
  });
});
