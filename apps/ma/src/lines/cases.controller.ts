/**
 * The operators' door. Reading needs an operator's signature over the request (domain/operator-proof.ts); an act needs
 * none of its own, since it consists of approvals that two operators signed.
 */
import { Body, Controller, Get, Headers, HttpException, Inject, Param, Post } from '@nestjs/common';
import { ApiBody, ApiForbiddenResponse, ApiHeader, ApiOkResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { encode, tryDecode } from '#coer/codec.js';
import { hex } from '#crypto/bytes.js';
import { Approval } from '#credentials/approval.js';
import type { Clock } from '#credentials/clock.js';
import { isRefused, type Refused } from '#credentials/refusal.js';
import { explanationLines } from '../domain/explain.js';
import { isOperator, OPERATOR_HEADER } from '../domain/operator-proof.js';
import { isVerdict, VERDICTS } from '../domain/verdicts.js';
import { MA_OPERATOR, type CaseView, type MaOperator } from '../ma.operator.js';

export const DOOR = Symbol('DOOR');
export interface Door {
  readonly operators: readonly Uint8Array[];
  readonly clock: Clock;
  /** Sets the resolution of approved cases going. */
  readonly wakeCases: () => Promise<void>;
}

const PATH = '/ydt/v1/cases';
const Submitted = z.strictObject({ approvals: z.array(z.base64()).min(1).max(64) });

const CASE_SCHEMA = {
  type: 'object',
  properties: {
    caseId: { type: 'string', description: '16 bytes, hex' },
    state: {
      type: 'string',
      enum: [
        'INVESTIGATING',
        'FAULT_WARN',
        'DISMISSED',
        'PENDING_APPROVAL',
        'APPROVED',
        'RESOLVING',
        'REVOKED',
        'REFUSED',
        'APPEAL',
        'REINSTATED',
      ],
    },
    reason: { type: 'string', nullable: true },
    scl: { type: 'number', description: 'median of the five strongest findings of different reporters' },
    reporters: { type: 'integer' },
    unconfirmed: { type: 'integer' },
    findings: { type: 'array', items: { type: 'string' }, description: 'target/observation, ETSI TS 103 759' },
    witness: { type: 'string', nullable: true },
    crlNumber: { type: 'integer', nullable: true },
    openedMillis: { type: 'integer', description: 'Unix milliseconds' },
    steps: {
      type: 'array',
      items: { type: 'object', properties: { step: { type: 'string' }, state: { type: 'string' } } },
    },
  },
};
const APPROVALS_SCHEMA = {
  type: 'object',
  required: ['approvals'],
  properties: {
    approvals: { type: 'array', items: { type: 'string', format: 'byte', description: 'Approval, COER, base64' } },
  },
};
const OPERATOR = {
  name: OPERATOR_HEADER,
  required: true,
  description:
    '<operator id>:<Unix milliseconds>:<SM2 signature over "GET <path> <milliseconds>", identifier "chrysalis operator 1">, hex',
};

const shown = (view: CaseView): object => ({ ...view, caseId: hex(view.caseId) });

@ApiTags('cases')
@Controller(PATH)
export class CasesController {
  constructor(
    @Inject(MA_OPERATOR) private readonly desk: MaOperator,
    @Inject(DOOR) private readonly door: Door,
  ) {}

  @Get()
  @ApiHeader(OPERATOR)
  @ApiOkResponse({ schema: { type: 'array', items: CASE_SCHEMA } })
  @ApiForbiddenResponse({ description: 'no operator of this MA' })
  async cases(@Headers(OPERATOR_HEADER) proof: string | undefined): Promise<object[]> {
    this.requireOperator(proof, PATH);
    return (await this.desk.cases()).map(shown);
  }

  @Get('report-counts')
  @ApiHeader(OPERATOR)
  @ApiOkResponse({
    description: 'how many reports of the window ended how: counted, unconfirmed, passed-on, "refused: <reason>", …',
    schema: { type: 'object', additionalProperties: { type: 'integer' } },
  })
  @ApiForbiddenResponse({ description: 'no operator of this MA' })
  reportCounts(@Headers(OPERATOR_HEADER) proof: string | undefined): Promise<Record<string, number>> {
    this.requireOperator(proof, `${PATH}/report-counts`);
    return this.desk.reportCounts();
  }

  @Get(':id/explanation')
  @ApiHeader(OPERATOR)
  @ApiParam({ name: 'id', type: String })
  @ApiOkResponse({ description: 'every score, gate and voice of the case; `lines` for a reader' })
  @ApiForbiddenResponse({ description: 'no operator of this MA' })
  async explanation(@Param('id') id: string, @Headers(OPERATOR_HEADER) proof: string | undefined): Promise<object> {
    const caseId = caseIdOf(id);
    this.requireOperator(proof, `${PATH}/${id}/explanation`);
    const explained = orRefuse(await this.desk.explain(caseId));
    return { ...explained, caseId: id, lines: explanationLines(explained) };
  }

  @Get(':id/approvals')
  @ApiHeader(OPERATOR)
  @ApiParam({ name: 'id', type: String })
  @ApiOkResponse({ description: 'the approvals still to be signed', schema: APPROVALS_SCHEMA })
  @ApiForbiddenResponse({ description: 'no operator of this MA' })
  async toSign(@Param('id') id: string, @Headers(OPERATOR_HEADER) proof: string | undefined): Promise<object> {
    const caseId = caseIdOf(id);
    this.requireOperator(proof, `${PATH}/${id}/approvals`);
    const prepared = orRefuse(await this.desk.prepare(caseId));
    return { approvals: prepared.map((approval) => Buffer.from(encode(Approval, approval)).toString('base64')) };
  }

  /** Takes signed approvals; when none is missing the case is set going. */
  @Post(':id/approvals')
  @ApiParam({ name: 'id', type: String })
  @ApiBody({ schema: APPROVALS_SCHEMA })
  @ApiOkResponse({ schema: CASE_SCHEMA })
  async submit(@Param('id') id: string, @Body() body: unknown): Promise<object> {
    const caseId = caseIdOf(id);
    const approvals = approvalsOf(body);
    const view = orRefuse(await this.desk.submit(caseId, approvals));
    if (view.state !== 'APPROVED') return shown(view);
    await this.door.wakeCases();
    return shown(view);
  }

  @Get(':id/verdicts/:verdict')
  @ApiHeader(OPERATOR)
  @ApiParam({ name: 'id', type: String })
  @ApiParam({ name: 'verdict', enum: VERDICTS })
  @ApiOkResponse({ description: 'the verdict to be signed by two operators', schema: APPROVALS_SCHEMA })
  @ApiForbiddenResponse({ description: 'no operator of this MA' })
  async verdictToSign(
    @Param('id') id: string,
    @Param('verdict') verdict: string,
    @Headers(OPERATOR_HEADER) proof: string | undefined,
  ): Promise<object> {
    const caseId = caseIdOf(id);
    if (!isVerdict(verdict)) throw new HttpException({ refused: 'verdict-unknown' }, 404);
    this.requireOperator(proof, `${PATH}/${id}/verdicts/${verdict}`);
    const prepared = orRefuse(await this.desk.prepareVerdict(caseId, verdict));
    return { approvals: [Buffer.from(encode(Approval, prepared)).toString('base64')] };
  }

  /** Takes one signed verdict. */
  @Post(':id/verdicts')
  @ApiParam({ name: 'id', type: String })
  @ApiBody({ schema: APPROVALS_SCHEMA })
  @ApiOkResponse({ schema: CASE_SCHEMA })
  async decideVerdict(@Param('id') id: string, @Body() body: unknown): Promise<object> {
    const [approval, ...more] = approvalsOf(body);
    if (approval === undefined || more.length > 0) throw new HttpException({ refused: 'malformed' }, 400);
    return shown(orRefuse(await this.desk.submitVerdict(caseIdOf(id), approval)));
  }

  private requireOperator(proof: string | undefined, path: string): void {
    const { operators, clock } = this.door;
    if (!isOperator(proof, { method: 'GET', path }, { operators, nowMillis: clock.nowMillis() }))
      throw new HttpException({ refused: 'not-an-operator' }, 403);
  }
}

function caseIdOf(text: string): Uint8Array {
  if (!/^[0-9a-f]{32}$/.test(text)) throw new HttpException({ refused: 'case-unknown' }, 404);
  return new Uint8Array(Buffer.from(text, 'hex'));
}

function approvalsOf(body: unknown): Approval[] {
  const parsed = Submitted.safeParse(body);
  const decoded = (parsed.data?.approvals ?? []).map((text) =>
    tryDecode(Approval, new Uint8Array(Buffer.from(text, 'base64'))),
  );
  const approvals = decoded.flatMap((one) => (one.ok ? [one.value] : []));
  if (!parsed.success || approvals.length !== decoded.length) throw new HttpException({ refused: 'malformed' }, 400);
  return approvals;
}

function orRefuse<T>(outcome: T | Refused): T {
  if (!isRefused(outcome)) return outcome as T;
  const { reason } = outcome as Refused;
  throw new HttpException({ refused: reason }, reason === 'case-unknown' ? 404 : 409);
}
