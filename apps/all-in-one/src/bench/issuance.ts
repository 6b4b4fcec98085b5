/**
 * `chrysalis bench issuance`: founds a domain, runs PRA, PCA and both LAs as processes of their own on one PostgreSQL
 * server, sends the requests of a fleet, and measures until the last bundle is there. Then a process that saw nothing of
 * it fetches every bundle and compares it with what was asked for.
 */
import { spawn } from 'node:child_process';
import { chmod, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FleetVerdict } from '#apps/device/src/fleet/check.main.js';
import { DIST } from '../house/ceremony.js';
import { DATABASE, openSeparateHouse, type SeparateHouse } from '../house/separate-house.js';
import { AnsweredLog } from './answered-log.js';
import { PARTS, type Bill } from './bill.js';
import { readCounts, readDurability, walBytes, type DatabaseCounts } from './database-facts.js';
import { BenchFleet } from './fleet.js';
import { complaints, issuanceTable, percentile, type IssuanceResult } from './issuance-report.js';
import { LINES, METERED, microsByPart, peaks, programsOf, type Line } from './parts.js';
import { profileTable } from './profile-report.js';
import { plant, readyBundles, storedAnswers, type Planted } from './pra-record.js';
import { Relay } from './relay.js';
import { costBetween, flatness, windowsOf, type Sample } from './windows.js';

const SAMPLE_MILLIS = 1_000;
const SAY_MILLIS = 2_000;
/** Without a new certificate for so long the run ends with what is there. */
const STALL_MILLIS = 60_000;
/** The least that a window holds; a small run is one window. */
const WINDOW_CERTIFICATES = 50_000;
/** Functions of a profile that are shown. */
const PROFILE_ROWS = 25;
const KEEPERS = ['pra', 'pca', 'la1', 'la2'] as const;

export interface IssuanceOptions {
  readonly vehicles: number;
  readonly weeks: number;
  /** Where the figures go as JSON. */
  readonly json?: string;
  /** A wrong done to the stored answers before they are checked. */
  readonly plant?: Planted;
  /** Folder for profiles of the processor: in it one for each process. */
  readonly profile?: string;
  readonly praProcesses: 1 | 2;
  /** An administrator's Redis for the queues. */
  readonly redisUrl?: string | undefined;
  readonly signal: AbortSignal;
}

/** Words for the person who waits, and what was asked for. */
export interface IssuanceVoice {
  progress(line: string): void;
  result(line: string): void;
}

