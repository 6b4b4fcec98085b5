/**
 * `chrysalis bench enrolment`: founds a domain, runs ECA and AAA as processes of their own on one PostgreSQL server, and has
 * devices enrol by serial. Registration, keys and requests are made before the clock runs; what the devices do with the
 * answers comes after. So the time between is that of the authorities and their commits.
 */
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { provesBySerial } from '#apps/device/src/birth/serial-birth.js';
import { vehicleAids } from '#apps/device/src/vehicle/vehicle.js';
import { fromHex, hex } from '#crypto/bytes.js';
import { systemRandom } from '#crypto/random.js';
import { sm2Verify } from '#crypto/sm2.js';
import { CHINA } from '#credentials/authority-certificate.js';
import { certificateFromBytes, certificateHash } from '#credentials/certificate-facts.js';
import { systemClock } from '#credentials/clock.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused, type Refused } from '#credentials/refusal.js';
import { TrustStore } from '#credentials/trust-store.js';
import type { DeviceContext } from '#device/device-context.js';
import { memoryDeviceStore } from '#device/device-store.js';
import { enrol, type EnrolmentRefusal } from '#device/enrolment.js';
import { memoryDevice } from '#keys/software-device.js';
import { certificatePath } from '#service/identity.js';
import type { Certificate } from '#wire/secured-data.js';
import { DATABASE, openSeparateHouse, type SeparateHouse } from '../house/separate-house.js';
import { readDurability, withClient } from './database-facts.js';
import {
  answerTimes,
  BILLED,
  ENROLLED,
  enrolmentComplaints,
  enrolmentTable,
  type Billed,
  type EnrolmentResult,
} from './enrolment-report.js';
import { processorMicros, treeMicros } from './process-meter.js';

const PROFILE = 'bench';
/** Requests are made ahead of all sending; a device waits so long for its answer. */
const PATIENCE_MILLIS = 600_000;
const SAY_EVERY = 500;

export interface EnrolmentOptions {
  readonly devices: number;
  /** Requests on their way at one time. */
  readonly atOnce: number;
  /** Where the figures go as JSON. */
  readonly json?: string;
  readonly signal: AbortSignal;
}

/** Words for the person who waits, and what was asked for. */
export interface EnrolmentVoice {
  progress(line: string): void;
  result(line: string): void;
}

