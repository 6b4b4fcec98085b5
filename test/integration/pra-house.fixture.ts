/** A PRA on a real database, with doubles of la1, la2, PCA, MA, ECA and ARA that speak the real lines; for the specs beside this file. */
import { jest } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { praAuthority } from '#apps/pra/src/pra.authority.js';
import { hex } from '#crypto/bytes.js';
import { sm3 } from '#crypto/sm3.js';
import { periodAt } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import { refused, type Refused } from '#credentials/refusal.js';
import { answerLine } from '#edge/answer-line.js';
import { replayMemory } from '#edge/replay-memory.js';
import { LineFailure } from '#edge/transport.js';
import {
  AUTHORIZATION_PATH,
  bundleName,
  DOWNLOAD_HEADER,
  DOWNLOAD_PATH,
  ERROR_HEADER,
  REPORT_FILENAME,
  REPORT_PATH,
} from '#edges/ee-pra/provisioning.js';
import { araPra } from '#edges/ara-pra/block-enrolment.js';
import { ecaPra, type DeviceStopped } from '#edges/eca-pra/stop-enrolment.js';
import { laPra } from '#edges/la-pra/linkage-values.js';
import { maPraReports, type ForwardedReport } from '#edges/ma-pra/reports.js';
import { itemHash, pcaPra } from '#edges/pca-pra/issue-batch.js';
import { openDataSource } from '#persistence/data-source.js';
import { WORK, type AuthorityContext, type Work } from '#service/authority-context.js';
import { hostAuthority, type HostedAuthority } from '#service/authority-host.js';
import { LineReplayEntity } from '#service/line-replay.entity.js';
import { LineReplay1700000000000 } from '#service/line-replay.migration.js';
import { laAnswerTo, pcaAnswer } from '../../apps/pra/src/domain/answers.fixture.js';
import {
  headerOf,
  newDevice,
  requestContent,
  sealedTo,
  signedDownload,
  signedRequest,
  type TestDevice,
} from '../../apps/pra/src/device.fixture.js';
import { authorityBench, BENCH_START, directQueues, type Bench } from '../support/authority-bench.js';
import { withPostgres } from '../support/postgres.js';

export const CURRENT = periodAt(ccsa.epochMillis, BENCH_START);

export let bench: Bench;
export let pra: AuthorityContext;
export let dataSource: DataSource;
export let queues: ReturnType<typeof directQueues>;
export let host: HostedAuthority;
let databases = 0;
let start: (own?: object) => Promise<void>;

/** What the doubles saw, and how they are to behave. */
export let seen: {
  batches: Uint8Array[][];
  reports: ForwardedReport[];
  chains: number;
  /** Who was told to stop which enrolment certificate (hex). */
  stops: { by: 'eca' | 'ara'; enrolment: string }[];
};
export let mood: {
  la1?: 'mute' | 'as-la2';
  pca?: 'mute' | 'refuses';
  ma?: 'mute';
  eca?: 'mute' | 'unknown' | DeviceStopped;
  ara?: 'mute';
};
/** First answers of the PCA's double by item hash: a repeat gets the same. */
export let issued: Map<string, Uint8Array>;

