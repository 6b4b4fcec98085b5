/**
 * A whole small life in this process, on real databases, queues and lines: both brands enrol, are provisioned, drive, units of
 * the roadside are certified, one car lies and is revoked. Everything that crosses HTTP is recorded; the stores are read whole at three moments.
 *
 * The ceremony's programs are processes of their own; here they run from their sources.
 */
import diagnostics from 'node:diagnostics_channel';
import { randomUUID } from 'node:crypto';
import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AAA_OPERATOR, type AaaOperator } from '#apps/aaa/src/aaa.authority.js';
import type { House } from '#apps/all-in-one/src/house/house.js';
import { certifyUnits } from '#apps/all-in-one/src/life/certified-units.js';
import { meetTheOtherBrand } from '#apps/all-in-one/src/life/cross-domain.js';
import { Fleet, required, type Car } from '#apps/all-in-one/src/life/fleet.js';
import { exposeTheLiar } from '#apps/all-in-one/src/life/misbehaviour.js';
import { currentPeriod, downloadPeriod, goToPeriod, type Life } from '#apps/all-in-one/src/life/weeks.js';
import { until } from '#apps/all-in-one/src/life/wait.js';
import { emptyReport } from '#apps/all-in-one/src/report.js';
import { provesBySerial } from '#apps/device/src/birth/serial-birth.js';
import { makeDeviceCertificate, makeIssuer, provesByX509 } from '#apps/device/src/birth/x509-birth.js';
import { brandOf, createRoad } from '#apps/device/src/road/road.js';
import { vehicleAids } from '#apps/device/src/vehicle/vehicle.js';
import { systemRandom } from '#crypto/random.js';
import { openDataDirectory } from '#persistence/data-directory.js';
import { readStores, type StoredValue } from './stores.fixture.js';
import { chainsOf, type LaChain } from './secrets.fixture.js';

export const VEHICLES = 8;
export const WEEKS = 2;
/** When the stores are read. */
export const MOMENTS = ['while the pool waits', 'when both weeks are provisioned', 'at the end'] as const;
const SEED = 5;
const YEAR_MILLIS = 365.25 * 86_400_000;
const quiet = {
  say: () => undefined,
  step: <T>(_name: string, work: (count: () => void) => Promise<T>): Promise<T> => work(() => undefined),
};

/** One HTTP exchange, as the caller saw it. */
export interface Exchange {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly request: Uint8Array;
  readonly response: Uint8Array;
  readonly contentType: string | undefined;
}

/** One HTTP request, as the callee's server saw it. */
export interface Arrival {
  readonly port: number;
  readonly path: string;
  readonly headerNames: readonly string[];
  /** Headers that are not about the connection or the body, as `name: value`. */
  readonly told: string;
  readonly fromPort: number;
}

/** What a car was born with. */
export interface Birth {
  readonly serial?: string;
  readonly secret?: Uint8Array;
  readonly subject?: string;
  readonly x509?: Uint8Array;
}

export interface LivedLife {
  readonly house: House;
  readonly life: Life;
  readonly births: readonly Birth[];
  /** The first period with certificates. */
  readonly firstI: number;
  readonly exchanges: readonly Exchange[];
  readonly arrivals: readonly Arrival[];
  /** Every value of every table at each moment. */
  readonly stores: readonly { readonly moment: (typeof MOMENTS)[number]; readonly values: readonly StoredValue[] }[];
  /** Chains as the LAs held them in the first week. */
  readonly chains: readonly LaChain[];
  /** Closes authorities and database; the files stay until `remove`. */
  close(): Promise<void>;
  remove(): Promise<void>;
}

type HouseClass = typeof House;

export async function liveRecorded(HouseOf: HouseClass): Promise<LivedLife> {
  const path = await mkdtemp(join(tmpdir(), 'chrysalis-privacy-'));
  // As root the database's account must pass through here.
  await chmod(path, 0o711);
  const data = await openDataDirectory(path);
  const recorder = record();
  const house = await HouseOf.open(data, {
    vehicles: VEHICLES,
    anyPorts: true,
    databaseUrl: undefined,
    redisUrl: undefined,
  });
  const close = async (fleet: Fleet): Promise<void> => {
    recorder.stop();
    await fleet.close();
    await house.close();
    await data.close();
  };
  const fleet = new Fleet(house, VEHICLES);
  try {
    return {
      ...(await live(house, fleet, recorder)),
      close: () => close(fleet),
      remove: () => rm(path, { recursive: true }),
    };
  } catch (error) {
    await close(fleet);
    await rm(path, { recursive: true });
    throw error;
  }
}