/** Answers whether every device has a certificate of its own. */
export async function benchEnrolment(options: EnrolmentOptions, voice: EnrolmentVoice): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'chrysalis-bench-'));
  // As root the database's account must pass through here.
  await chmod(folder, 0o711);
  voice.progress('founding the domain');
  try {
    // All devices stand behind one address here.
    const eca = { name: 'eca', roleSettings: { door: { requestsAtOnce: 1_000_000, requestsAMinute: 1_000_000 } } };
    const programs = [{ name: 'aaa' }, eca];
    const house = await openSeparateHouse({ directory: join(folder, 'house'), programs, vehicles: 2 });
    try {
      await house.startAll();
      return await measure(house, options, voice);
    } finally {
      await house.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(house: SeparateHouse, options: EnrolmentOptions, voice: EnrolmentVoice): Promise<boolean> {
  const serials = await registerDevices(house, options, voice);
  const fleet = await readyFleet(house, serials, options, voice);
  const before = microsOf(house);
  const began = performance.now();
  const millis = await sendAll(fleet, options);
  const seconds = (performance.now() - began) / 1000;
  const after = microsOf(house);
  voice.progress('the devices judge their answers');
  const taken = await takeAll(fleet);
  const [machine] = cpus();
  const bill = BILLED.map((part) => [part, (after[part] - before[part]) / fleet.length]);
  const result: EnrolmentResult = {
    devices: fleet.length,
    seconds,
    enrolmentsPerSecond: fleet.length / seconds,
    answerMs: answerTimes(millis),
    cpuMicrosecondsPerEnrolment: Object.fromEntries(bill) as Record<Billed, number>,
    atOnce: options.atOnce,
    ...taken,
    active: await activeCertificates(house),
    durability: await readDurability(await house.databaseUrl('eca')),
    machine: { cpu: machine?.model ?? 'unknown', cores: availableParallelism(), node: process.version },
  };
  for (const line of enrolmentTable(result)) voice.result(line);
  const complaints = enrolmentComplaints(result);
  for (const line of complaints) voice.result(`wrong: ${line}`);
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(result, null, 2)}\n`);
  return complaints.length === 0;
}

interface Registered {
  readonly serial: string;
  readonly secret: Uint8Array;
}

/** As operators do it: a profile, a file of devices, and a release each. */
async function registerDevices(
  house: SeparateHouse,
  { devices, atOnce, signal }: EnrolmentOptions,
  voice: EnrolmentVoice,
): Promise<Registered[]> {
  const token = (await readFile(join(house.placed('aaa').directory, 'operator-token'), 'utf8')).trim();
  const call = async (method: string, path: string, type: string, body: string): Promise<string> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': type };
    const response = await fetch(`${house.urlOf('aaa')}${path}`, { method, headers, body });
    if (!response.ok) throw new Error(`${method} ${path}: ${String(response.status)}`);
    return response.text();
  };
  await call('PUT', `/profiles/${PROFILE}`, 'application/json', JSON.stringify({ aids: vehicleAids() }));
  const lines = Array.from({ length: devices }, (_, n) => `BENCH-${String(n)},${PROFILE}`);
  const file = await call('POST', '/devices/csv', 'text/csv', ['serial,profile', ...lines].join('\n'));
  const registered = file
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [serial = '', secret = ''] = line.split(',');
      return { serial, secret: fromHex(secret) };
    });
  await inTurn(registered, { atOnce, signal }, ({ serial }) =>
    call('POST', `/devices/${serial}/release`, 'application/json', '{}').then(() => undefined),
  );
  voice.progress(`registered and released ${String(registered.length)} devices`);
  return registered;
}

/** A device whose request stands ready, and who waits for what `answer` is given. */
interface Waiting {
  readonly url: string;
  readonly body: Uint8Array;
  readonly answer: (response: Response) => void;
  readonly outcome: Promise<Certificate | Refused<EnrolmentRefusal>>;
}

async function readyFleet(
  house: SeparateHouse,
  registered: readonly Registered[],
  { signal }: EnrolmentOptions,
  voice: EnrolmentVoice,
): Promise<Waiting[]> {
  const common = await commonContext(house);
  const fleet: Waiting[] = [];
  for (const device of registered) {
    signal.throwIfAborted();
    fleet.push(await readyDevice(common, device));
    if (fleet.length % SAY_EVERY === 0) voice.progress(`made ${String(fleet.length)} requests`);
  }
  return fleet;
}

/** Runs the product's own enrolment up to the moment at which it would send. */
const readyDevice = (common: Omit<DeviceContext, 'keys' | 'store' | 'fetch'>, device: Registered): Promise<Waiting> =>
  new Promise((ready, fail) => {
    const context: DeviceContext = {
      ...common,
      keys: memoryDevice(systemRandom),
      store: memoryDeviceStore(),
      fetch: (url, init) =>
        new Promise((answer) => ready({ url, body: init.body ?? new Uint8Array(), answer, outcome })),
    };
    const outcome = enrol(context, provesBySerial(device));
    outcome.catch(fail);
  });

async function commonContext(house: SeparateHouse): Promise<Omit<DeviceContext, 'keys' | 'store' | 'fetch'>> {
  const bytesAt = async (path: string): Promise<Uint8Array> => new Uint8Array(await readFile(path));
  const trcla = certificateFromBytes(await bytesAt(house.trust.trclaCertificate));
  const trust = new TrustStore(trcla);
  const now = systemClock.nowMillis();
  const lists = [
    trust.takeTrcl(await bytesAt(house.trust.trcl), now),
    trust.takeTdcl(await bytesAt(house.trust.tdcl), now),
  ];
  for (const taken of lists) if (isRefused(taken)) throw new Error(`a list is refused: ${taken.reason}`);
  const certificate = certificateFromBytes(await bytesAt(certificatePath(house.placed('eca').directory)));
  const eca = { url: house.urlOf('eca'), certificate };
  return {
    profile: ccsa,
    clock: systemClock,
    random: systemRandom,
    timeoutMillis: PATIENCE_MILLIS,
    home: { trcla, eca, pra: eca, tcmfUrl: eca.url, aids: vehicleAids(), country: CHINA },
    trust,
    verify: sm2Verify,
  };
}

/** Milliseconds of each answer. Until all are in, no device is given its own: it would judge it while others are measured. */
async function sendAll(fleet: readonly Waiting[], options: EnrolmentOptions): Promise<number[]> {
  const millis: number[] = [];
  const answers: (() => void)[] = [];
  await inTurn(fleet, options, async ({ url, body, answer }) => {
    const sent = performance.now();
    const headers = { 'content-type': 'application/octet-stream' };
    const response = await fetch(url, { method: 'POST', headers, body: body as Uint8Array<ArrayBuffer> });
    const bytes = await response.arrayBuffer();
    millis.push(performance.now() - sent);
    answers.push(() => answer(new Response(bytes, { status: response.status, headers: response.headers })));
  });
  for (const give of answers) give();
  return millis;
}

async function takeAll(fleet: readonly Waiting[]): Promise<Pick<EnrolmentResult, 'outcomes' | 'certificates'>> {
  const outcomes: Record<string, number> = {};
  const certificates = new Set<string>();
  for (const { outcome } of fleet) {
    const taken = await outcome;
    const word = isRefused(taken) ? taken.reason : ENROLLED;
    outcomes[word] = (outcomes[word] ?? 0) + 1;
    if (!isRefused(taken)) certificates.add(hex(certificateHash(taken)));
  }
  return { outcomes, certificates: certificates.size };
}

const activeCertificates = async (house: SeparateHouse): Promise<number> =>
  withClient(await house.databaseUrl('eca'), async (client) => {
    const { rows } = await client.query<{ n: number }>('SELECT count(*)::int AS n FROM enrolment WHERE is_active');
    return rows[0]?.n ?? 0;
  });

/** Processor time up to now, microseconds; `devices` is this process. */
function microsOf(house: SeparateHouse): Record<Billed, number> {
  const of = (name: string, meter: (pid: number) => number | undefined): number => {
    const pid = house.pidOf(name);
    return (pid === undefined ? undefined : meter(pid)) ?? 0;
  };
  const { user, system } = process.cpuUsage();
  return {
    eca: of('eca', processorMicros),
    aaa: of('aaa', processorMicros),
    database: of(DATABASE, treeMicros),
    devices: user + system,
  };
}

/** Each item once, so many at a time; none any more once the signal came. */
async function inTurn<T>(
  items: readonly T[],
  { atOnce, signal }: Pick<EnrolmentOptions, 'atOnce' | 'signal'>,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const rest = items.values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const item of rest) {
        signal.throwIfAborted();
        await work(item);
      }
    }),
  );
}
