/**
 * What every authority is given to work with, and what it gives back: its face. Each instance has its own container,
 * database, keys, queue and log; nothing here is shared between two but the clock and the transport.
 */
import type { DynamicModule } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { ZodType } from 'zod';
import type { Random } from '#crypto/random.js';
import type { Clock } from '#credentials/clock.js';
import type { Profile } from '#credentials/profile.js';
import type { TrustStore } from '#credentials/trust-store.js';
import type { Peer } from '#edge/call-line.js';
import type { LineIdentity } from '#edge/line-identity.js';
import type { ReplayMemory } from '#edge/replay-memory.js';
import type { LineHandler, Transport } from '#edge/transport.js';
import type { BatchArithmetic } from '#keys/batch-arithmetic.js';
import type { CryptoDevice } from '#keys/crypto-device.js';
import type { QueueHost } from '#queue/queue-host.js';
import type { Certificate } from '#wire/secured-data.js';
import type { Log } from './log.js';
import type { SubmitToLog } from './log-submission.js';

export interface AuthorityContext {
  /** For example `a-pra`. */
  readonly instance: string;
  readonly hostname: string;
  /** Where this instance answers, for example `http://127.0.0.1:4711`. */
  readonly url: string;
  /** The certificate of ours that counts now; while one is renewed another one may count the next time. */
  readonly certificate: Certificate;
  /** Label of its verification key in the device. */
  readonly signingLabel: string;
  /** Others of ours that have not ended: former ones, and the one that comes next. What is sealed for them is opened. */
  readonly formerCertificates: readonly Certificate[];
  readonly profile: Profile;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly device: CryptoDevice;
  /** Arithmetic for many items that needs no key; beside the device, in its workers where it has some. */
  readonly arithmetic: BatchArithmetic;
  readonly trust: TrustStore;
  /** Signs and unwraps with this authority's own certificate. */
  readonly identity: LineIdentity;
  readonly dataSource: DataSource;
  readonly queues: QueueHost;
  readonly transport: Transport;
  /** Kept in this instance's own table. */
  readonly replay: ReplayMemory;
  /** The other end of a line, by the name its configuration gives it (`pca`, `la1`, …); throws when it is not configured. */
  peer(name: string, edgeName: string): Peer;
  hasPeer(name: string): boolean;
  /** Tells the transparency log what is about to be published; absent where there is none to tell. */
  readonly submitToLog?: SubmitToLog;
  /** 33-byte public keys of the operators whose approvals count here. */
  readonly operators: readonly Uint8Array[];
}

/** What an instance does beyond answering: workers on what is owed. */
export interface Work {
  begin(): Promise<void>;
  end(): Promise<void>;
}

/** Tokens that each role's module provides and exports. */
export const LINES = Symbol('LINES');
export const WORK = Symbol('WORK');
export type Lines = Readonly<Record<string, LineHandler>>;

/** The one thing of a role that others (all-in-one, tests, its own main) may import. */
export interface AuthorityFace<S> {
  readonly role: string;
  /** Settings of this role beyond the common ones. */
  readonly settings: ZodType<S>;
  readonly entities: readonly Function[];
  readonly migrations: readonly Function[];
  /** A list of factories; provides and exports LINES and WORK, and whatever `operator` needs. */
  module(context: AuthorityContext, settings: S): DynamicModule;
}

export const noWork: Work = { begin: async () => undefined, end: async () => undefined };