async function live(house: House, fleet: Fleet, recorder: Recorder): Promise<Omit<LivedLife, 'close' | 'remove'>> {
  await house.found();
  await house.join('a');
  const births: Birth[] = [];
  await fleet.open('A', await bySerial(house, births));
  await house.join('b');
  await fleet.open('B', await byX509(house, births));
  for (const { vehicle, index } of fleet.cars) required(await vehicle.enrol(), `the enrolment of car ${index}`);
  goToPeriod({ house, seed: SEED }, currentPeriod({ house }) + 1);
  const road = createRoad({ seed: SEED, vehicles: VEHICLES, startMillis: Math.ceil(house.clock.nowMillis()) });
  const report = emptyReport();
  report.vehicles = VEHICLES;
  const ended = new AbortController().signal;
  const life: Life = { house, fleet, road, seed: SEED, report, progress: quiet, ended };
  const stores: LivedLife['stores'][number][] = [];
  const read = async (moment: (typeof MOMENTS)[number]): Promise<void> =>
    void stores.push({ moment, values: await readStores(house) });

  const firstI = currentPeriod(life);
  const ask = async ({ vehicle, index }: Car): Promise<void> =>
    void required(await vehicle.requestCertificates(WEEKS), `the request of car ${index}`);
  // The last car of each brand asks later: until then the pools are one car short, and wait.
  const [late, early] = [fleet.cars.slice(-2), fleet.cars.slice(0, -2)];
  for (const car of early) await ask(car);
  await poolsHold(house, (early.length / 2) * WEEKS * 20);
  await read('while the pool waits');
  for (const car of late) await ask(car);
  for (let week = 0; week < WEEKS; week++) await downloadPeriod(life, firstI + week, () => undefined);
  const chains = await chainsOf(house);
  await read('when both weeks are provisioned');
  await meetTheOtherBrand(life);
  await certifyUnits(life);
  goToPeriod(life, firstI + 1);
  await house.refreshLists();
  await fleet.refreshLists();
  await exposeTheLiar(life);
  await read('at the end');
  return { house, life, births, firstI, exchanges: recorder.exchanges, arrivals: recorder.arrivals, stores, chains };
}

async function poolsHold(house: House, items: number): Promise<void> {
  for (const domain of ['a', 'b'])
    await until(
      async () => {
        const [row] = await house
          .at(`${domain}-pra`)
          .context.dataSource.query<{ count: string }[]>('SELECT sum(item_count) AS count FROM pool');
        return Number(row?.count) === items ? true : undefined;
      },
      { patienceMillis: 60_000, missing: () => 'the pool did not fill', ended: new AbortController().signal },
    );
}

async function bySerial(house: House, births: Birth[]): Promise<(index: number) => ReturnType<typeof provesBySerial>> {
  const operator = house.operatorOf<AaaOperator>('a-aaa', AAA_OPERATOR);
  const cars = Array.from({ length: VEHICLES }, (_, index) => index).filter((index) => brandOf(index) === 'A');
  const serials = cars.map((car) => `SERIAL-CANARY-${car}-${randomUUID()}`);
  const devices = required(await operator.registerDevices({ serials, aids: vehicleAids() }), 'the registration');
  for (const [n, device] of devices.entries()) {
    required(await operator.act(device.serial, 'release'), 'the release of a serial');
    births[cars[n] as number] = device;
  }
  return (index) => provesBySerial(births[index] as { serial: string; secret: Uint8Array });
}

