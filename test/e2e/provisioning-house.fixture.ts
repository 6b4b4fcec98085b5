/**
 * One domain's provisioning as it runs in earnest: PCA, la1, la2 and a PRA that only answers in this process, each on its
 * own database and keys, over HTTP; the PRA's worker as a process of its own that can be ended with SIGKILL; and between
 * worker and PCA a proxy that decides what becomes of an answer.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { laAuthority } from '#apps/la/src/la.authority.js';
import { pcaAuthority } from '#apps/pca/src/pca.authority.js';
import { praAuthority } from '#apps/pra/src/pra.authority.js';
import { encode } from '#coer/codec.js';
import { systemRandom } from '#crypto/random.js';
import { authorityTbs, type AuthorityKind } from '#credentials/authority-certificate.js';
import { certificateToBytes } from '#credentials/certificate-facts.js';
import type { Clock } from '#credentials/clock.js';
import { issueCertificate } from '#credentials/issue-certificate.js';
import { periodStartMillis } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import { signPkiCtl } from '#credentials/trust-lists.js';
import { openSoftwareDevice } from '#keys/software-device.js';
import type { AuthorityFace } from '#service/authority-context.js';
import { authorityKeys, certificatePath } from '#service/identity.js';
import { runAuthority, type RunningAuthority } from '#service/run-authority.js';
import { ScenarioClock } from '#service/scenario-clock.js';
import { InstanceSettings } from '#service/settings.js';
import type { Certificate } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import { PkiCtl } from '#wire/trust-lists.js';
import { authorityBench, type Bench } from '../support/authority-bench.js';
import { childEnvironment } from '../support/child-environment.js';
import { testPostgres } from '../support/postgres.js';

const HOUR_MILLIS = 3_600_000;
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Nobody listens there: the lists are the ones beside the keys. */
const NO_TCMF = 'http://127.0.0.1:9';
const MINE = { pca: 'pca', pra: 'pra', la1: 'la', la2: 'la' } as const;
type Name = keyof typeof MINE;

/** What the proxy does with an answer of the PCA: pass it on, or call `end` and send nothing whole. */
export type OnAnswer = (answersBefore: number) => Promise<'pass' | 'kill'>;

export interface House {
  readonly bench: Bench;
  /** The scenario's clock, which the worker reads as well. */
  readonly clock: Clock;
  readonly praUrl: string;
  readonly praCertificate: Certificate;
  readonly pca: RunningAuthority;
  readonly pra: RunningAuthority;
  /** The database URL of an instance, for looking inside. */
  databaseUrl(name: Name): Promise<string>;
  startWorker(): Promise<void>;
  /** SIGKILL, and waits until it is gone. */
  killWorker(): Promise<void>;
  onAnswer: OnAnswer;
  /** Answers of the PCA that came to the proxy. */
  readonly answers: number;
  close(): Promise<void>;
}

async function birth(bench: Bench, name: Name, directory: string): Promise<Certificate> {
  const device = await openSoftwareDevice({ directory: join(directory, 'keys'), random: systemRandom });
  const tbs = authorityTbs(
    {
      kind: MINE[name] as AuthorityKind,
      hostname: bench.member(`a-${name}`).hostname,
      ...(await authorityKeys(device)),
      validity: {
        start: time32FromMillis(bench.clock.nowMillis() - 20 * HOUR_MILLIS),
        duration: { kind: 'years', value: 2 },
      },
      ...(name.startsWith('la') ? { laId: Number(name.slice(2)) } : {}),
    },
    ccsa,
  );
  await device.close();
  const certificate = await issueCertificate(tbs, bench.member('a-ica').signer);
  await writeFile(certificatePath(directory), certificateToBytes(certificate));
  return certificate;
}

/** The list of a domain in which our four stand beside the bench's others. */
async function domainList(bench: Bench, mine: readonly Certificate[]): Promise<Uint8Array> {
  const others = ['a-ica', 'a-eca', 'a-ma', 'a-cra'].map((name) => bench.member(name).certificate);
  const now = bench.clock.nowMillis();
  const entry = { certificate: [...others, ...mine], crlUrl: 'http://127.0.0.1:9', maUrl: 'http://127.0.0.1:9' };
  const list = await signPkiCtl(
    {
      series: 1,
      issueDate: time32FromMillis(now - 60_000),
      nextPkiCtl: time32FromMillis(now + 86_400_000),
      pkiCertInfoList: [entry],
    },
    bench.root.signer,
  );
  return encode(PkiCtl, list);
}

