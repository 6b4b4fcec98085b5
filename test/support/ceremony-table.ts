/** A table at which ceremonies are held in this process: a folder of files, and custodians who type their passphrases. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCa } from '#apps/root-ca/src/ceremony.js';
import { trcla } from '#apps/trcla/src/ceremony.js';
import type { Ask } from '#ceremony/passphrases.js';
import { ceremonyMain, type CeremonyProgram } from '#ceremony/program.js';
import { systemRandom } from '#crypto/random.js';
import { authorityTbs, type AuthorityKind } from '#credentials/authority-certificate.js';
import { requestAuthorityCertificate } from '#credentials/authority-request.js';
import { certificateFromBytes } from '#credentials/certificate-facts.js';
import { ccsa } from '#credentials/profile.js';
import type { CryptoDevice } from '#keys/crypto-device.js';
import { memoryDevice } from '#keys/software-device.js';
import { authorityKeys } from '#service/identity.js';
import type { Certificate } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';

export const CEREMONY_START = Date.UTC(2026, 10, 17, 4);
export const DAY_MILLIS = 86_400_000;
export const PEOPLE = ['Board', 'Security', 'Operations'];
export const passphraseOf = (name: string): string => `the words of ${name}`;

export interface Outcome {
  readonly code: number;
  readonly said: string;
}
/** Whose keys, and so which folders: `root`, `successor`, `trcla`. */
export interface Held {
  readonly of: string;
  readonly at?: number;
  readonly words?: readonly string[];
  /** Who brings a share; undefined at a founding. */
  readonly there?: readonly string[];
  readonly config?: object;
}

export class CeremonyTable {
  readonly asked: string[] = [];
  private constructor(readonly folder: string) {}

  static async lay(): Promise<CeremonyTable> {
    return new CeremonyTable(await mkdtemp(join(tmpdir(), 'chrysalis-table-')));
  }

  /** Another table with copies of all that lies on this one. */
  async copy(): Promise<CeremonyTable> {
    const table = await CeremonyTable.lay();
    await cp(this.folder, table.folder, { recursive: true });
    return table;
  }

  clear(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }

  at(name: string): string {
    return join(this.folder, name);
  }

  async bytes(name: string): Promise<Uint8Array> {
    return new Uint8Array(await readFile(this.at(name)));
  }

  async certificate(name: string): Promise<Certificate> {
    return certificateFromBytes(await this.bytes(name));
  }

  /** Custodians as a configuration makes them; `sharing` is part of the names of their files. */
  custodians(of: string, names: readonly string[] = PEOPLE, threshold = 2, sharing = ''): object {
    const custodians = names.map((name) => ({ name, share: this.at(`${of}-${name}${sharing}.share`) }));
    return { threshold, work: 14, custodians };
  }

  async configFile(operations: readonly object[], { of, at = CEREMONY_START, there, config }: Held): Promise<string> {
    const path = this.at(`${of}.config.json`);
    const who =
      there === undefined
        ? { custodians: this.custodians(of) }
        : { shares: there.map((name) => ({ share: this.at(`${of}-${name}.share`) })) };
    const folders = { keys: this.at(`${of}-keys`), transcripts: this.at(`${of}-transcripts`) };
    await writeFile(path, JSON.stringify({ at, ...folders, ...who, operations, ...config }));
    return path;
  }

  /** Holds a ceremony, signing unless `words` say otherwise. */
  async hold(operations: readonly object[], held: Held): Promise<Outcome> {
    return this.say(held.of, ['--config', await this.configFile(operations, held), ...(held.words ?? ['--sign'])]);
  }

  async say(of: string, words: readonly string[]): Promise<Outcome> {
    const lines: string[] = [];
    const rim = { tell: (line: string) => void lines.push(line), ask: this.type };
    const code =
      of === 'trcla'
        ? await ceremonyMain(trcla as CeremonyProgram<unknown>, words, rim)
        : await ceremonyMain(rootCa as CeremonyProgram<unknown>, words, rim);
    return { code, said: lines.join('\n') };
  }

  private readonly type: Ask = (prompt) => {
    const [, named] = /passphrase of (.+) \(/.exec(prompt) ?? [];
    if (named !== undefined) this.asked.push(named);
    return Promise.resolve(passphraseOf(named ?? (this.asked.at(-1) as string)));
  };

  /** The request of an authority that makes its keys now, as `<name>.request`. */
  async request(name: string, kind: AuthorityKind = 'ica'): Promise<CryptoDevice> {
    const device = memoryDevice(systemRandom);
    const validity = { start: time32FromMillis(CEREMONY_START), duration: { kind: 'years', value: 3 } } as const;
    const tbs = authorityTbs({ kind, hostname: 'asked.example', ...(await authorityKeys(device)), validity }, ccsa);
    const sign = (id: Uint8Array, message: Uint8Array) => device.sign('verification', id, message);
    const bytes = await requestAuthorityCertificate(tbs, sign, { profile: ccsa, nowMillis: CEREMONY_START });
    await writeFile(this.at(`${name}.request`), bytes);
    return device;
  }

  // The operations, with file names of this table.

  createRoot(of = 'root', years = 20): object {
    return { kind: 'create-root', hostname: 'root.example', years, certificate: this.at(`${of}.coer`) };
  }

  createTrcla(): object {
    return { kind: 'create-trcla', hostname: 'trcla.example', years: 30, certificate: this.at('trcla.coer') };
  }

  /** From `<name>.request`, under the root `by`, into `<name>.coer` or `into`. */
  signIca(name: string, changes: { by?: string; into?: string; years?: number } = {}): object {
    const { by = 'root', into = name, years = 10 } = changes;
    return {
      ...{ kind: 'sign-authority', as: 'ica', hostname: `${name}.example`, years },
      ...{ request: this.at(`${name}.request`), root: this.at(`${by}.coer`), certificate: this.at(`${into}.coer`) },
    };
  }

  /** One domain a certificate, into `tdcl.coer` or `into`. */
  signTdcl(
    certificates: readonly string[],
    issuedAt: number,
    changes: { by?: string; into?: string; series?: number; removes?: string[] } = {},
  ): object {
    const { by = 'root', into = 'tdcl', ...rest } = changes;
    return {
      ...{ kind: 'sign-tdcl', root: this.at(`${by}.coer`), series: 1, issuedAt, validForDays: 90 },
      entries: certificates.map((name) => ({ certificates: [this.at(`${name}.coer`)] })),
      list: this.at(`${into}.coer`),
      ...rest,
    };
  }

  signTrcl(roots: readonly object[], issuedAt: number, changes: object = {}): object {
    const list = { kind: 'sign-trcl', trcla: this.at('trcla.coer'), series: 1, issuedAt, validForDays: 90 };
    return { ...list, roots, list: this.at('trcl.coer'), ...changes };
  }

  signCrl(certificates: readonly string[], issuedAt: number): object {
    const revoke = certificates.map((name) => ({ certificate: this.at(`${name}.coer`) }));
    return {
      kind: 'sign-crl',
      root: this.at('root.coer'),
      issuedAt,
      validForDays: 90,
      revoke,
      crl: this.at('ca-crl.coer'),
    };
  }
}
