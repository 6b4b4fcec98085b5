/** `chrysalis onboard`: each act is one signed request to the TCMF, and its answer told. */
import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { Application, requestHash, REVIEW_SIGNING_ID, reviewInput } from '#ceremony/reviewed-application.js';
import { hex } from '#crypto/bytes.js';
import { ACCOUNT_HEADER, proveAccount } from '#credentials/account-proof.js';
import { systemClock } from '#credentials/clock.js';
import type { CliContext } from '../cli-context.js';
import { ExitCode } from '../exit-code.js';
import { NoAccount, openAccount, type Account } from './account.js';

const PATH = '/ydt/v1/onboarding';
const TIMEOUT_MILLIS = 30_000;

/** What every act needs. */
export interface Where {
  readonly tcmf: string;
  readonly account: string;
  readonly json: boolean;
}

/** Files of lists, by the name under which they are sent. */
export interface ListFiles {
  readonly trcl?: string;
  readonly tdcl?: string;
  readonly caCrl?: string;
}

export type Onboarding =
  | { readonly act: 'account' }
  | { readonly act: 'apply'; readonly application: string; readonly request: string }
  | { readonly act: 'list' }
  | { readonly act: 'show'; readonly id: string }
  | { readonly act: 'approve'; readonly id: string }
  | { readonly act: 'refuse'; readonly id: string; readonly reason: string }
  | { readonly act: 'withdraw'; readonly id: string }
  | { readonly act: 'export'; readonly id: string; readonly out: string }
  | { readonly act: 'import'; readonly id: string; readonly certificate: string; readonly lists: ListFiles }
  | {
      readonly act: 'suspend' | 'resume' | 'remove';
      readonly id: string;
      readonly reason: string;
      readonly lists: ListFiles;
    };

const Standing = z.looseObject({
  ...Application.shape,
  state: z.string(),
  steps: z.array(
    z.looseObject({ at: z.string(), account: z.string(), act: z.string(), reason: z.string().nullable() }),
  ),
});
type Standing = z.infer<typeof Standing>;
const Refusal = z.looseObject({ refused: z.string(), sentence: z.string().optional() });

/** The TCMF said no, or nothing that is understood. */
class Refused extends Error {
  constructor(
    readonly reason: string,
    sentence: string,
  ) {
    super(sentence);
  }
}
/** A file could not be read or written, or is not what it should be. */
class BadFile extends Error {}

/** Does one act; the exit code: 0 done, 1 refused or no answer, 2 a file or an account is not there. */
export async function runOnboard(what: Onboarding, where: Where, context: CliContext): Promise<number> {
  let account: Account | undefined;
  try {
    account = await openAccount(where.account, what.act === 'account');
    await new Errand(account, where, context).run(what);
    return ExitCode.done;
  } catch (error) {
    if (error instanceof Refused) {
      if (where.json) context.result(JSON.stringify({ refused: error.reason, sentence: error.message }));
      context.progress(`chrysalis: refused (${error.reason}): ${error.message}`);
      return ExitCode.failed;
    }
    if (!(error instanceof NoAccount) && !(error instanceof BadFile)) throw error;
    context.progress(`chrysalis: ${error.message}`);
    return ExitCode.usage;
  } finally {
    await account?.close();
  }
}

class Errand {
  constructor(
    private readonly account: Account,
    private readonly where: Where,
    private readonly context: CliContext,
  ) {}

  async run(what: Onboarding): Promise<void> {
    switch (what.act) {
      case 'account':
        return this.tell({ account: hex(this.account.publicKey) }, [hex(this.account.publicKey)]);
      case 'apply':
        return this.standing(await this.post('', await wishOf(what.application, what.request)));
      case 'list': {
        const all = this.read(z.array(Standing), await this.send('GET', ''));
        return this.tell(all, all.map(lineOf));
      }
      case 'show':
        return this.standing(await this.send('GET', `/${what.id}`));
      case 'approve':
        return this.standing(await this.approve(what.id));
      case 'refuse':
        return this.standing(await this.post(`/${what.id}/review`, { verdict: 'refuse', reason: what.reason }));
      case 'withdraw':
        return this.standing(await this.post(`/${what.id}/withdraw`, {}));
      case 'export':
        return this.export(what.id, what.out);
      case 'import': {
        const certificate = await base64Of(what.certificate);
        return this.standing(await this.post(`/${what.id}/import`, { certificate, ...(await filesOf(what.lists)) }));
      }
      case 'suspend':
      case 'resume':
      case 'remove': {
        const { act, id, reason, lists } = what;
        return this.standing(await this.post(`/${id}/${act}`, { reason, ...(await filesOf(lists)) }));
      }
    }
  }

