/**
 * A small PKI in memory for tests: TRCLA, root, and for each domain an ICA and its authorities, with real certificates,
 * real lists and real lines over a switchboard. Keys live in memory devices; the clock is set by the test.
 */
import { encode } from '#coer/codec.js';
import { systemRandom } from '#crypto/random.js';
import { authorityTbs, type AuthorityKind } from '#credentials/authority-certificate.js';
import type { Clock } from '#credentials/clock.js';
import { issueCertificate, issueSelfSigned } from '#credentials/issue-certificate.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import type { Signer } from '#credentials/sm2-binding.js';
import { TrustStore } from '#credentials/trust-store.js';
import { signPkiCtl, signRootCtl } from '#credentials/trust-lists.js';
import { replayMemory } from '#edge/replay-memory.js';
import { Switchboard } from '#edge/transport.js';
import { arithmeticHere } from '#keys/batch-arithmetic.js';
import { memoryDevice } from '#keys/software-device.js';
import type { CryptoDevice } from '#keys/crypto-device.js';
import type { QueueHost } from '#queue/queue-host.js';
import type { AuthorityContext } from '#service/authority-context.js';
import { authorityKeys, ENCRYPTION_KEY, signerOf, unwrapWith, VERIFICATION_KEY } from '#service/identity.js';
import { silentLog } from '#service/log.js';
import type { Certificate } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import { PkiCtl, RootCtl } from '#wire/trust-lists.js';
import type { DataSource } from 'typeorm';

/** Eight hours into a period: the authorities, born a day earlier, may issue for all of it. */
export const BENCH_START = Date.UTC(2026, 10, 17, 4);

export class SettableClock implements Clock {
  constructor(private now: number) {}
  nowMillis(): number {
    return this.now;
  }
  set(millis: number): void {
    this.now = millis;
  }
  advance(millis: number): void {
    this.now += millis;
  }
}

export interface Member {
  readonly name: string;
  readonly kind: AuthorityKind;
  readonly hostname: string;
  readonly certificate: Certificate;
  readonly device: CryptoDevice;
  readonly signer: Signer;
}

export interface Operator {
  readonly publicKey: Uint8Array;
  readonly sign: (id: Uint8Array, message: Uint8Array) => Promise<Uint8Array>;
}

const LA_IDS: Record<string, number> = { la1: 1, la2: 2 };
export const DOMAIN_MEMBERS = ['aaa', 'eca', 'pra', 'pca', 'la1', 'la2', 'ara', 'aca', 'ma', 'cra'];

function kindOf(name: string): AuthorityKind {
  return (name.startsWith('la') ? 'la' : name) as AuthorityKind;
}

async function birth(
  name: string,
  kind: AuthorityKind,
  hostname: string,
  issuer: Signer | 'self',
  at: number,
  laId?: number,
): Promise<Member> {
  const device = memoryDevice(systemRandom);
  const keys = await authorityKeys(device);
  const years = { trcla: 20, root: 18, ica: 10 }[kind as string] ?? 5;
  const validity = {
    start: time32FromMillis(at - 3_600_000 * (issuer === 'self' ? 48 : kind === 'ica' ? 36 : 24)),
    duration: { kind: 'years', value: years },
  } as const;
  const selfSigned = issuer === 'self';
  const tbs = authorityTbs(
    {
      kind,
      hostname,
      ...keys,
      encryptionKey: selfSigned ? undefined : keys.encryptionKey,
      validity,
      ...(laId === undefined ? {} : { laId }),
    },
    ccsa,
  );
  const sign: Signer['sign'] = (id, message) => device.sign(VERIFICATION_KEY, id, message);
  const certificate = selfSigned ? await issueSelfSigned(tbs, sign) : await issueCertificate(tbs, issuer);
  return { name, kind, hostname, certificate, device, signer: signerOf(certificate, device) };
}

/** Runs a woken key at once, in turn: enough where the queue itself is not what a test is about. */
export function directQueues(): QueueHost & { settled(): Promise<void> } {
  const workers = new Map<string, (key: string) => Promise<void>>();
  let chain: Promise<void> = Promise.resolve();
  return {
    async wake(queue, key) {
      chain = chain.then(() => workers.get(queue)?.(key));
    },
    work(queue, run) {
      workers.set(queue, run);
    },
    emptyAll: async () => undefined,
    close: async () => undefined,
    async settled() {
      for (let last: Promise<void> | undefined; last !== chain;) {
        last = chain;
        await last;
      }
    },
  };
}

export interface Bench {
  readonly clock: SettableClock;
  readonly trcla: Member;
  readonly root: Member;
  readonly switchboard: Switchboard;
  readonly operators: readonly [Operator, Operator, ...Operator[]];
  /** For example `member('a-pra')`, `member('a-ica')`, `member('b-la1')`. */
  member(name: string): Member;
  /** A TDCL with these domains, dated now unless told otherwise. */
  tdcl(domains: readonly string[], issuedAt?: number): Promise<Uint8Array>;
  readonly trcl: Uint8Array;
  /** A store that holds the TRCL and the TDCL of all domains. */
  trust(): Promise<TrustStore>;
  /** A context for `name`; lines reach others by `switchboard.connect('bench:<name>/lines/<edge>', handler)`. */
  contextFor(name: string, parts?: { dataSource?: DataSource; queues?: QueueHost }): Promise<AuthorityContext>;
  /** Where the line of an edge is connected on the switchboard. */
  address(name: string, edgeName: string): string;
}