/** Answers whether everything that was asked for is there once. */
export async function benchIssuance(options: IssuanceOptions, voice: IssuanceVoice): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'chrysalis-bench-'));
  // As root the database's account must pass through here.
  await chmod(folder, 0o711);
  try {
    return await measureIn(folder, options, voice);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureIn(folder: string, options: IssuanceOptions, voice: IssuanceVoice): Promise<boolean> {
  const profile = options.profile === undefined ? undefined : join(folder, 'profiles');
  voice.progress('founding the domain');
  const relays = { pca: await Relay.open(), la1: await Relay.open(), la2: await Relay.open() };
  try {
    return await measureThrough(relays, folder, profile, options, voice);
  } finally {
    for (const line of LINES) await relays[line].close();
  }
}

type Relays = Readonly<Record<Line, Relay>>;

async function measureThrough(
  relays: Relays,
  folder: string,
  profile: string | undefined,
  options: IssuanceOptions,
  voice: IssuanceVoice,
): Promise<boolean> {
  const house = await openSeparateHouse({
    directory: join(folder, 'house'),
    programs: programsOf({ praProcesses: options.praProcesses, weeks: options.weeks, relays, profile }),
    vehicles: Math.max(2, options.vehicles),
    redisUrl: options.redisUrl,
  });
  try {
    for (const line of LINES) relays[line].passTo(house.urlOf(line));
    const fleet = await makeFleet(house, join(folder, 'fleet'), options, voice);
    await house.startAll();
    voice.progress('the programs, each a process of its own:');
    for (const name of METERED) if (house.isRunning(name)) voice.progress(`  ${addressOf(house, name)}`);
    const measured = await measure(house, relays, fleet, options, voice);
    const kept = options.profile;
    if (profile !== undefined && kept !== undefined)
      await restartPrograms(house, voice, () => cp(profile, kept, { recursive: true }));
    if (options.plant !== undefined)
      voice.progress(`planted: ${await plant(await house.databaseUrl('pra'), options.plant)}`);
    await fleet.tell(house.urlOf('pra'));
    const verdict = await check(fleet.folder, options.signal, voice);
    return await conclude({ ...measured, ...sizesOf(verdict) }, verdict, options, voice);
  } finally {
    await house.close();
  }
}

const addressOf = (house: SeparateHouse, name: string): string =>
  `${name.padEnd(11)}${name === DATABASE ? new URL(house.adminUrl).host : house.urlOf(name)}  process ${String(house.pidOf(name))}`;

async function makeFleet(
  house: SeparateHouse,
  folder: string,
  { vehicles, weeks }: IssuanceOptions,
  voice: IssuanceVoice,
): Promise<BenchFleet> {
  let said = performance.now();
  const onMade = (count: number): void => {
    if (performance.now() - said < SAY_MILLIS) return;
    said = performance.now();
    voice.progress(`made ${String(count)} of ${String(vehicles)} vehicles`);
  };
  const fleet = await BenchFleet.make(house, folder, { vehicles, weeks, onMade });
  voice.progress(`made ${String(vehicles)} vehicles, who will ask for ${String(fleet.certificates)} certificates`);
  return fleet;
}

type Measured = Omit<IssuanceResult, 'lost' | 'duplicated' | 'bundleBytesPerCertificate'>;

async function measure(
  house: SeparateHouse,
  relays: Relays,
  fleet: BenchFleet,
  { vehicles, weeks, praProcesses, signal }: IssuanceOptions,
  voice: IssuanceVoice,
): Promise<Measured> {
  const pairs = KEEPERS.map(async (name) => [name, await house.databaseUrl(name)] as const);
  const urls = Object.fromEntries(await Promise.all(pairs)) as Urls;
  const durability = await readDurability(urls.pra);
  const before = await countsOf(urls);
  const run = await runAndSample(house, fleet, urls.pra, signal, voice);
  const after = await countsOf(urls);
  const { samples, busy } = run;
  const bundles = await readyBundles(urls.pra);
  const certificates = bundles.reduce((sum, bundle) => sum + bundle.answers, 0);
  const sentAt = new Map(fleet.sent().map((one) => [Buffer.from(one.requestHash).toString('hex'), one.sentMillis]));
  const waits = bundles.map(({ requestHash, readyMillis }) => readyMillis - (sentAt.get(requestHash) ?? NaN));
  const lastMillis = bundles.reduce((last, { readyMillis }) => Math.max(last, readyMillis), 0);
  const seconds = (lastMillis - run.startedMillis) / 1000;
  // What was used afterwards, waiting for what did not come, is nobody's.
  const end = samples.findIndex((sample) => sample.certificates === samples.at(-1)?.certificates);
  const last = { ...(samples[end] as Sample), certificates };
  const whole = costBetween(samples[0] as Sample, last);
  const windows = windowsOf(samples, WINDOW_CERTIFICATES);
  const flat = flatness(windows);
  const grown = (of: (counts: Counts) => number): number => (of(after) - of(before)) / certificates;
  const stored = Object.fromEntries(KEEPERS.map((name) => [name, grown(({ databases }) => databases[name].bytes)]));
  const all = (what: keyof DatabaseCounts): number =>
    grown(({ databases }) => KEEPERS.reduce((sum, name) => sum + databases[name][what], 0));
  const carried = LINES.map((line) => {
    const { up, down } = relays[line].bytes;
    return [line, { up: up / certificates, down: down / certificates }] as const;
  });
  return {
    certificates,
    seconds,
    certificatesPerSecond: certificates / seconds,
    cpuMicrosecondsPerCertificate: whole.cpuMicrosecondsPerCertificate as Bill,
    requestToReadyMs: { p50: percentile(waits, 0.5), p99: percentile(waits, 0.99) },
    durability,
    peakMemoryMiB: peaks(house),
    bytesStoredPerCertificate: all('bytes'),
    bytesStoredPerCertificateOf: stored,
    lineBytesPerCertificate: Object.fromEntries(carried) as IssuanceResult['lineBytesPerCertificate'],
    databasePerCertificate: {
      transactions: all('transactions'),
      rowsWritten: all('rowsWritten'),
      walBytes: grown(({ wal }) => wal),
    },
    vehicles,
    weeks,
    praProcesses,
    busyAnswers: busy,
    windows,
    ...(flat === undefined ? {} : { flatness: flat }),
    machine: { cpu: cpus()[0]?.model ?? 'unknown', cores: availableParallelism(), node: process.version },
  };
}

type Keeper = (typeof KEEPERS)[number];
type Urls = Readonly<Record<Keeper, string>>;

interface Counts {
  readonly databases: Readonly<Record<Keeper, DatabaseCounts>>;
  readonly wal: number;
}

async function countsOf(urls: Urls): Promise<Counts> {
  const pairs = KEEPERS.map(async (name) => [name, await readCounts(urls[name])] as const);
  return {
    databases: Object.fromEntries(await Promise.all(pairs)) as Counts['databases'],
    wal: await walBytes(urls.pra),
  };
}

interface Run {
  readonly samples: readonly Sample[];
  /** Unix milliseconds of the first request. */
  readonly startedMillis: number;
  readonly busy: number;
}

/** Sends all requests, and samples until everything is stored, or nothing more comes. */
async function runAndSample(
  house: SeparateHouse,
  fleet: BenchFleet,
  praUrl: string,
  signal: AbortSignal,
  voice: IssuanceVoice,
): Promise<Run> {
  const worker = house.isRunning('pra-worker') ? 'pra-worker' : 'pra';
  const log = new AnsweredLog(house.logFile(worker));
  const began = performance.now();
  const startedMillis = Date.now();
  const sample = async (): Promise<Sample> => ({
    millis: performance.now() - began,
    certificates: await log.read(),
    micros: microsByPart(house),
  });
  const samples = [await sample()];
  const given = new AbortController();
  const ended = AbortSignal.any([signal, given.signal]);
  let [handedIn, busy, progressed, said] = [false, 0, began, began];
  const sending = fleet.handInAll(house.urlOf('pra'), ended).then((outcome) => {
    busy = outcome.busy;
    handedIn = true;
    for (const [code, count] of Object.entries(outcome.refused))
      voice.progress(`the PRA refused ${String(count)} requests with ${code}`);
  });
  // Heard again below; a failure in between must not be nobody's.
  sending.catch(() => undefined);
  try {
    for (;;) {
      await sleep(SAMPLE_MILLIS, undefined, { signal });
      const last = samples.at(-1) as Sample;
      const next = await sample();
      samples.push(next);
      if (next.certificates > last.certificates) progressed = performance.now();
      if (performance.now() - said >= SAY_MILLIS) {
        said = performance.now();
        voice.progress(progressLine(samples, fleet.certificates));
      }
      if (handedIn && next.certificates >= fleet.certificates && (await storedAnswers(praUrl)) >= fleet.certificates)
        break;
      if (performance.now() - progressed > STALL_MILLIS) {
        voice.progress(`nothing new for ${String(STALL_MILLIS / 1000)} s: the run ends with what is there`);
        given.abort();
        return { samples, startedMillis, busy };
      }
    }
    await sending;
    return { samples, startedMillis, busy };
  } finally {
    given.abort();
    await log.close();
  }
}

function progressLine(samples: readonly Sample[], wanted: number): string {
  const to = samples.at(-1) as Sample;
  const from = samples.findLast(({ millis }) => millis <= to.millis - SAY_MILLIS) ?? (samples[0] as Sample);
  const made = to.certificates - from.certificates;
  const rate = made / ((to.millis - from.millis) / 1000);
  const used = PARTS.map((part) => (to.micros[part] ?? 0) - (from.micros[part] ?? 0));
  const cores = used.reduce((a, b) => a + b, 0) / ((to.millis - from.millis) * 1000);
  const bill = made === 0 ? '' : PARTS.map((part, n) => `${part} ${((used[n] as number) / made).toFixed(0)}`).join(' ');
  return (
    `${(to.millis / 1000).toFixed(0)} s  ${String(to.certificates)} of ${String(wanted)}  ` +
    `${rate.toFixed(0)} a second  ${cores.toFixed(2)} cores  ${bill === '' ? '' : `µs each: ${bill}`}`
  );
}

/** A profile is written when its process ends. */
async function restartPrograms(
  house: SeparateHouse,
  voice: IssuanceVoice,
  keepProfiles: () => Promise<void>,
): Promise<void> {
  voice.progress('the programs end, so that their profiles are written, and start again');
  for (const name of METERED) if (name !== DATABASE) await house.kill(name, 'SIGTERM');
  // What comes after the run, the checker's downloads, is in none of them.
  await keepProfiles();
  await house.startAll();
}

/** The checker as a process of its own, which is told the folder of the fleet and no more. */
async function check(folder: string, signal: AbortSignal, voice: IssuanceVoice): Promise<FleetVerdict> {
  const result = join(folder, 'verdict.json');
  voice.progress('every bundle is fetched and opened by a process of its own');
  const child = spawn(process.execPath, [join(DIST, 'apps/device/src/fleet/check.main.js'), folder, result], {
    stdio: ['ignore', 'ignore', 'pipe'],
    signal,
  });
  createInterface({ input: child.stderr }).on('line', (line) => voice.progress(line));
  const code = await new Promise<number | null>((ended, failed) => {
    child.once('error', failed);
    child.once('close', ended);
  });
  if (code !== 0) throw new Error(`the checker has ended with ${String(code)}`);
  return JSON.parse(await readFile(result, 'utf8')) as FleetVerdict;
}

const sizesOf = (verdict: FleetVerdict) => ({
  lost: verdict.lost,
  duplicated: verdict.duplicated,
  bundleBytesPerCertificate: verdict.right === 0 ? 0 : verdict.bundleBytes / verdict.right,
});

async function conclude(
  result: IssuanceResult,
  verdict: FleetVerdict,
  { json, profile }: IssuanceOptions,
  voice: IssuanceVoice,
): Promise<boolean> {
  if (json !== undefined) await writeFile(json, `${JSON.stringify(result, null, 2)}\n`);
  for (const line of issuanceTable(result)) voice.result(line);
  if (profile !== undefined)
    for (const line of await profileTable(profile, result.certificates, PROFILE_ROWS)) voice.result(line);
  const wrong = complaints(result, verdict);
  for (const line of wrong) voice.result(`This did not go as it must: ${line}.`);
  return wrong.length === 0;
}
