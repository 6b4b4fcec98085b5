// A row of a message log as the detectors want it. Ids stay text, exactly as they stand in the file.
import { headingSigma, type Motion, positionSigma } from '#detection/motion.js';
import { type CsvRecord, LogError } from './csv-records.js';

const COLUMNS = [
  'receiver_id',
  'rcv_ns',
  'send_ns',
  'message_id',
  'sender_alias',
  'pos_x',
  'pos_y',
  'pos_noise_x',
  'pos_noise_y',
  'spd',
  'acl',
  'hed_deg',
  'hed_noise',
  'rcv_pos_x',
  'rcv_pos_y',
  'rcv_spd',
] as const;
type Column = (typeof COLUMNS)[number];

export interface MessageRow {
  readonly line: number;
  readonly receiverId: string;
  readonly messageId: string;
  readonly senderAlias: string;
  /** Seconds since the first row's time of reception. */
  readonly receivedSeconds: number;
  /** The heading is as in the file, not yet clockwise from north. */
  readonly motion: Motion;
  readonly receiver: { readonly eastMetres: number; readonly northMetres: number } | undefined;
}

/** Reads rows by the names in the header: the columns may stand in any order, others are ignored. */
export type RowReader = (record: CsvRecord) => MessageRow;

/** Throws `LogError` for a header that lacks a column or has one twice. */
export function rowReader(header: CsvRecord): RowReader {
  const names = header.cells.map((cell) => cell.trim());
  const missing = COLUMNS.filter((column) => !names.includes(column));
  if (missing.length > 0) throw new LogError(header.line, `no column ${missing.join(', ')}`);
  const twice = COLUMNS.find((column) => names.indexOf(column) !== names.lastIndexOf(column));
  if (twice !== undefined) throw new LogError(header.line, `two columns ${twice}`);
  const places = Object.fromEntries(COLUMNS.map((column) => [column, names.indexOf(column)])) as Record<Column, number>;
  const clock: { base: bigint | undefined } = { base: undefined };
  return ({ line, cells }) => {
    if (cells.length !== names.length) {
      throw new LogError(line, `${String(cells.length)} cells, the header has ${String(names.length)}`);
    }
    return readRow(line, (column) => cells[places[column]]!.trim(), clock);
  };
}

function readRow(line: number, cell: (column: Column) => string, clock: { base: bigint | undefined }): MessageRow {
  const optional = (column: Column): number | undefined => {
    const text = cell(column);
    return text === '' || /^nan$/i.test(text) ? undefined : numberOf(text, column, line);
  };
  const needed = (column: Column): number => {
    const number = optional(column);
    if (number === undefined) throw new LogError(line, `${column} is empty`);
    return number;
  };
  const id = (column: Column): string => {
    const text = cell(column);
    if (text === '') throw new LogError(line, `${column} is empty`);
    return text;
  };
  const received = nanoseconds(cell('rcv_ns'), 'rcv_ns', line);
  const sent = nanoseconds(cell('send_ns'), 'send_ns', line) ?? received;
  const heard = received ?? sent;
  if (sent === undefined || heard === undefined) throw new LogError(line, 'rcv_ns and send_ns are empty');
  clock.base ??= heard;
  const [noiseEast, noiseNorth] = [optional('pos_noise_x'), optional('pos_noise_y')];
  const claimed =
    noiseEast === undefined && noiseNorth === undefined
      ? undefined
      : Math.hypot(noiseEast ?? noiseNorth ?? 0, noiseNorth ?? noiseEast ?? 0) / Math.SQRT2;
  const [receiverEast, receiverNorth] = [optional('rcv_pos_x'), optional('rcv_pos_y')];
  // Not used by a check, but a row in which it is no number is no row of this log.
  optional('rcv_spd');
  return {
    line,
    receiverId: id('receiver_id'),
    messageId: id('message_id'),
    senderAlias: id('sender_alias'),
    receivedSeconds: Number(heard - clock.base) / 1e9,
    motion: {
      timeSeconds: Number(sent - clock.base) / 1e9,
      eastMetres: needed('pos_x'),
      northMetres: needed('pos_y'),
      positionSigmaMetres: positionSigma(claimed),
      speedMetresPerSecond: optional('spd'),
      acceleration: optional('acl'),
      headingDegrees: optional('hed_deg'),
      headingSigmaDegrees: headingSigma(optional('hed_noise')),
    },
    receiver:
      receiverEast === undefined || receiverNorth === undefined
        ? undefined
        : { eastMetres: receiverEast, northMetres: receiverNorth },
  };
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
/** Beyond this no metre, degree or second of any log lies. */
const MOST = 1e15;

function numberOf(text: string, column: Column, line: number): number {
  const number = NUMBER.test(text) ? Number(text) : NaN;
  if (!(Math.abs(number) <= MOST)) throw new LogError(line, `${column} is no number of this log`);
  return number;
}

/** Exact for whole numbers of any length; undefined for an empty cell. */
function nanoseconds(text: string, column: Column, line: number): bigint | undefined {
  if (text === '') return undefined;
  if (/^[+-]?\d{1,30}$/.test(text)) return BigInt(text.replace(/^\+/, ''));
  const number = NUMBER.test(text) ? Number(text) : NaN;
  if (!(Math.abs(number) <= 1e20)) throw new LogError(line, `${column} is no time in nanoseconds`);
  return BigInt(Math.round(number));
}