async function connectDoubles(): Promise<void> {
  const answerer = async (name: string) => ({
    identity: (await bench.contextFor(name)).identity,
    replay: replayMemory(),
    onFailure: (_: string, error: unknown) => {
      throw error;
    },
  });
  for (const name of ['la1', 'la2'].filter((la) => pra.hasPeer(la))) {
    const handler = answerLine(
      laPra,
      {
        requestPreLinkageValues: async (request) => {
          seen.chains += 1;
          return laAnswerTo(request, name === 'la1' && mood.la1 !== 'as-la2' ? 1 : 2);
        },
      },
      await answerer(`a-${name}`),
    );
    bench.switchboard.connect(bench.address(`a-${name}`, laPra.name), (message) => {
      if (name === 'la1' && mood.la1 === 'mute') throw new LineFailure('mute');
      return handler(message);
    });
  }
  const pca = answerLine(pcaPra, { issueBatch: ({ items }) => issueBatch(items) }, await answerer('a-pca'));
  bench.switchboard.connect(bench.address('a-pca', pcaPra.name), async (message) => {
    const answer = await pca(message);
    // Mute after the work is done: the PCA has issued, and nobody hears of it.
    if (mood.pca === 'mute') throw new LineFailure('mute');
    return answer;
  });
  const ma = answerLine(
    maPraReports,
    {
      forwardReport: async (report) => {
        seen.reports.push(report);
        return { receipt: sm3(report.report) };
      },
    },
    await answerer('a-ma'),
  );
  bench.switchboard.connect(bench.address('a-ma', maPraReports.name), (message) => {
    if (mood.ma === 'mute') throw new LineFailure('mute');
    return ma(message);
  });
  await connectStopped(answerer);
}

/** The doubles of ECA and ARA: what they are told goes into `seen`. */
async function connectStopped(answerer: (name: string) => Promise<Parameters<typeof answerLine>[2]>): Promise<void> {
  const eca = answerLine(
    ecaPra,
    {
      stopEnrolment: async ({ enrolment }) => {
        seen.stops.push({ by: 'eca', enrolment: hex(enrolment) });
        if (mood.eca === 'unknown') return refused('enrolment-unknown');
        return typeof mood.eca === 'object' ? mood.eca : { enrolments: [] };
      },
    },
    await answerer('a-eca'),
  );
  const ara = answerLine(
    araPra,
    {
      blockEnrolment: async ({ enrolment }) => {
        seen.stops.push({ by: 'ara', enrolment: hex(enrolment) });
        return { enrolment };
      },
    },
    await answerer('a-ara'),
  );
  bench.switchboard.connect(bench.address('a-eca', ecaPra.name), (message) => {
    if (mood.eca === 'mute') throw new LineFailure('mute');
    return eca(message);
  });
  bench.switchboard.connect(bench.address('a-ara', araPra.name), (message) => {
    if (mood.ara === 'mute') throw new LineFailure('mute');
    return ara(message);
  });
}

async function issueBatch(items: Uint8Array[]): Promise<{ responses: Uint8Array[] } | Refused> {
  seen.batches.push(items);
  if (mood.pca === 'refuses') return refused('item-stale');
  const { signer } = bench.member('a-pca');
  for (const item of items) {
    const name = hex(itemHash(item));
    if (!issued.has(name)) issued.set(name, await pcaAnswer(item, signer, new Uint8Array(200).fill(issued.size % 256)));
  }
  return { responses: items.map((item) => issued.get(hex(itemHash(item))) as Uint8Array) };
}

/** Registers the hooks of a spec: one bench and server a file, one PRA with empty tables a test; `own` are settings beyond the usual. */
export function standPra(own: { linkageAuthorities?: 1 | 2; [setting: string]: unknown } = {}): void {
  // A server and twenty authorities on a busy machine: longer than jest's five seconds.
  jest.setTimeout(60_000);
  const postgres = withPostgres();
  beforeAll(async () => {
    const { linkageAuthorities = 2 } = own;
    bench = await authorityBench({ domains: ['a', 'b'], linkageAuthorities });
  });
  beforeEach(async () => {
    seen = { batches: [], reports: [], chains: 0, stops: [] };
    mood = {};
    issued = new Map();
    bench.clock.set(BENCH_START);
    databases += 1;
    const name = `pra-${String(databases)}`;
    start = async (more = own) => startPra(await (await postgres()).instanceUrl(name), more);
    await start();
    await connectDoubles();
  });
  afterEach(stopPra);
}

