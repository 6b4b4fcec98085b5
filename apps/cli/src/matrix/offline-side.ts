/**
 * The offline side of a matrix: root CAs and the TRCLA are the programs that hold real ceremonies, in this process, each key
 * with one custodian, a machine. Files in, files out, in one folder that goes with the run.
 */
import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rootCa } from '#apps/root-ca/src/ceremony.js';
import { trcla } from '#apps/trcla/src/ceremony.js';
import { ceremonyMain } from '#ceremony/program.js';

/** The passphrases are random, so they need no stretching. */
const LEAST_WORK = 14;
const LIST_DAYS = 60;
const YEARS = { trcla: 30, root: 25, ica: 15 } as const;

export interface TdclEntry {
  /** File names. */
  readonly certificates: readonly string[];
  readonly crlUrl: string;
}

export interface ListedRoot {
  readonly certificate: string;
  readonly caListUrl: string;
}

/** File names are without a folder; moments are Unix milliseconds. */
export class OfflineSide {
  constructor(readonly folder: string) {}

  path(file: string): string {
    return join(this.folder, file);
  }

  /** A root with a key of its own; answers the file of its certificate. */
  async createRoot(name: string, hostname: string, at: number): Promise<string> {
    const certificate = `${name}.coer`;
    await this.holdRoot(name, at, [
      { kind: 'create-root', hostname, years: YEARS.root, certificate: this.path(certificate) },
    ]);
    return certificate;
  }

  /** The TRCLA; answers the file of its certificate. */
  async createTrcla(at: number): Promise<string> {
    const certificate = 'trcla.coer';
    await this.holdTrcla(at, [
      {
        kind: 'create-trcla',
        hostname: 'trcla.matrix.example',
        years: YEARS.trcla,
        certificate: this.path(certificate),
      },
    ]);
    return certificate;
  }

  /** A root certifies ICAs from their requests, in one ceremony. */
  signIcas(
    root: string,
    at: number,
    subjects: readonly { hostname: string; request: string; certificate: string }[],
  ): Promise<void> {
    const operations = subjects.map(({ hostname, request, certificate }) => ({
      kind: 'sign-authority',
      as: 'ica',
      hostname,
      years: YEARS.ica,
      request: this.path(request),
      root: this.path(`${root}.coer`),
      certificate: this.path(certificate),
    }));
    return this.holdRoot(root, at, operations);
  }

  /** The TDCL of a root, in `list`; `revoke` names an ICA that goes, with all of `removes`, and makes the CA CRL `crl`. */
  signTdcl(
    root: string,
    at: number,
    entries: readonly TdclEntry[],
    files: { list: string; gone?: { revoke: string; removes: readonly string[]; crl: string } },
  ): Promise<void> {
    const { list, gone } = files;
    const tdcl = {
      kind: 'sign-tdcl',
      root: this.path(`${root}.coer`),
      series: 1,
      validForDays: LIST_DAYS,
      entries: entries.map(({ certificates, crlUrl }) => ({
        certificates: certificates.map((file) => this.path(file)),
        crlUrl,
      })),
      removes: (gone?.removes ?? []).map((file) => this.path(file)),
      list: this.path(list),
    };
    const crl = gone && {
      kind: 'sign-crl',
      root: this.path(`${root}.coer`),
      validForDays: LIST_DAYS,
      revoke: [{ certificate: this.path(gone.revoke) }],
      crl: this.path(gone.crl),
    };
    return this.holdRoot(root, at, crl === undefined ? [tdcl] : [crl, tdcl]);
  }

  /** The TRCL, in `list`; `removes` are files of roots that go. */
  signTrcl(
    at: number,
    roots: readonly ListedRoot[],
    files: { list: string; removes?: readonly string[] },
  ): Promise<void> {
    return this.holdTrcla(at, [
      {
        kind: 'sign-trcl',
        trcla: this.path('trcla.coer'),
        series: 1,
        validForDays: LIST_DAYS,
        roots: roots.map(({ certificate, caListUrl }) => ({ certificate: this.path(certificate), caListUrl })),
        removes: (files.removes ?? []).map((file) => this.path(file)),
        list: this.path(files.list),
      },
    ]);
  }

  private async holdRoot(name: string, at: number, operations: readonly object[]): Promise<void> {
    const config = await this.configure(name, at, operations);
    const said: string[] = [];
    this.judge(name, said, await ceremonyMain(rootCa, ['--config', config, '--sign'], { tell: (l) => said.push(l) }));
  }

  private async holdTrcla(at: number, operations: readonly object[]): Promise<void> {
    const config = await this.configure('trcla', at, operations);
    const said: string[] = [];
    this.judge('trcla', said, await ceremonyMain(trcla, ['--config', config, '--sign'], { tell: (l) => said.push(l) }));
  }

  private judge(name: string, said: readonly string[], code: number): void {
    if (code !== 0) throw new Error(`the ceremony of ${name} ended with ${String(code)}: ${said.at(-1) ?? ''}`);
  }

  private async configure(name: string, at: number, operations: readonly object[]): Promise<string> {
    const [share, passphraseFile] = [this.path(`${name}.share`), this.path(`${name}.passphrase`)];
    const isFounded = await access(share).then(
      () => true,
      () => false,
    );
    const who = isFounded
      ? { shares: [{ share, passphraseFile }] }
      : {
          custodians: {
            threshold: 1,
            work: LEAST_WORK,
            custodians: [{ name: 'machine of the matrix', share, passphraseFile }],
          },
        };
    const config = this.path(`${name}.json`);
    const body = {
      at,
      keys: this.path(`${name}-keys`),
      transcripts: this.path(`${name}-transcripts`),
      ...who,
      operations,
    };
    await writeFile(config, JSON.stringify(body), { mode: 0o600 });
    return config;
  }
}