export async function openHouse(praSettings: object): Promise<House> {
  const path = await mkdtemp(join(tmpdir(), 'chrysalis-house-'));
  // Early in a period: the certificates of authorities must be older than the pseudonyms of the current week.
  const startMillis = periodStartMillis(ccsa.epochMillis, 358) + 2 * HOUR_MILLIS;
  const bench = await authorityBench({ startMillis });
  const clock = new ScenarioClock(join(path, 'clock.json'), startMillis);
  const directories = Object.fromEntries(Object.keys(MINE).map((name) => [name, join(path, name)]));
  const certificates: Certificate[] = [];
  for (const name of Object.keys(MINE) as Name[]) {
    await mkdir(join(directories[name] as string, 'trust'), { recursive: true, mode: 0o700 });
    certificates.push(await birth(bench, name, directories[name] as string));
  }
  const tdcl = await domainList(bench, certificates);
  for (const directory of Object.values(directories)) {
    await writeFile(join(directory, 'trust', 'trcl.coer'), bench.trcl);
    await writeFile(join(directory, 'trust', 'tdcl-0.coer'), tdcl);
  }
  const trclaFile = join(path, 'trcla.coer');
  await writeFile(trclaFile, certificateToBytes(bench.trcla.certificate));

  const databaseUrl = async (name: Name): Promise<string> => (await testPostgres()).instanceUrl(`a-${name}`);
  const settings = async (name: Name, peers: Record<string, string>, roleSettings: object) => {
    const databaseUrlFile = join(path, `${name}.url`);
    await writeFile(databaseUrlFile, await databaseUrl(name));
    return InstanceSettings.parse({
      instance: `a-${name}`,
      role: MINE[name],
      hostname: bench.member(`a-${name}`).hostname,
      directory: directories[name],
      listen: { host: '127.0.0.1', port: 0 },
      databaseUrlFile,
      queue: { kind: 'postgres' },
      trclaCertificateFile: trclaFile,
      tcmfUrl: NO_TCMF,
      peers: Object.fromEntries(
        Object.entries(peers).map(([peer, url]) => [peer, { url, hostname: bench.member(`a-${peer}`).hostname }]),
      ),
      operators: [],
      clock: { kind: 'file', path: join(path, 'clock.json') },
      logFile: join(path, `${name}.log`),
      roleSettings,
    });
  };
  const run = async <S>(
    face: AuthorityFace<S>,
    name: Name,
    peers: Record<string, string>,
    roleSettings: object,
  ): Promise<RunningAuthority> =>
    (await runAuthority(face, await settings(name, peers, roleSettings), { clock })) as unknown as RunningAuthority;
  const urlOf = ({ host }: RunningAuthority): string => `http://127.0.0.1:${String(host.port)}`;

  const pca = await run(pcaAuthority, 'pca', {}, { craHostname: bench.member('a-cra').hostname });
  const la1 = await run(laAuthority, 'la1', { pca: urlOf(pca) }, { laId: 1 });
  const la2 = await run(laAuthority, 'la2', { pca: urlOf(pca) }, { laId: 2 });
  const state = { onAnswer: (async () => 'pass') as OnAnswer, answers: 0 };
  const proxy = await startProxy(urlOf(pca), state);
  const peers = { la1: urlOf(la1), la2: urlOf(la2), pca: proxy.url, ma: NO_TCMF };
  const pra = await run(praAuthority, 'pra', peers, { ...praSettings, work: false });
  const workerFile = join(path, 'worker.json');
  await writeFile(workerFile, JSON.stringify(await settings('pra', peers, { ...praSettings, work: true })));

  let worker: ChildProcess | undefined;
  const killWorker = async (): Promise<void> => {
    if (worker === undefined || worker.exitCode !== null || worker.signalCode !== null) return;
    const ended = new Promise((resolve) => worker?.once('exit', resolve));
    worker.kill('SIGKILL');
    await ended;
  };
  return {
    bench,
    clock,
    praUrl: urlOf(pra),
    praCertificate: certificates[1] as Certificate,
    pca,
    pra,
    databaseUrl,
    startWorker: async () => void (worker = await startWorker(workerFile, join(path, 'pra.log'))),
    killWorker,
    get onAnswer() {
      return state.onAnswer;
    },
    set onAnswer(next) {
      state.onAnswer = next;
    },
    get answers() {
      return state.answers;
    },
    close: async () => {
      await killWorker();
      for (const one of [pra, la1, la2, pca]) await one.stop();
      await new Promise((resolve) => proxy.server.close(resolve));
      await rm(path, { recursive: true, force: true });
    },
  };
}

/** Passes calls to the PCA and its answers back; a killed worker has got all of its answer but the last byte. */
async function startProxy(
  pcaUrl: string,
  state: { onAnswer: OnAnswer; answers: number },
): Promise<{ server: Server; url: string }> {
  const pass = async (path: string, body: Buffer, response: ServerResponse): Promise<void> => {
    const answer = await fetch(`${pcaUrl}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: body as unknown as Uint8Array<ArrayBuffer>,
    });
    const bytes = Buffer.from(await answer.arrayBuffer());
    response.writeHead(answer.status, { 'content-type': 'application/octet-stream', 'content-length': bytes.length });
    response.write(bytes.subarray(0, -1));
    const verdict = answer.ok ? await state.onAnswer(state.answers++) : 'pass';
    if (verdict === 'pass') response.end(bytes.subarray(-1));
    else response.destroy();
  };
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      pass(request.url ?? '/', Buffer.concat(parts), response).catch((error: unknown) =>
        response.destroy(error as Error),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return { server, url: `http://127.0.0.1:${String(port)}` };
}

/** The PRA's own main with its configuration file; resolves when it answers. */
function startWorker(configFile: string, logFile: string): Promise<ChildProcess> {
  const child = spawn(
    process.execPath,
    ['--import', `${ROOT}test/support/typescript.mjs`, `${ROOT}apps/pra/src/main.ts`, '--config', configFile],
    { cwd: ROOT, stdio: ['ignore', 'ignore', 'pipe'], env: childEnvironment() },
  );
  return new Promise((resolve, reject) => {
    let heard = '';
    child.stderr.on('data', (part: Buffer) => {
      heard += part.toString();
      if (heard.includes('answers on port')) resolve(child);
    });
    child.once('exit', () => {
      void readFile(logFile, 'utf8').then(
        (log) => reject(new Error(`the worker has ended:\n${heard}\n${log}`)),
        () => reject(new Error(`the worker has ended:\n${heard}`)),
      );
    });
  });
}
