import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { add } from './detect.command.js';

const HEADER =
  'receiver_id,rcv_ns,send_ns,message_id,sender_alias,pos_x,pos_y,pos_noise_x,pos_noise_y,spd,acl,hed_deg,hed_noise,rcv_pos_x,rcv_pos_y,rcv_spd';
/** A car that goes east along y = 0, 25 messages; the heading is told as a compass does. */
const ROWS = Array.from(
  { length: 25 },
  (_, s) => `r,${String(s)}005000000,${String(s)}000000000,${String(s)},a,${String(10 * s)},0,1,1,10,0,90,2,0,0,0`,
);

describe('chrysalis detect', () => {
  let folder: string;
  let ended: number[];
  let said: string[];
  let progress: string[];
  const run = async (log: string, ...words: string[]): Promise<void> => {
    const context: CliContext = {
      root: '/nowhere/',
      environment: {},
      progress: (line) => progress.push(line),
      result: (line) => said.push(line),
      finish: (code) => ended.push(code),
    };
    writeFileSync(join(folder, 'log.csv'), log);
    const program = new Command();
    add(program, context);
    const files = ['--log', join(folder, 'log.csv'), '--json', join(folder, 'out.jsonl')];
    await program.parseAsync(['detect', ...files, ...words], { from: 'user' });
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'detect-'));
    [ended, said, progress] = [[], [], []];
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('writes a line a row and says what it counted', async () => {
    await run([HEADER, ...ROWS].join('\n'));
    expect(ended).toEqual([0]);
    expect(said).toContain('25 rows of 1 receivers, 1 senders');
    expect(said.at(-1)).toMatch(/^0 of 1 vehicles flagged/);
    expect(readFileSync(join(folder, 'out.jsonl'), 'utf8').split('\n')).toHaveLength(26);
  });

  it('holds places against known lanes', async () => {
    const lanes = join(folder, 'lanes.csv');
    writeFileSync(lanes, ['x,y', ...ROWS.map((_, s) => `${String(10 * s)},60`)].join('\n'));
    await run([HEADER, ...ROWS].join('\n'), '--lanes', lanes);
    expect(said.at(-1)).toMatch(/^1 of 1 vehicles flagged/);
    writeFileSync(lanes, 'x;y\n1;2\n');
    await run([HEADER, ...ROWS].join('\n'), '--lanes', lanes);
    expect(ended).toEqual([0, 1]);
  });

  it('ends with 1 and the line of a bad row, and writes nothing', async () => {
    await run([HEADER, ROWS[0], 'r,1'].join('\n'));
    expect(ended).toEqual([1]);
    expect(progress.at(-1)).toContain('line 3: 2 cells');
    expect(readdirSync(folder)).toEqual(['log.csv']);
  });

  it('ends with 2 when there is no such file', async () => {
    await run('', '--lanes', join(folder, 'nothing.csv'));
    expect(ended).toEqual([2]);
  });
});
