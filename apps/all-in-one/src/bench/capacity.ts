/**
 * What fleets of millions need, from the figures of a measured run (`bench issuance --json`): `docs/operations/capacity.md`
 * is this text, and a test compares them. Rules of three and no more; what is assumed stands in the page.
 */
import { PARTS } from './bill.js';
import type { IssuanceResult } from './issuance-report.js';

export const FLEETS = [1e6, 30e6, 300e6] as const;
const CERTIFICATES_A_WEEK = 20;
const WEEK_SECONDS = 604_800;
/** Weeks of which certificates are kept ready: the settings' aheadWeeks. */
const WEEKS_AHEAD = 8;
const UTILISATION = 0.5;
/** Weeks that one request asks for: the most that the settings allow. */
const WEEKS_A_REQUEST = 160;
/** A week's downloads come within so many days. */
const DOWNLOAD_DAYS = 2;
const BATCH = 400;
/** Periods for which the PCA can say whose request a certificate came of, its own counted. */
const TRACEABLE_WEEKS = 9;

/** What a fleet of so many vehicles needs; rates a second, sizes in bytes. */
export interface Needs {
  readonly vehicles: number;
  readonly certificatesPerSecond: number;
  /** By part, at the utilisation assumed. */
  readonly cores: Readonly<Record<(typeof PARTS)[number], number>>;
  readonly bytesAWeek: { readonly pra: number; readonly pca: number; readonly la: number };
  readonly bytesKept: { readonly pra: number; readonly pca: number; readonly la: number };
  readonly requestsPerSecond: number;
  readonly bundlesPerSecond: number;
  readonly bundlesPerSecondAtPeak: number;
  /** Bits. */
  readonly lineBits: Readonly<Record<string, { readonly up: number; readonly down: number }>>;
  readonly edgeBits: number;
  readonly edgeBitsAtPeak: number;
  readonly transactionsPerSecond: number;
  readonly rowsPerSecond: number;
  readonly walBytesPerSecond: number;
  /** A wake for each batch formed, and one for each request. */
  readonly wakesPerSecond: number;
}

/** The arithmetic of the page. */
export function needsOf(vehicles: number, result: IssuanceResult): Needs {
  const rate = (vehicles * CERTIFICATES_A_WEEK) / WEEK_SECONDS;
  const { cpuMicrosecondsPerCertificate: bill, bytesStoredPerCertificateOf: stored } = result;
  const weekly = (bytes: number): number => vehicles * CERTIFICATES_A_WEEK * bytes;
  const bytesAWeek = {
    pra: weekly(stored['pra'] ?? 0),
    pca: weekly(stored['pca'] ?? 0),
    la: weekly((stored['la1'] ?? 0) + (stored['la2'] ?? 0)),
  };
  const requestsPerSecond = vehicles / (WEEKS_A_REQUEST * WEEK_SECONDS);
  const peak = 7 / DOWNLOAD_DAYS;
  const edgeBits = 8 * rate * result.bundleBytesPerCertificate;
  return {
    vehicles,
    certificatesPerSecond: rate,
    cores: Object.fromEntries(PARTS.map((part) => [part, (rate * bill[part]) / 1e6 / UTILISATION])) as Needs['cores'],
    bytesAWeek,
    bytesKept: {
      pra: WEEKS_AHEAD * bytesAWeek.pra,
      pca: (WEEKS_AHEAD + TRACEABLE_WEEKS - 1) * bytesAWeek.pca,
      la: WEEKS_AHEAD * bytesAWeek.la,
    },
    requestsPerSecond,
    bundlesPerSecond: rate / CERTIFICATES_A_WEEK,
    bundlesPerSecondAtPeak: (peak * rate) / CERTIFICATES_A_WEEK,
    lineBits: Object.fromEntries(
      Object.entries(result.lineBytesPerCertificate).map(([line, { up, down }]) => [
        line,
        { up: 8 * rate * up, down: 8 * rate * down },
      ]),
    ),
    edgeBits,
    edgeBitsAtPeak: peak * edgeBits,
    transactionsPerSecond: rate * result.databasePerCertificate.transactions,
    rowsPerSecond: rate * result.databasePerCertificate.rowsWritten,
    walBytesPerSecond: rate * result.databasePerCertificate.walBytes,
    wakesPerSecond: rate / BATCH + requestsPerSecond,
  };
}

/** Three figures are enough for what is a rule of three. */
function figure(value: number): string {
  if (Number.isInteger(value) && value < 1000) return String(value);
  if (value >= 1000) return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ' ');
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toPrecision(2);
}

const UNITS = ['', 'k', 'M', 'G', 'T', 'P'] as const;

/** With the prefix that leaves one to three digits before the point; powers of a thousand. */
function withPrefix(value: number, unit: string): string {
  let [left, prefix] = [value, 0];
  for (; left >= 1000 && prefix < UNITS.length - 1; prefix++) left /= 1000;
  return `${figure(left)} ${UNITS[prefix] as string}${unit}`;
}

const bytes = (value: number): string => withPrefix(value, 'B');
const bits = (value: number): string => withPrefix(value, 'bit/s');
const total = (of: Readonly<Record<string, number>>): number => Object.values(of).reduce((sum, one) => sum + one, 0);

/** The parts that a fleet needs servers for: `other` plays the vehicles. */
const SERVERS = PARTS.filter((part) => part !== 'other');

function table(rows: readonly (readonly [string, (needs: Needs) => string])[], fleets: readonly Needs[]): string {
  const head = ['', ...fleets.map(({ vehicles }) => `${figure(vehicles / 1e6)} M vehicles`)];
  const lines = rows.map(([name, cell]) => [name, ...fleets.map(cell)]);
  const text = [head, ['---', ...fleets.map(() => '--:')], ...lines].map((cells) => `| ${cells.join(' | ')} |`);
  return text.join('\n');
}

