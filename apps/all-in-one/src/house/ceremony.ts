/**
 * The offline side of an embedded run: root CA and TRCLA are started as the separate programs that they are, each with
 * one configuration file, and have ended before anything listens. Nobody sits at the table: the one custodian of each key
 * is this machine, with its passphrase in a file beside its share. That is for a test bench; who may read the data
 * directory can sign as root. In earnest custodians are people (docs/operations/ceremony.md).
 */
import { execFile } from 'node:child_process';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** The compiled programs beside this one. */
export const DIST = fileURLToPath(new URL('../../../../', import.meta.url));
const ROOT_HOSTNAME = 'root.chrysalis.example';
const TRCLA_HOSTNAME = 'trcla.chrysalis.example';
const YEARS = { trcla: 30, root: 25, ica: 15, tcmf: 10 } as const;
const LIST_DAYS = 730;

export type Program = 'root-ca' | 'trcla';

export interface CeremonyFolders {
  /** Keys, configurations and transcripts of the two programs. */
  readonly ceremony: string;
  /** Files that people carry in and out. */
  readonly exchange: string;
  /** Where the compiled programs lie. */
  readonly programs: string;
}

/** Random passphrases need no stretching. */
const LEAST_WORK = 14;

/** The custodian of an embedded run: made at the first ceremony of a program, there at every later one. */
async function machineCustodian(folder: string): Promise<object> {
  const [share, passphraseFile] = [join(folder, 'machine.share'), join(folder, 'machine.passphrase')];
  const isFounded = await access(share).then(
    () => true,
    () => false,
  );
  if (isFounded) return { shares: [{ share, passphraseFile }] };
  const custodians = [{ name: 'machine of the embedded run', share, passphraseFile }];
  return { custodians: { threshold: 1, work: LEAST_WORK, custodians } };
}

async function hold(
  program: Program,
  name: string,
  folders: CeremonyFolders,
  atMillis: number,
  operations: readonly object[],
): Promise<void> {
  const folder = join(folders.ceremony, program);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const config = join(folder, `${name}.json`);
  const body = {
    at: atMillis,
    keys: join(folder, 'keys'),
    transcripts: join(folder, 'transcripts'),
    ...(await machineCustodian(folder)),
    operations,
  };
  await writeFile(config, JSON.stringify(body, null, 2), { mode: 0o600 });
  try {
    await run(process.execPath, [join(folders.programs, `apps/${program}/src/main.js`), '--config', config, '--sign']);
  } catch (error) {
    throw new Error(
      `the ceremony ${name} of ${program} failed: ${(error as { stderr?: string }).stderr?.trim() ?? ''}`,
      { cause: error },
    );
  }
}

export const rootCertificatePath = (folders: CeremonyFolders): string => join(folders.exchange, 'root.coer');
export const trclaCertificatePath = (folders: CeremonyFolders): string => join(folders.exchange, 'trcla.coer');
export const trclPath = (folders: CeremonyFolders): string => join(folders.exchange, 'trcl.coer');
export const tdclPath = (folders: CeremonyFolders): string => join(folders.exchange, 'tdcl.coer');
export const certificateOf = (folders: CeremonyFolders, instance: string): string =>
  join(folders.exchange, `${instance}.coer`);

/** The founding: TRCLA and root make themselves, and the TRCLA lists the root. */
export async function foundTrust(
  folders: CeremonyFolders,
  options: { atMillis: number; tdclUrl: string },
): Promise<void> {
  const { atMillis, tdclUrl } = options;
  await hold('root-ca', 'founding', folders, atMillis, [
    { kind: 'create-root', hostname: ROOT_HOSTNAME, years: YEARS.root, certificate: rootCertificatePath(folders) },
  ]);
  await hold('trcla', 'founding', folders, atMillis, [
    { kind: 'create-trcla', hostname: TRCLA_HOSTNAME, years: YEARS.trcla, certificate: trclaCertificatePath(folders) },
    {
      kind: 'sign-trcl',
      trcla: trclaCertificatePath(folders),
      series: 1,
      issuedAt: atMillis,
      validForDays: LIST_DAYS,
      roots: [{ certificate: rootCertificatePath(folders), caListUrl: tdclUrl }],
      list: trclPath(folders),
    },
  ]);
}

/** The root certifies an ICA or the TCMF from its request. */
export async function signAuthority(
  folders: CeremonyFolders,
  subject: { instance: string; as: 'ica' | 'tcmf'; hostname: string; request: string; atMillis: number },
): Promise<void> {
  const { instance, as, hostname, request, atMillis } = subject;
  const certificate = certificateOf(folders, instance);
  const operation = {
    kind: 'sign-authority',
    as,
    hostname,
    years: YEARS[as],
    request,
    root: rootCertificatePath(folders),
    certificate,
  };
  await hold('root-ca', `sign-${instance}`, folders, atMillis, [operation]);
}

export interface DomainEntry {
  readonly certificates: readonly string[];
  readonly crlUrl: string;
  readonly maUrl: string;
}

/** The root lists the CAs of its domains. */
export async function signTdcl(
  folders: CeremonyFolders,
  list: { name: string; atMillis: number; entries: readonly DomainEntry[] },
): Promise<void> {
  const operation = {
    kind: 'sign-tdcl',
    root: rootCertificatePath(folders),
    series: 1,
    issuedAt: list.atMillis,
    validForDays: LIST_DAYS,
    entries: list.entries,
    list: tdclPath(folders),
  };
  await hold('root-ca', `tdcl-${list.name}`, folders, list.atMillis, [operation]);
}
