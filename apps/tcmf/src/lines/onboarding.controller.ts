/** The door of companies and operators: JSON, described at /api. Each request is signed by the account that sends it. */
import { Body, Controller, Get, HttpCode, HttpException, Inject, Param, Post, Req } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOkResponse, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z, type ZodType } from 'zod';
import { Application } from '#ceremony/reviewed-application.js';
import { ACCOUNT_HEADER, accountOf } from '#credentials/account-proof.js';
import { isRefused } from '#credentials/refusal.js';
import type { BroughtLists } from '../domain/judge-lists.js';
import {
  apply,
  approve,
  decline,
  exportFile,
  importAnswer,
  list,
  relist,
  show,
  withdraw,
  type OnboardingNeeds,
  type Standing,
} from '../domain/onboarding/onboarding.js';
import { sentenceOf, type OnboardingRefusal, type OnboardingRefused } from '../domain/onboarding/refusal.js';
import { SourceLimit } from './source-limit.js';

export const ONBOARDING_DOOR = Symbol('ONBOARDING_DOOR');
export interface OnboardingDoor {
  readonly needs: OnboardingNeeds;
  /** Told what was done, by which act, and what was refused and why; never by whom or from where. */
  readonly done: (fact: { act: string; application: string }) => void;
  readonly refused: (fact: { act: string; reason: OnboardingRefusal }) => void;
}

export const ONBOARDING_PATH = '/ydt/v1/onboarding';
const LARGEST_APPLICATION = 24 * 1024;

const text = (most: number) => z.string().trim().min(1).max(most);
const Contact = z.strictObject({ name: text(100), email: z.email().max(200), phone: text(40).optional() });
const Wish = Application.omit({ applicationId: true, applicant: true }).extend({
  contacts: z.array(Contact).min(1).max(5),
});
const Reason = z.strictObject({ reason: text(500) });
const ReviewInput = z.discriminatedUnion('verdict', [
  z.strictObject({ verdict: z.literal('approve'), signature: z.string().regex(/^[0-9a-f]{128}$/) }),
  z.strictObject({ verdict: z.literal('refuse'), reason: text(500) }),
]);
const octets = z
  .base64()
  .min(1)
  .transform((value) => new Uint8Array(Buffer.from(value, 'base64')));
const lists = { trcl: octets.optional(), tdcl: octets.optional(), caCrl: octets.optional() };
const Answer = z.strictObject({ certificate: octets, ...lists });
const Relisted = Reason.extend(lists);

interface Request {
  readonly method: string;
  readonly originalUrl: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly socket: { readonly remoteAddress?: string };
}

const STATUS: Readonly<Partial<Record<OnboardingRefusal, number>>> = {
  malformed: 400,
  'too-large': 413,
  'too-many-requests': 429,
  'too-many-open': 429,
  'account-not-proved': 401,
  'not-an-operator': 403,
  'not-the-applicant': 403,
  'reviewer-is-applicant': 403,
  'reviewer-reviewed-already': 403,
  'application-unknown': 404,
};

/** What the applicant and operators are shown; when, by whom and why is the audit. */
const shown = ({ application, contacts, state, certificate, steps }: Standing): object => ({
  ...application,
  contacts: contacts ?? null,
  state,
  certificate: certificate === undefined ? null : Buffer.from(certificate).toString('base64'),
  steps: steps.map(({ atMillis, reason, signature, ...step }) => ({
    ...step,
    at: new Date(atMillis).toISOString(),
    reason: reason ?? null,
    signature: signature ?? null,
  })),
});