async function startPra(databaseUrl: string, own: object): Promise<void> {
  dataSource = await openDataSource({
    url: databaseUrl,
    instance: 'a-pra',
    entities: [LineReplayEntity, ...praAuthority.entities],
    migrations: [LineReplay1700000000000, ...praAuthority.migrations],
  });
  queues = directQueues();
  pra = await bench.contextFor('a-pra', { dataSource, queues });
  const settings = praAuthority.settings.parse({
    minimumDevices: 3,
    maximumItems: 400,
    flushSeconds: 0,
    gatherSeconds: 0,
    reportMixSeconds: 0,
    maximumWeeks: 4,
    ...own,
  });
  host = await hostAuthority(praAuthority, pra, settings, { host: '127.0.0.1', port: 0 });
}

/** First nothing is woken any more, then what was woken ends, then the tables are let go. */
async function stopPra(): Promise<void> {
  await host.app.get<Work>(WORK, { strict: false }).end();
  await queues.settled();
  await host.close();
}

/** Ends the PRA and starts it again on its tables, with other settings when there are. */
export async function restartPra(own?: object): Promise<void> {
  await stopPra();
  await start(own);
}

export const url = (path: string): string => `http://127.0.0.1:${String(host.port)}${path}`;
export const now = (): number => bench.clock.nowMillis();

export async function post(path: string, body: Uint8Array, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url(path), {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream', ...headers },
    body: body as Uint8Array<ArrayBuffer>,
  });
}

export const codeOf = (response: Response): [number, string | null] => [
  response.status,
  response.headers.get(ERROR_HEADER),
];

export interface Asked {
  readonly device: TestDevice;
  readonly opened: Uint8Array;
  readonly hash8: Uint8Array;
  readonly response: Response;
}

export async function ask(device: TestDevice, weeks = 1): Promise<Asked> {
  const opened = await signedRequest(requestContent(device, now(), weeks), device.signer);
  const response = await post(AUTHORIZATION_PATH, sealedTo(opened, pra.certificate));
  return { device, opened, hash8: sm3(opened).subarray(24), response };
}

export async function fetchBundle(
  { device, hash8 }: Asked,
  i = CURRENT,
  headers: Record<string, string> = {},
  by: TestDevice = device,
): Promise<Response> {
  const filename = bundleName(hash8, i);
  const header = headerOf(sealedTo(await signedDownload(by.signer, filename, now()), pra.certificate));
  return fetch(url(`${DOWNLOAD_PATH}?filename=${filename}`), { headers: { [DOWNLOAD_HEADER]: header, ...headers } });
}

export async function report(device: TestDevice, body: Uint8Array): Promise<Response> {
  const header = headerOf(sealedTo(await signedDownload(device.signer, REPORT_FILENAME, now()), pra.certificate));
  return post(REPORT_PATH, body, { [DOWNLOAD_HEADER]: header });
}

export const devices = (count: number): Promise<TestDevice[]> =>
  Promise.all(Array.from({ length: count }, () => newDevice(bench)));

/** Three devices ask and are served. */
export async function served(weeks = 1): Promise<[Asked, Asked, Asked]> {
  const asked: Asked[] = [];
  for (const device of await devices(3)) asked.push(await ask(device, weeks));
  await queues.settled();
  return asked as [Asked, Asked, Asked];
}

/** The next tick of the worker, whenever it comes: what is owed and due is woken. */
export async function tick(): Promise<void> {
  await queues.wake('expand', 'due');
  await queues.wake('certify', 'lane 0');
  await queues.wake('shuffle', 'pool');
  await queues.wake('reports', 'outbox');
  await queues.wake('stops', 'outbox');
  await queues.settled();
}

export const count = async (table: string, where = 'true'): Promise<number> =>
  Number((await dataSource.query(`SELECT count(*) FROM ${table} WHERE ${where}`))[0].count);

/** Items in the pool, and in batches. */
export const pooled = (): Promise<number> => sumOfItems('pool');
export const batched = (): Promise<number> => sumOfItems('batches');

const sumOfItems = async (table: string): Promise<number> =>
  Number((await dataSource.query(`SELECT coalesce(sum(item_count), 0) AS sum FROM ${table}`))[0].sum);
