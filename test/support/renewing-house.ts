/** Authorities of a bench that run with real tables, and renew their certificates as an operator does it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from '#coer/codec.js';
import { openAuthorityRequest } from '#credentials/authority-request.js';
import { certificateToBytes, hashedId8 } from '#credentials/certificate-facts.js';
import { issueUnlinted, signPkiCtlUnlinted } from '#credentials/chain.fixture.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import type { LineHandler } from '#edge/transport.js';
import { openDataSource } from '#persistence/data-source.js';
import { LINES, type AuthorityContext, type AuthorityFace, type Lines } from '#service/authority-context.js';
import { hostAuthority, type HostedAuthority } from '#service/authority-host.js';
import { certificatePath } from '#service/identity.js';
import { LineReplayEntity } from '#service/line-replay.entity.js';
import { LineReplay1700000000000 } from '#service/line-replay.migration.js';
import { OwnCertificates } from '#service/own-certificates.js';
import { contextWith } from '#service/own-context.js';
import { installRenewal, requestRenewal } from '#service/renewal.js';
import type { Certificate } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import { PkiCtl } from '#wire/trust-lists.js';
import { DOMAIN_MEMBERS, directQueues, type Bench } from './authority-bench.js';
import { testPostgres } from './postgres.js';

const HOUR_MILLIS = 3_600_000;

export interface RunningMember {
  readonly context: AuthorityContext;
  readonly own: OwnCertificates;
  readonly directory: string;
  readonly host: HostedAuthority;
  readonly queues: ReturnType<typeof directQueues>;
}

export class RenewingHouse {
  private readonly running = new Map<string, RunningMember>();
  /** Certificates beside those of the bench. */
  private readonly renewed: Certificate[] = [];
  /** What stands between a caller and a line. */
  between: (edge: string, handler: LineHandler) => LineHandler = (_, handler) => handler;

  constructor(readonly bench: Bench) {}

  at(name: string): RunningMember {
    const found = this.running.get(name);
    if (found === undefined) throw new Error(`${name} does not run`);
    return found;
  }

  async start<S>(name: string, face: AuthorityFace<S>, settings: object): Promise<void> {
    const { bench } = this;
    const directory = await mkdtemp(join(tmpdir(), 'chrysalis-renewal-'));
    await writeFile(certificatePath(directory), certificateToBytes(bench.member(name).certificate));
    const dataSource = await openDataSource({
      url: await (await testPostgres()).instanceUrl(name),
      instance: name,
      entities: [LineReplayEntity, ...face.entities],
      migrations: [LineReplay1700000000000, ...face.migrations],
    });
    const queues = directQueues();
    const plain = await bench.contextFor(name, { dataSource, queues });
    const { device, trust, clock, log } = plain;
    const own = await OwnCertificates.open({ directory, device, trust, clock, log });
    const context = contextWith(own, plain);
    const host = await hostAuthority(face, context, face.settings.parse(settings), { host: '127.0.0.1', port: 0 });
    for (const [edge, handler] of Object.entries(host.app.get<Lines>(LINES, { strict: false }))) {
      bench.switchboard.connect(bench.address(name, edge), (message) => this.between(edge, handler)(message));
    }
    this.running.set(name, { context, own, directory, host, queues });
  }

  /**
   * Keys and request, the answer of who certifies, installed, listed; and everybody looks. The new certificate begins a second
   * after the last one that was given, the first of them a second after the one of the bench, or when it is said.
   */
  async renew(name: string, { hours = 1000, startSeconds = undefined as number | undefined } = {}): Promise<void> {
    const { bench } = this;
    const { context, directory } = this.at(name);
    const renewing = { directory, device: context.device, profile: ccsa, nowMillis: bench.clock.nowMillis() };
    const asked = openAuthorityRequest(await requestRenewal(renewing), ccsa);
    if (isRefused(asked)) throw new Error(asked.reason);
    const { start: born } = bench.member(name).certificate.value.toBeSigned.value.validityPeriod;
    const start = startSeconds ?? born + this.renewed.length + 1;
    const validityPeriod = { start, duration: { kind: 'hours', value: hours } } as const;
    const issuer = name.endsWith('-ica') ? bench.root : bench.member('a-ica');
    const certificate = await issueUnlinted({ ...asked, validityPeriod }, issuer.signer);
    await installRenewal(certificateToBytes(certificate), 0, renewing);
    await this.list(certificate);
    expect(hashedId8(context.certificate)).toEqual(hashedId8(certificate));
  }

  /** Puts certificates on the list of the domain, beside those that are there. */
  async list(...certificates: readonly Certificate[]): Promise<void> {
    const { bench, renewed } = this;
    renewed.push(...certificates);
    bench.clock.advance(2000);
    const now = bench.clock.nowMillis();
    const members = ['ica', ...DOMAIN_MEMBERS].map((name) => bench.member(`a-${name}`).certificate);
    const list = await signPkiCtlUnlinted(
      {
        series: 1,
        issueDate: time32FromMillis(now),
        nextPkiCtl: time32FromMillis(now + 365 * 24 * HOUR_MILLIS),
        pkiCertInfoList: [{ certificate: [...members, ...renewed], crlUrl: 'bench:a-cra', maUrl: 'bench:a-ma' }],
      },
      bench.root.signer,
    );
    for (const { context, own } of this.running.values()) {
      expect(isRefused(context.trust.takeTdcl(encode(PkiCtl, list), now))).toBe(false);
      await own.refresh();
    }
  }

  async close(): Promise<void> {
    for (const { host, queues, directory } of this.running.values()) {
      await queues.settled();
      await host.close();
      await rm(directory, { recursive: true });
    }
  }
}