/** The whole page, in Markdown. */
export function capacityPage(result: IssuanceResult): string {
  const fleets = FLEETS.map((vehicles) => needsOf(vehicles, result));
  const { machine, cpuMicrosecondsPerCertificate: bill, databasePerCertificate: database } = result;
  const coresOf = ({ cores }: Needs): number => SERVERS.reduce((sum, part) => sum + cores[part], 0);
  return `# What a fleet needs

Made by \`node chrysalis bench capacity\` from \`docs/operations/issuance.json\`, which \`npm run bench:issuance\` wrote; a test
compares page and figures. Measure on your own machine before you buy others.

## Measured

${figure(result.certificates)} certificates (${String(result.vehicles)} vehicles, ${String(result.weeks)} weeks) on ${String(machine.cores)} cores of ${machine.cpu}, Node ${machine.node}, one PostgreSQL
server with fsync, full page writes and synchronous commits: ${figure(result.certificatesPerSecond)} certificates a second. A certificate cost

| | |
|---|--:|
${SERVERS.map((part) => `| processor, ${part} | ${figure(bill[part])} µs |`).join('\n')}
| stored | ${figure(result.bytesStoredPerCertificate)} B |
| in its bundle | ${figure(result.bundleBytesPerCertificate)} B |
${Object.entries(result.lineBytesPerCertificate)
  .map(([line, { up, down }]) => `| PRA → ${line}, ${line} → PRA | ${figure(up)} B, ${figure(down)} B |`)
  .join('\n')}
| transactions | ${figure(database.transactions)} |
| rows written | ${figure(database.rowsWritten)} |
| log of changes (WAL) | ${figure(database.walBytes)} B |

## Assumed

- ${String(CERTIFICATES_A_WEEK)} certificates a vehicle and week, issued evenly over the week (top-ups have moments of their own).
- Processors are used to ${String(100 * UTILISATION)} %, so that a machine may fail and a day's work be caught up.
- The PRA keeps ${String(WEEKS_AHEAD)} weeks of bundles ready; the PCA keeps what it issued ahead and ${String(TRACEABLE_WEEKS - 1)} weeks more. What is
  erased sooner within a certificate's life is counted as if it stayed.
- A vehicle asks once for ${String(WEEKS_A_REQUEST)} weeks. All fetch a week's bundle within ${String(DOWNLOAD_DAYS)} days: the peak is ${figure(7 / DOWNLOAD_DAYS)} times the mean.
- Batches of ${String(BATCH)}. One copy of everything: no replica, no backup, no image of a CDN.

## Needed

${table(
  [
    ['certificates a second', (needs) => figure(needs.certificatesPerSecond)],
    ...SERVERS.map((part): [string, (needs: Needs) => string] => [
      `cores, ${part}`,
      ({ cores }) => figure(cores[part]),
    ]),
    ['**cores**', (needs) => `**${figure(coresOf(needs))}**`],
    ['stored a week: PRA', ({ bytesAWeek }) => bytes(bytesAWeek.pra)],
    ['stored a week: PCA', ({ bytesAWeek }) => bytes(bytesAWeek.pca)],
    ['stored a week: both LAs', ({ bytesAWeek }) => bytes(bytesAWeek.la)],
    ['**kept**', ({ bytesKept }) => `**${bytes(total(bytesKept))}**`],
    ['requests a second', (needs) => figure(needs.requestsPerSecond)],
    [
      'bundles a second, mean and peak',
      (needs) => `${figure(needs.bundlesPerSecond)}, ${figure(needs.bundlesPerSecondAtPeak)}`,
    ],
    ['download edge, mean and peak', (needs) => `${bits(needs.edgeBits)}, ${bits(needs.edgeBitsAtPeak)}`],
    ...Object.keys(result.lineBytesPerCertificate).map((line): [string, (needs: Needs) => string] => [
      `PRA → ${line}, ${line} → PRA`,
      ({ lineBits }) => `${bits(lineBits[line]?.up ?? 0)}, ${bits(lineBits[line]?.down ?? 0)}`,
    ]),
    ['transactions a second', (needs) => figure(needs.transactionsPerSecond)],
    ['rows written a second', (needs) => figure(needs.rowsPerSecond)],
    ['log of changes', (needs) => `${bytes(needs.walBytesPerSecond)}/s`],
    ['wakes of queues a second', (needs) => figure(needs.wakesPerSecond)],
  ],
  fleets,
)}

With v vehicles the rate is r = ${String(CERTIFICATES_A_WEEK)} v / ${String(WEEK_SECONDS)} s. Cores: r · µs / 10⁶ / ${String(UTILISATION)}. Stored a week: ${String(CERTIFICATES_A_WEEK)} v · bytes; kept:
that times the weeks above. Lines and edge: 8 r · bytes. Databases: r · what a certificate writes. Bundles: r / ${String(CERTIFICATES_A_WEEK)}. Requests:
v / (${String(WEEKS_A_REQUEST)} weeks). Wakes: r / ${String(BATCH)} for batches, and one a request.

## Read with care

- A rule of three from one machine with everything on it: lines crossed no network, and one server wrote all logs.
- Cores are of that machine. Each program of a role uses about one, more with \`cryptoWorkers\`: so many programs a role, not so
  many threads. PRA and PCA are split by region or brand long before one database of theirs is too small.
- Weeks were made some at a time for each vehicle. A fleet that is topped up week by week asks the LAs more often for less, so
  that their part, and the PRA's for it, is larger a certificate.
- Not counted: enrolment, ARA and ACA, misbehaviour, lists; the door's work for downloads, which a run does not measure.
`;
}