type Schema = Exclude<Extract<Parameters<typeof ApiBody>[0], { schema: unknown }>['schema'], { $ref: string }>;
const STRING: Schema = { type: 'string' };
const KEY: Schema = { type: 'string', description: '33-byte SM2 public key, hex' };
const BASE64: Schema = { type: 'string', format: 'byte' };
const REASON: Schema = { type: 'string', maxLength: 500 };
const object = (properties: Record<string, Schema>, required: string[] = Object.keys(properties)): Schema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const WISH: Record<string, Schema> = {
  kind: { type: 'string', enum: ['ica', 'root'] },
  organisation: { type: 'string', maxLength: 200 },
  hostname: { type: 'string', description: 'of the ICA or root' },
  permissions: { type: 'array', items: { type: 'integer' }, description: 'AIDs that its devices are to have' },
  regions: { type: 'array', items: { type: 'integer' }, description: 'ISO 3166-1 numeric' },
  request: {
    ...BASE64,
    maxLength: 8192,
    description:
      'of an ICA: V2XSecData with its EeEcaCertRequest, signed by its key; of a root: its self-signed certificate',
  },
};
const CONTACTS: Schema = {
  type: 'array',
  minItems: 1,
  maxItems: 5,
  items: object({ name: STRING, email: { type: 'string', format: 'email' }, phone: STRING }, ['name', 'email']),
};
const LISTS: Record<string, Schema> = {
  trcl: { ...BASE64, description: 'RootCtl' },
  tdcl: { ...BASE64, description: 'PkiCtl' },
  caCrl: { ...BASE64, description: 'V2XSecData with CrlContents, by a root' },
};
const STATE: Schema = {
  type: 'string',
  enum: [
    ...['submitted', 'under-review', 'approved', 'at-ceremony', 'joined'],
    ...['refused', 'withdrawn', 'suspended', 'removed'],
  ],
};
const STANDING: Schema = object({
  applicationId: { type: 'string', description: '16 bytes, hex' },
  applicant: KEY,
  ...WISH,
  contacts: { ...CONTACTS, nullable: true },
  state: STATE,
  certificate: { ...BASE64, nullable: true },
  steps: {
    type: 'array',
    items: object({
      number: { type: 'integer' },
      at: { type: 'string', format: 'date-time' },
      account: KEY,
      act: STRING,
      state: STATE,
      reason: { ...REASON, nullable: true },
      signature: { ...STRING, nullable: true },
    }),
  },
});
const REVIEW: Schema = {
  oneOf: [
    object({
      verdict: { type: 'string', enum: ['approve'] },
      signature: {
        type: 'string',
        description:
          '64 bytes, hex: SM2, identifier "chrysalis review 1", over the JSON of applicationId, applicant, kind, organisation, hostname, permissions, regions and request, a line each',
      },
    }),
    object({ verdict: { type: 'string', enum: ['refuse'] }, reason: REASON }),
  ],
};
const FILE: Schema = object({
  form: STRING,
  application: object({ applicationId: STRING, applicant: KEY, ...WISH }),
  reviews: { type: 'array', items: object({ reviewer: KEY, signature: STRING }) },
});

@ApiTags('onboarding')
@ApiHeader({
  name: ACCOUNT_HEADER,
  required: true,
  description:
    '<public key>:<Unix milliseconds>:<SM2 signature, identifier "chrysalis account 1", over "<method> <path> <milliseconds> <SM3 of the body as compact JSON>">, hex',
})
@ApiResponse({ status: 400, description: 'refused: word and sentence; 401, 403, 404, 409, 413 and 429 are alike' })
@Controller(ONBOARDING_PATH)
export class OnboardingController {
  private readonly limit = new SourceLimit();

  constructor(@Inject(ONBOARDING_DOOR) private readonly door: OnboardingDoor) {}

  @Post()
  @ApiBody({ schema: object({ ...WISH, contacts: CONTACTS }) })
  @ApiResponse({ status: 201, schema: STANDING })
  async apply(@Req() request: Request, @Body() body: unknown): Promise<object> {
    const account = this.accountOf('apply', request, body);
    const outcome = await apply(account, this.read('apply', Wish, body), this.door.needs);
    return this.standing('apply', outcome);
  }

  @Get()
  @ApiOkResponse({ schema: { type: 'array', items: STANDING }, description: 'an applicant’s own; to operators all' })
  async list(@Req() request: Request): Promise<object[]> {
    return (await list(this.accountOf('list', request, undefined), this.door.needs)).map(shown);
  }

  @Get(':id')
  @ApiParam({ name: 'id', type: String })
  @ApiOkResponse({ schema: STANDING })
  async show(@Param('id') id: string, @Req() request: Request): Promise<object> {
    const outcome = await show(this.accountOf('show', request, undefined), id, this.door.needs);
    return shown(this.orRefuse('show', outcome));
  }

  @Post(':id/review')
  @HttpCode(200)
  @ApiParam({ name: 'id', type: String })
  @ApiBody({ schema: REVIEW })
  @ApiOkResponse({ schema: STANDING })
  async review(@Param('id') id: string, @Req() request: Request, @Body() body: unknown): Promise<object> {
    const account = this.accountOf('review', request, body);
    const { needs } = this.door;
    const said = this.read('review', ReviewInput, body);
    if (said.verdict === 'refuse') return this.standing('refuse', await decline(account, id, said.reason, needs));
    return this.standing('approve', await approve(account, id, said.signature, needs));
  }

  @Post(':id/withdraw')
  @HttpCode(200)
  @ApiParam({ name: 'id', type: String })
  @ApiBody({ schema: object({}) })
  @ApiOkResponse({ schema: STANDING })
  async withdraw(@Param('id') id: string, @Req() request: Request, @Body() body: unknown): Promise<object> {
    const account = this.accountOf('withdraw', request, body);
    this.read('withdraw', z.strictObject({}), body);
    return this.standing('withdraw', await withdraw(account, id, this.door.needs));
  }