async function byX509(house: House, births: Birth[]): Promise<(index: number) => ReturnType<typeof provesByX509>> {
  const now = house.clock.nowMillis();
  const validity = { notBeforeMillis: now - YEAR_MILLIS, notAfterMillis: now + 15 * YEAR_MILLIS };
  const issuer = makeIssuer({ name: 'Device CA of the canaries', ...validity }, systemRandom);
  const operator = house.operatorOf<AaaOperator>('b-aaa', AAA_OPERATOR);
  required(await operator.trustIssuer({ certificate: issuer.certificate, aids: vehicleAids() }), 'the maker’s CA');
  return (index) => {
    const subject = `SUBJECT-CANARY-${index}-${randomUUID()}`;
    const device = makeDeviceCertificate(issuer, { name: subject, ...validity }, systemRandom);
    births[index] = { subject, x509: device.certificate };
    return provesByX509(device);
  };
}

interface Recorder {
  readonly exchanges: Exchange[];
  readonly arrivals: Arrival[];
  stop(): void;
}

interface ServerRequest {
  readonly url: string;
  readonly rawHeaders: readonly string[];
  readonly socket: { readonly localPort: number; readonly remotePort: number };
}

const CONNECTION_HEADERS = new Set(['host', 'connection', 'content-length', 'transfer-encoding']);

type Answered = (answer: IncomingMessage) => void;

/** Records what goes over `http.request`, as the lines do: one piece out, one answer back. Gives what puts it back. */
function recordLines(exchanges: Exchange[]): () => void {
  const original = http.request;
  const recording = (url: string, options: RequestOptions, answered?: Answered): ClientRequest => {
    const request = original(url, options, answered);
    const end = request.end.bind(request) as (sent?: unknown) => ClientRequest;
    let sent = new Uint8Array(0);
    request.end = ((bytes?: unknown) => {
      if (bytes instanceof Uint8Array) sent = bytes.slice();
      return end(bytes);
    }) as typeof request.end;
    request.once('response', (answer) => {
      const chunks: Uint8Array[] = [];
      // Listens without a listener: one for 'data' would set the answer flowing before its reader is there.
      const emit = answer.emit.bind(answer);
      answer.emit = (name: string, ...told: unknown[]): boolean => {
        if (name === 'data') chunks.push(told[0] as Uint8Array);
        if (name === 'end')
          exchanges.push({
            url,
            headers: Object.fromEntries(
              Object.entries(request.getHeaders()).map(([name, said]) => [name, String(said)]),
            ),
            request: sent,
            response: new Uint8Array(Buffer.concat(chunks)),
            contentType: answer.headers['content-type'],
          });
        return emit(name, ...told);
      };
    });
    return request;
  };
  Object.assign(http, { request: recording });
  return () => void Object.assign(http, { request: original });
}

/** Stands between every caller and its network, and beside every server. */
function record(): Recorder {
  const original = globalThis.fetch;
  const exchanges: Exchange[] = [];
  const arrivals: Arrival[] = [];
  globalThis.fetch = async (input, init) => {
    const response = await original(input, init);
    const bytes = new Uint8Array(await response.arrayBuffer());
    exchanges.push({
      url: input instanceof Request ? input.url : input.toString(),
      headers: Object.fromEntries(new Headers(init?.headers).entries()),
      request: init?.body instanceof Uint8Array ? init.body.slice() : new Uint8Array(0),
      response: bytes,
      contentType: response.headers.get('content-type') ?? undefined,
    });
    const { status, headers } = response;
    return new Response(status === 204 || status === 304 ? null : bytes, { status, headers });
  };
  const arrived = (message: unknown): void => {
    const { url: path, rawHeaders, socket } = (message as { request: ServerRequest }).request;
    const headers = rawHeaders.flatMap((name, n) =>
      n % 2 === 0 ? [[name.toLowerCase(), rawHeaders[n + 1] as string] as const] : [],
    );
    arrivals.push({
      port: socket.localPort,
      fromPort: socket.remotePort,
      path,
      headerNames: headers.map(([name]) => name).sort(),
      told: headers
        .filter(([name]) => !CONNECTION_HEADERS.has(name))
        .map(([name, value]) => `${name}: ${value}`)
        .sort()
        .join('\n'),
    });
  };
  diagnostics.subscribe('http.server.request.start', arrived);
  const leaveLines = recordLines(exchanges);
  const stop = (): void => {
    globalThis.fetch = original;
    leaveLines();
    diagnostics.unsubscribe('http.server.request.start', arrived);
  };
  return { exchanges, arrivals, stop };
}
