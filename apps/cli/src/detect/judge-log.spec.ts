// From a file to a file: what rows may look like, what ends the command, and what then stands on the disk.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { judgeLog, type LogSummary } from './judge-log.js';

const HEADER =
  'receiver_id,rcv_ns,send_ns,message_id,sender_alias,pos_x,pos_y,pos_noise_x,pos_noise_y,spd,acl,hed_deg,hed_noise,rcv_pos_x,rcv_pos_y,rcv_spd';

interface Line {
  readonly receiver_id: string;
  readonly message_id: string;
  readonly sender_alias: string;
  readonly factor: number;
  readonly flagged: boolean;
  readonly checks: Record<string, number>;
}

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'detect-'))));
afterEach(() => rmSync(folder, { recursive: true }));

async function judged(text: string | Buffer): Promise<{ lines: Line[]; summary: LogSummary; said: string[] }> {
  const [log, out] = [join(folder, 'log'), join(folder, 'out')];
  writeFileSync(log, text);
  const said: string[] = [];
  const summary = await judgeLog({
    log,
    out,
    rangeMetres: 1000,
    heading: undefined,
    progress: (line) => said.push(line),
  });
  const lines = readFileSync(out, 'utf8').split('\n').slice(0, -1);
  return { lines: lines.map((line) => JSON.parse(line) as Line), summary, said };
}

const START = 1_700_000_000_000_000_000n;
/** A car that goes east at 10 m/s, one message a second, as one receiver hears it. */
function row(second: number, changes: Record<string, string> = {}): string {
  const time = START + BigInt(second) * 1_000_000_000n;
  const cells: Record<string, string> = {
    receiver_id: 'r1',
    rcv_ns: String(time + 5_000_000n),
    send_ns: String(time),
    message_id: String(second),
    sender_alias: 'a1',
    pos_x: String(10 * second),
    pos_y: '0',
    pos_noise_x: '1',
    pos_noise_y: '1',
    spd: '10',
    acl: '0',
    hed_deg: '90',
    hed_noise: '2',
    rcv_pos_x: '0',
    rcv_pos_y: '0',
    rcv_spd: '0',
    ...changes,
  };
  return HEADER.split(',')
    .map((name) => cells[name])
    .join(',');
}
const log = (...rows: string[]): string => [HEADER, ...rows, ''].join('\n');
const seconds = (count: number) => Array.from({ length: count }, (_, second) => second);

