// Feeds a message log to the ears of its receivers, and writes what they say, one line of JSON a row, in the order of
// the rows. What is learned of the senders as a whole is shared by all receivers of a log, as one fleet would share it.
import { closeSync, createReadStream, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { createGunzip } from 'node:zlib';
import type { LaneMap } from '#detection/checks/lane-distance.js';
import { Calibration } from '#detection/calibration.js';
import { Neighbourhood, type Verdict } from '#detection/neighbourhood.js';
import { type CsvRecord, csvRecords, LogError } from './csv-records.js';
import { ConventionFinder, type HeadingConvention, inConvention, type LogConventions } from './log-conventions.js';
import { type MessageRow, type RowReader, rowReader } from './message-row.js';

export interface JudgeLogOptions {
  readonly log: string;
  readonly out: string;
  readonly rangeMetres: number;
  /** Undefined: found out from the log. */
  readonly heading: HeadingConvention | undefined;
  readonly lanes?: LaneMap;
  progress(line: string): void;
}

export interface LogSummary {
  readonly rows: number;
  readonly receivers: number;
  readonly senders: number;
  readonly flaggedMessages: number;
  /** Senders of whom at least 20 messages were received, and those of them with more than a tenth flagged. */
  readonly vehicles: number;
  readonly flaggedVehicles: number;
  readonly conventions: LogConventions;
}

/** A sender of fewer messages is not counted as a vehicle; more than this share of flagged ones makes it a flagged one. */
const LEAST_MESSAGES = 20;
const FLAGGED_SHARE = 0.1;
/** Rows are grouped by receiver, so one ear would do; a few more forgive a log that is not quite. */
const EARS = 8;
const MOST_SENDERS = 2000;
const ROWS_FOR_CONVENTIONS = 100_000;
const ROWS_A_WORD = 250_000;
const WRITTEN_AT_ONCE = 1 << 18;

/**
 * Judges a log. The file is read twice, its beginning for what it leaves open, so it must be a file and no pipe.
 * Throws `LogError`, or what reading and writing throw; then nothing stands at `out` that did not stand there before.
 */
export async function judgeLog(options: JudgeLogOptions): Promise<LogSummary> {
  const conventions = await findConventions(options);
  const partial = `${options.out}.${String(process.pid)}.part`;
  const file = openSync(partial, 'wx');
  try {
    const summary = await judgeRows(options, conventions, (text) => {
      for (let bytes = Buffer.from(text); bytes.length > 0;) bytes = bytes.subarray(writeSync(file, bytes));
    });
    closeSync(file);
    renameSync(partial, options.out);
    return summary;
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

async function findConventions({ log, heading }: JudgeLogOptions): Promise<LogConventions> {
  const finder = new ConventionFinder();
  let rows = 0;
  for await (const row of readRows(log)) {
    finder.learn(row);
    if (++rows >= ROWS_FOR_CONVENTIONS) break;
  }
  return heading === undefined ? finder.conventions : { ...finder.conventions, heading };
}

async function judgeRows(
  { log, rangeMetres, lanes, progress }: JudgeLogOptions,
  conventions: LogConventions,
  write: (text: string) => void,
): Promise<LogSummary> {
  const calibration = new Calibration();
  const ears = new Map<string, Neighbourhood>();
  const heardBy = new Set<string>();
  const senders = new Map<string, { messages: number; flagged: number }>();
  let [rows, flaggedMessages] = [0, 0];
  let text = '';
  for await (const row of readRows(log)) {
    let ear = ears.get(row.receiverId);
    if (ear === undefined) {
      if (heardBy.has(row.receiverId)) progress(`line ${String(row.line)}: not grouped by receiver, judged anew`);
      heardBy.add(row.receiverId);
      ear = new Neighbourhood({ calibration, rangeMetres, mostSenders: MOST_SENDERS, ...(lanes && { lanes }) });
      ears.set(row.receiverId, ear);
      if (ears.size > EARS) ears.delete(ears.keys().next().value ?? '');
    }
    const { receivedSeconds, receiver, senderAlias } = row;
    const verdict = ear.observe(senderAlias, inConvention(row.motion, conventions), { receivedSeconds, receiver });
    text += lineOf(row, verdict);
    if (text.length >= WRITTEN_AT_ONCE) {
      write(text);
      text = '';
    }
    const sender = senders.get(senderAlias) ?? { messages: 0, flagged: 0 };
    sender.messages++;
    if (verdict.flagged) {
      sender.flagged++;
      flaggedMessages++;
    }
    senders.set(senderAlias, sender);
    if (++rows % ROWS_A_WORD === 0) progress(`${String(rows)} rows`);
  }
  write(text);
  const vehicles = [...senders.values()].filter(({ messages }) => messages >= LEAST_MESSAGES);
  const flaggedVehicles = vehicles.filter(({ messages, flagged }) => flagged > FLAGGED_SHARE * messages).length;
  return {
    rows,
    receivers: heardBy.size,
    senders: senders.size,
    flaggedMessages,
    vehicles: vehicles.length,
    flaggedVehicles,
    conventions,
  };
}

/** One line of the answer. Ids are text: a number may have more digits than a reader of JSON keeps. */
function lineOf({ receiverId, messageId, senderAlias }: MessageRow, { factor, flagged, checks }: Verdict): string {
  const words = Object.entries(checks).map(([check, word]) => `"${check}":${rounded(word)}`);
  return (
    `{"receiver_id":${JSON.stringify(receiverId)},"message_id":${JSON.stringify(messageId)},` +
    `"sender_alias":${JSON.stringify(senderAlias)},"factor":${rounded(factor)},"flagged":${String(flagged)},` +
    `"checks":{${words.join(',')}}}\n`
  );
}

const rounded = (factor: number): string => String(Math.round(factor * 1e4) / 1e4);

/** The rows of a log, gzipped or not, as its first bytes say. */
async function* readRows(log: string): AsyncGenerator<MessageRow> {
  let read: RowReader | undefined;
  for await (const records of csvRecords(textOf(log))) {
    for (const record of records) {
      if (read === undefined) read = rowReader(record);
      else yield read(record satisfies CsvRecord);
    }
  }
  if (read === undefined) throw new LogError(1, 'no header');
}

async function* textOf(log: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  for await (const bytes of bytesOf(log)) yield decoder.decode(bytes, { stream: true });
  yield decoder.decode();
}

async function* bytesOf(log: string): AsyncGenerator<Uint8Array> {
  const file = createReadStream(log, { highWaterMark: 1 << 18 });
  const gunzip = createGunzip();
  let isZipped: boolean | undefined;
  const input = file.iterator() as AsyncIterableIterator<Buffer>;
  for await (const bytes of input) {
    isZipped ??= bytes[0] === 0x1f && bytes[1] === 0x8b;
    if (isZipped) break;
    yield bytes;
  }
  if (isZipped !== true) return;
  const zipped = createReadStream(log);
  zipped.on('error', (error) => gunzip.destroy(error));
  try {
    yield* zipped.pipe(gunzip) as AsyncIterable<Buffer>;
  } finally {
    zipped.destroy();
    gunzip.destroy();
  }
}