  /** The file for the ceremony: what was asked for, and both approvals. */
  @Post(':id/export')
  @HttpCode(200)
  @ApiParam({ name: 'id', type: String })
  @ApiBody({ schema: object({}) })
  @ApiOkResponse({ schema: FILE })
  async export(@Param('id') id: string, @Req() request: Request, @Body() body: unknown): Promise<object> {
    const account = this.accountOf('export', request, body);
    this.read('export', z.strictObject({}), body);
    const file = this.orRefuse('export', await exportFile(account, id, this.door.needs));
    this.door.done({ act: 'export', application: id });
    return JSON.parse(new TextDecoder().decode(file)) as object;
  }

  @Post(':id/import')
  @HttpCode(200)
  @ApiParam({ name: 'id', type: String })
  @ApiBody({ schema: object({ certificate: BASE64, ...LISTS }, ['certificate']) })
  @ApiOkResponse({ schema: STANDING })
  async import(@Param('id') id: string, @Req() request: Request, @Body() body: unknown): Promise<object> {
    const account = this.accountOf('import', request, body, Infinity);
    const { certificate, ...rest } = this.read('import', Answer, body);
    const answer = { certificate, lists: broughtOf(rest) };
    return this.standing('import', await importAnswer(account, id, answer, this.door.needs));
  }

  @Post(':id/suspend')
  @HttpCode(200)
  @ApiParam({ name: 'id', type: String })
  @ApiBody({ schema: object({ reason: REASON, ...LISTS }, ['reason']) })
  @ApiOkResponse({ schema: STANDING, description: 'the lists that were brought no longer name it' })
  suspend(@Param('id') id: string, @Req() request: Request, @Body() body: unknown): Promise<object> {
    return this.relist('suspend', id, request, body);
  }

  @Post(':id/resume')
  @HttpCode(200)
  @ApiParam({ name: 'id', type: String })
  @ApiBody({ schema: object({ reason: REASON, ...LISTS }, ['reason']) })
  @ApiOkResponse({ schema: STANDING, description: 'the lists that were brought name it again' })
  resume(@Param('id') id: string, @Req() request: Request, @Body() body: unknown): Promise<object> {
    return this.relist('resume', id, request, body);
  }

  @Post(':id/remove')
  @HttpCode(200)
  @ApiParam({ name: 'id', type: String })
  @ApiBody({ schema: object({ reason: REASON, ...LISTS }, ['reason']) })
  @ApiOkResponse({ schema: STANDING, description: 'the lists no longer name it, and it does not come back' })
  remove(@Param('id') id: string, @Req() request: Request, @Body() body: unknown): Promise<object> {
    return this.relist('remove', id, request, body);
  }

  private async relist(
    act: 'suspend' | 'resume' | 'remove',
    id: string,
    request: Request,
    body: unknown,
  ): Promise<object> {
    const account = this.accountOf(act, request, body, Infinity);
    const { reason, ...rest } = this.read(act, Relisted, body);
    return this.standing(act, await relist({ account, act, reason }, id, broughtOf(rest), this.door.needs));
  }

  /** Who sends this; before that, whether the source may, and before anything is verified, how much it is. */
  private accountOf(act: string, request: Request, body: unknown, most = LARGEST_APPLICATION): string {
    const { needs } = this.door;
    const nowMillis = needs.nowMillis();
    if (!this.limit.admits(request.socket.remoteAddress ?? '', nowMillis)) this.refuse(act, 'too-many-requests');
    if (body !== undefined && JSON.stringify(body).length > most) this.refuse(act, 'too-large');
    const header = request.headers[ACCOUNT_HEADER];
    const asked = { method: request.method, path: request.originalUrl, body };
    const account = accountOf(typeof header === 'string' ? header : undefined, asked, nowMillis);
    return account ?? this.refuse(act, 'account-not-proved');
  }

  private read<T>(act: string, form: ZodType<T>, body: unknown): T {
    const parsed = form.safeParse(body);
    return parsed.success ? parsed.data : this.refuse(act, 'malformed');
  }

  private standing(act: string, outcome: Standing | OnboardingRefused): object {
    const standing = this.orRefuse(act, outcome);
    this.door.done({ act, application: standing.application.applicationId });
    return shown(standing);
  }

  private orRefuse<T>(act: string, outcome: T | OnboardingRefused): T {
    return isRefused(outcome) ? this.refuse(act, (outcome as OnboardingRefused).reason) : (outcome as T);
  }

  private refuse(act: string, reason: OnboardingRefusal): never {
    this.door.refused({ act, reason });
    throw new HttpException({ refused: reason, sentence: sentenceOf(reason) }, STATUS[reason] ?? 409);
  }
}

/** Only what was sent, since an absent list and one that is `undefined` are two things to the compiler. */
function broughtOf(sent: { [K in keyof typeof lists]?: Uint8Array | undefined }): BroughtLists {
  const { trcl, tdcl, caCrl } = sent;
  return { ...(trcl && { trcl }), ...(tdcl && { tdcl }), ...(caCrl && { caCrl }) };
}