describe('judgeLog', () => {
  it('writes a line a row in the order of the rows, and flags the one who jumps', async () => {
    const rows = seconds(30).flatMap((second) => [
      row(second),
      row(second, {
        sender_alias: 'a2',
        message_id: `m${String(second)}`,
        pos_x: String((second * 7919) % 500),
        pos_y: '3.5',
      }),
    ]);
    const { lines, summary } = await judged(log(...rows));
    expect(lines.map(({ message_id: id }) => id)).toEqual(seconds(30).flatMap((n) => [String(n), `m${String(n)}`]));
    const flagged = (alias: string) => lines.filter((line) => line.sender_alias === alias && line.flagged).length;
    expect(flagged('a1')).toBe(0);
    expect(flagged('a2')).toBeGreaterThan(25);
    expect(lines.every(({ factor }) => factor >= 0 && factor <= 1)).toBe(true);
    expect(lines.at(-1)?.checks['positionSpeed']).toBeLessThan(0.1);
    expect(summary).toMatchObject({ rows: 60, receivers: 1, senders: 2, vehicles: 2, flaggedVehicles: 1 });
    expect(summary.flaggedMessages).toBe(flagged('a2'));
  });

  it('keeps ids as they stand, also numbers longer than a double', async () => {
    const ids = { receiver_id: '007', message_id: '12345678901234567890', sender_alias: '1e3' };
    expect((await judged(log(row(0, ids)))).lines[0]).toMatchObject(ids);
  });

  it('reads gzip, quotes, CRLF, a byte order mark, other columns in any order and scientific notation alike', async () => {
    const rows = seconds(5).map((second) => row(second, { pos_x: second === 4 ? '400' : String(10 * second) }));
    const plain = await judged(log(...rows));
    const names = HEADER.split(',');
    const turned = [names, ...rows.map((text) => text.split(','))]
      .map((cells, index) => [index === 0 ? 'more' : 'x,"y"', ...cells.toReversed()])
      .map(([more, ...cells]) => [`"${more!.replaceAll('"', '""')}"`, ...cells.map((cell) => `"${cell}"`)].join(','))
      .join('\r\n');
    const { lines } = await judged(gzipSync(Buffer.from(`\uFEFF${turned}`)));
    expect(lines).toEqual(plain.lines);
    const scientific = rows.map((text) => text.replace(',10,0,90,', ',1.0e1,0E0,+9e1,'));
    expect((await judged(log(...scientific))).lines).toEqual(plain.lines);
  });

  it('judges what is there when optional cells are empty', async () => {
    const bare = [
      'pos_noise_x',
      'pos_noise_y',
      'spd',
      'acl',
      'hed_deg',
      'hed_noise',
      'rcv_pos_x',
      'rcv_pos_y',
      'rcv_spd',
    ];
    const empty = Object.fromEntries(bare.map((name) => [name, '']));
    const { lines } = await judged(log(...seconds(4).map((n) => row(n, n === 3 ? { ...empty, pos_x: '900' } : empty))));
    expect(lines[2]).toMatchObject({ factor: 1, flagged: false });
    expect(lines[3]).toMatchObject({ factor: 0, flagged: true, checks: { positionJump: 0 } });
    expect(Object.keys(lines[3]!.checks)).not.toContain('positionSpeed');
    const { lines: noTime } = await judged(log(row(0, { rcv_ns: '' }), row(1, { send_ns: '' })));
    expect(noTime.map(({ flagged }) => flagged)).toEqual([false, false]);
  });

  it('keeps receivers apart, and says when their rows are not grouped', async () => {
    const jump = { pos_x: '5000', rcv_pos_x: '5000' };
    const { lines } = await judged(log(row(0), row(1, { receiver_id: 'r2', ...jump })));
    expect(lines.map(({ factor }) => factor)).toEqual([1, 1]);
    const many = seconds(10).map((n) => row(n, { receiver_id: `r${String(n)}` }));
    expect((await judged(log(...many, row(10, { receiver_id: 'r0' })))).said).toEqual([
      'line 12: not grouped by receiver, judged anew',
    ]);
  });

  it('reads a log without rows', async () => {
    expect(await judged(`${HEADER}\n`)).toMatchObject({ lines: [], summary: { rows: 0, vehicles: 0 } });
  });

  it.each([
    ['nothing', '', 'line 1: no header'],
    ['a missing column', `${HEADER.replace(',spd', '')}\n`, 'line 1: no column spd'],
    ['a column that is there twice', `${HEADER},spd\n`, 'line 1: two columns spd'],
    ['too few cells', log(row(0), '1,2'), 'line 3: 2 cells, the header has 16'],
    ['a word for a number', log(row(0), row(1, { pos_x: 'far' })), 'line 3: pos_x is no number'],
    ['a hexadecimal number', log(row(0, { spd: '0x10' })), 'line 2: spd is no number'],
    ['an endless number', log(row(0, { pos_y: '1e999' })), 'line 2: pos_y is no number'],
    ['no position', log(row(0, { pos_y: '' })), 'line 2: pos_y is empty'],
    ['no alias', log(row(0, { sender_alias: ' ' })), 'line 2: sender_alias is empty'],
    ['no time', log(row(0, { rcv_ns: '', send_ns: '' })), 'line 2: rcv_ns and send_ns are empty'],
    ['a word for a time', log(row(0, { send_ns: 'noon' })), 'line 2: send_ns is no time'],
    ['bytes that are no UTF-8', Buffer.from([0x61, 0xff, 0x0a]), 'not valid'],
    ['a cut archive', gzipSync(Buffer.from(log(row(0)))).subarray(0, 60), 'unexpected end of file'],
  ])('refuses %s, and leaves what stood there', async (_, text, message) => {
    writeFileSync(join(folder, 'out'), 'before');
    await expect(judged(text)).rejects.toThrow(message);
    expect(readFileSync(join(folder, 'out'), 'utf8')).toBe('before');
    expect(readdirSync(folder).sort()).toEqual(['log', 'out']);
  });
});
