/** The doors for devices, for a first enrolment and for a successor: POST of a sealed request, answered with sealed bytes. */
import { Body, Controller, HttpCode, HttpException, Inject, Post, Req, Res, StreamableFile } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import { isRefused } from '#credentials/refusal.js';
import { ENROLMENT_PATH, SUCCESSOR_PATH } from '#edges/ee-eca/enrolment.js';
import { retryAfterSeconds, sourceOf, type Pace } from '#service/pace.js';
import type { EnrolRefusal, EnrolRefused, RefusedForNow } from '../domain/refusal.js';
import { ERROR_CODES, ERROR_HEADER } from './error-codes.js';

export const ENROL = Symbol('ENROL');
export const RENEW = Symbol('RENEW');
/** How often one address may come; memory only. */
export const ADDRESSES = Symbol('ADDRESSES');
export type Enrol = (body: Uint8Array) => Promise<Uint8Array | EnrolRefused>;

interface Caller {
  readonly socket: { readonly remoteAddress?: string };
}

interface Reply {
  setHeader(name: string, value: string): Reply;
}

@ApiTags('enrolment')
@Controller()
export class EnrolmentController {
  constructor(
    @Inject(ENROL) private readonly enrol: Enrol,
    @Inject(RENEW) private readonly renew: Enrol,
    @Inject(ADDRESSES) private readonly addresses: Pick<Pace, 'wait'>,
  ) {}

  @Post(ENROLMENT_PATH)
  @HttpCode(200)
  @ApiConsumes('application/octet-stream')
  @ApiProduces('application/octet-stream')
  @ApiBody({ schema: { type: 'string', format: 'binary', description: 'EnrolmentRequest sealed to this ECA, COER' } })
  @ApiOkResponse({ description: 'EcaEeCertResponse, signed, sealed to the key of the request, COER' })
  @ApiResponse({ status: 400, description: 'refused; the header Ieee-1609.2.1-Error has the code' })
  @ApiResponse({ status: 429, description: 'too often; come again after the header retry-after' })
  @ApiResponse({ status: 503, description: 'the AAA does not answer; the same request may be sent again' })
  request(
    @Body() body: unknown,
    @Req() caller: Caller,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<StreamableFile> {
    return this.answered(this.enrol, body, caller, reply);
  }

  @Post(SUCCESSOR_PATH)
  @HttpCode(200)
  @ApiConsumes('application/octet-stream')
  @ApiProduces('application/octet-stream')
  @ApiBody({
    schema: {
      type: 'string',
      format: 'binary',
      description: 'EeRaSuccessorEnrollmentCertRequest, signed by the present certificate, sealed to this ECA, COER',
    },
  })
  @ApiOkResponse({ description: 'EcaEeCertResponse, signed, sealed to the key of the request, COER' })
  @ApiResponse({ status: 400, description: 'refused; the header Ieee-1609.2.1-Error has the code' })
  @ApiResponse({ status: 429, description: 'too often; come again after the header retry-after' })
  @ApiResponse({ status: 503, description: 'the AAA does not answer; the same request may be sent again' })
  successor(
    @Body() body: unknown,
    @Req() caller: Caller,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<StreamableFile> {
    return this.answered(this.renew, body, caller, reply);
  }

  /** The address is asked about before anything is opened. */
  private async answered(rules: Enrol, body: unknown, caller: Caller, reply: Reply): Promise<StreamableFile> {
    const waitMillis = this.addresses.wait(sourceOf(caller.socket.remoteAddress));
    if (waitMillis > 0) return comeLater(retryAfterSeconds(waitMillis), reply);
    if (!(body instanceof Uint8Array)) return refuse('request-malformed', reply);
    const answer = await rules(body);
    if (!isRefused(answer))
      return new StreamableFile(answer, { type: 'application/octet-stream', length: answer.length });
    return isForNow(answer) ? comeLater(answer.retryAfterSeconds, reply) : refuse(answer.reason, reply);
  }
}

const isForNow = (refusal: EnrolRefused): refusal is RefusedForNow => 'retryAfterSeconds' in refusal;

function comeLater(seconds: number, reply: Reply): never {
  reply.setHeader('content-type', 'application/json');
  reply.setHeader('retry-after', String(seconds));
  throw new HttpException({ refused: 'try-again' }, 429);
}

function refuse(reason: EnrolRefusal, reply: Reply): never {
  const code = ERROR_CODES[reason];
  reply.setHeader('content-type', 'application/json');
  if (code !== undefined) reply.setHeader(ERROR_HEADER, code);
  throw new HttpException({ refused: code ?? 'try-again' }, code === undefined ? 503 : 400);
}