export async function authorityBench(
  options: { domains?: readonly string[]; startMillis?: number; linkageAuthorities?: 1 | 2 } = {},
): Promise<Bench> {
  const domains = options.domains ?? ['a'];
  const start = options.startMillis ?? BENCH_START;
  const clock = new SettableClock(start);
  const trcla = await birth('trcla', 'trcla', 'trcla.chrysalis.example', 'self', start);
  const root = await birth('root', 'root', 'root.chrysalis.example', 'self', start);
  const members = new Map<string, Member>();
  const names = DOMAIN_MEMBERS.filter((name) => name !== 'la2' || options.linkageAuthorities !== 1);
  for (const domain of domains) await populate(domain, names, root, start, members);
  const switchboard = new Switchboard();
  const tdcl = (names: readonly string[], issuedAt = clock.nowMillis()): Promise<Uint8Array> =>
    signTdcl(root, members, names, issuedAt);
  const trcl = encode(
    RootCtl,
    await signRootCtl(
      {
        series: 1,
        issueDate: time32FromMillis(start - 60_000),
        nextRootCtl: time32FromMillis(start + 3 * 365 * 86_400_000),
        pkiCtlInfoList: [{ rootCertificate: root.certificate, caListUrl: 'http://127.0.0.1/ydt/v1/tdcl' }],
      },
      trcla.signer,
    ),
  );
  const first = await tdcl(domains, start - 60_000);
  const trust = async (): Promise<TrustStore> => {
    const store = new TrustStore(trcla.certificate);
    for (const taken of [store.takeTrcl(trcl, clock.nowMillis()), store.takeTdcl(first, clock.nowMillis())]) {
      if (isRefused(taken)) throw new Error(`bench list refused: ${taken.reason}`);
    }
    return store;
  };
  const member = (name: string): Member => {
    const found = members.get(name);
    if (found === undefined) throw new Error(`the bench has no ${name}`);
    return found;
  };
  const address = (name: string, edgeName: string): string => `bench:${name}/lines/${edgeName}`;
  const operators: Bench['operators'] = [await newOperator(), await newOperator(), await newOperator()];
  return {
    clock,
    trcla,
    root,
    switchboard,
    operators,
    member,
    tdcl,
    trcl,
    trust,
    address,
    contextFor: async (name, parts = {}) =>
      benchContext(member(name), {
        ...{ clock, switchboard, operators, address, parts },
        trust: await trust(),
        has: (other) => members.has(other),
      }),
  };
}

async function populate(
  domain: string,
  names: readonly string[],
  root: Member,
  start: number,
  members: Map<string, Member>,
): Promise<void> {
  const ica = await birth(`${domain}-ica`, 'ica', `ica.${domain}.chrysalis.example`, root.signer, start);
  members.set(ica.name, ica);
  for (const name of names) {
    const hostname = `${name}.${domain}.chrysalis.example`;
    members.set(
      `${domain}-${name}`,
      await birth(`${domain}-${name}`, kindOf(name), hostname, ica.signer, start, LA_IDS[name]),
    );
  }
}

async function signTdcl(
  root: Member,
  members: Map<string, Member>,
  domains: readonly string[],
  issuedAt: number,
): Promise<Uint8Array> {
  const list = await signPkiCtl(
    {
      series: 1,
      issueDate: time32FromMillis(issuedAt),
      nextPkiCtl: time32FromMillis(issuedAt + 365 * 86_400_000),
      pkiCertInfoList: domains.map((domain) => ({
        certificate: [...members.values()]
          .filter(({ name }) => name.startsWith(`${domain}-`))
          .map(({ certificate }) => certificate),
        crlUrl: `bench:${domain}-cra`,
        maUrl: `bench:${domain}-ma`,
      })),
    },
    root.signer,
  );
  return encode(PkiCtl, list);
}

async function newOperator(): Promise<Operator> {
  const device = memoryDevice(systemRandom);
  const publicKey = await device.createKey('operator');
  return { publicKey, sign: (id, message) => device.sign('operator', id, message) };
}

function benchContext(
  member: Member,
  bench: {
    clock: Clock;
    switchboard: Switchboard;
    operators: readonly Operator[];
    address: Bench['address'];
    has: (name: string) => boolean;
    trust: TrustStore;
    parts: { dataSource?: DataSource; queues?: QueueHost };
  },
): AuthorityContext {
  const { clock, switchboard, trust, parts } = bench;
  const [domain] = member.name.split('-') as [string];
  const identity = {
    profile: ccsa,
    signer: member.signer,
    unwrap: unwrapWith(member.device),
    trust,
    clock,
    random: systemRandom,
  };
  return {
    instance: member.name,
    hostname: member.hostname,
    url: `bench:${member.name}`,
    certificate: member.certificate,
    signingLabel: VERIFICATION_KEY,
    formerCertificates: [],
    profile: ccsa,
    clock,
    random: systemRandom,
    log: silentLog,
    device: member.device,
    arithmetic: arithmeticHere,
    trust,
    identity,
    // A test that reaches the database hands one in.
    dataSource: parts.dataSource as DataSource,
    queues: parts.queues ?? directQueues(),
    transport: switchboard,
    replay: replayMemory(),
    peer: (name, edgeName) => ({
      address: bench.address(`${domain}-${name}`, edgeName),
      hostname: `${name}.${domain}.chrysalis.example`,
    }),
    hasPeer: (name) => bench.has(`${domain}-${name}`),
    operators: bench.operators.map(({ publicKey }) => publicKey),
  };
}

export { authorityKeys, ENCRYPTION_KEY, signerOf, unwrapWith, VERIFICATION_KEY };