  /** Signs what the TCMF shows, after it was shown here. */
  private async approve(id: string): Promise<unknown> {
    const shown = this.read(Standing, await this.send('GET', `/${id}`));
    if (shown.applicationId !== id) throw this.noAnswer();
    for (const line of describe(shown)) this.context.progress(line);
    const signature = hex(await this.account.sign(REVIEW_SIGNING_ID, reviewInput(shown)));
    return this.post(`/${id}/review`, { verdict: 'approve', signature });
  }

  private async export(id: string, out: string): Promise<void> {
    const file = await this.post(`/${id}/export`, {});
    const text = `${JSON.stringify(file, null, 2)}\n`;
    await writeFile(out, text).catch(because(`${out} cannot be written`));
    this.tell({ file: out }, [`${out}: for the ceremony, as "application"`]);
  }

  private standing(answer: unknown): void {
    const standing = this.read(Standing, answer);
    this.tell(standing, describe(standing));
  }

  private tell(json: object, lines: readonly string[]): void {
    for (const line of this.where.json ? [JSON.stringify(json)] : lines) this.context.result(line);
  }

  private post(path: string, body: object): Promise<unknown> {
    return this.send('POST', path, body);
  }

  private async send(method: string, rest: string, body?: object): Promise<unknown> {
    const path = `${PATH}${rest}`;
    const proof = await proveAccount(this.account, { method, path, body }, systemClock.nowMillis());
    const headers = { [ACCOUNT_HEADER]: proof, ...(body && { 'content-type': 'application/json' }) };
    const answer = await fetch(`${this.where.tcmf.replace(/\/$/, '')}${path}`, {
      ...{ method, headers, signal: AbortSignal.timeout(TIMEOUT_MILLIS) },
      ...(body && { body: JSON.stringify(body) }),
    })
      .then(async (response) => ({ isDone: response.ok, body: (await response.json()) as unknown }))
      .catch(() => {
        throw this.noAnswer();
      });
    if (answer.isDone) return answer.body;
    const refusal = Refusal.safeParse(answer.body);
    throw refusal.success
      ? new Refused(refusal.data.refused, refusal.data.sentence ?? refusal.data.refused)
      : this.noAnswer();
  }

  private read<T>(form: z.ZodType<T>, answer: unknown): T {
    const parsed = form.safeParse(answer);
    if (!parsed.success) throw this.noAnswer();
    return parsed.data;
  }

  private noAnswer(): Refused {
    return new Refused('no-answer', `${this.where.tcmf} does not answer as a TCMF does`);
  }
}

const because =
  (sentence: string) =>
  (cause: unknown): never => {
    throw new BadFile(sentence, { cause });
  };

const base64Of = async (path: string): Promise<string> =>
  (await readFile(path).catch(because(`${path} cannot be read`))).toString('base64');

async function filesOf(files: ListFiles): Promise<Record<string, string>> {
  const read: Record<string, string> = {};
  for (const [name, path] of Object.entries(files)) if (path !== undefined) read[name] = await base64Of(path);
  return read;
}

/** What is asked for, from its JSON; the TCMF judges it. */
async function wishOf(path: string, request: string): Promise<object> {
  const text = (await readFile(path).catch(because(`${path} cannot be read`))).toString();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new BadFile(`${path} cannot be read as JSON`, { cause: error });
  }
  const object = z.looseObject({}).safeParse(json);
  if (!object.success) throw new BadFile(`${path} is no JSON object`);
  return { ...object.data, request: await base64Of(request) };
}

const lineOf = ({ applicationId, state, kind, hostname, organisation }: Standing): string =>
  `${applicationId}  ${state.padEnd(12)}  ${kind.padEnd(4)}  ${hostname}  ${organisation}`;

const describe = (standing: Standing): string[] => [
  lineOf(standing),
  `  permissions ${standing.permissions.join(', ')}; regions ${standing.regions.join(', ')}`,
  `  request of SM3 ${requestHash(standing)}`,
  ...standing.steps.map(
    ({ at, act, account, reason }) =>
      `  ${at}  ${act.padEnd(8)}  ${account.slice(0, 16)}…${reason === null ? '' : `  ${reason}`}`,
  ),
];
