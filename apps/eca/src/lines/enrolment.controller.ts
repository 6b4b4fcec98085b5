/** The doors for devices, for a first enrolment and for a successor: POST of a sealed request, answered with sealed bytes. */
import { Body, Controller, HttpCode, HttpException, Inject, Post, Res, StreamableFile } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import { isRefused } from '#credentials/refusal.js';
import { ENROLMENT_PATH, SUCCESSOR_PATH } from '#edges/ee-eca/enrolment.js';
import type { EnrolRefusal, EnrolRefused } from '../domain/refusal.js';
import { ERROR_CODES, ERROR_HEADER } from './error-codes.js';

export const ENROL = Symbol('ENROL');
export const RENEW = Symbol('RENEW');
export type Enrol = (body: Uint8Array) => Promise<Uint8Array | EnrolRefused>;

interface Reply {
  setHeader(name: string, value: string): Reply;
}

@ApiTags('enrolment')
@Controller()
export class EnrolmentController {
  constructor(
    @Inject(ENROL) private readonly enrol: Enrol,
    @Inject(RENEW) private readonly renew: Enrol,
  ) {}

  @Post(ENROLMENT_PATH)
  @HttpCode(200)
  @ApiConsumes('application/octet-stream')
  @ApiProduces('application/octet-stream')
  @ApiBody({ schema: { type: 'string', format: 'binary', description: 'EnrolmentRequest sealed to this ECA, COER' } })
  @ApiOkResponse({ description: 'EcaEeCertResponse, signed, sealed to the key of the request, COER' })
  @ApiResponse({ status: 400, description: 'refused; the header Ieee-1609.2.1-Error has the code' })
  @ApiResponse({ status: 503, description: 'the AAA does not answer; the same request may be sent again' })
  request(@Body() body: unknown, @Res({ passthrough: true }) reply: Reply): Promise<StreamableFile> {
    return answered(this.enrol, body, reply);
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
  @ApiResponse({ status: 503, description: 'the AAA does not answer; the same request may be sent again' })
  successor(@Body() body: unknown, @Res({ passthrough: true }) reply: Reply): Promise<StreamableFile> {
    return answered(this.renew, body, reply);
  }
}

async function answered(rules: Enrol, body: unknown, reply: Reply): Promise<StreamableFile> {
  if (!(body instanceof Uint8Array)) return refuse('request-malformed', reply);
  const answer = await rules(body);
  if (isRefused(answer)) return refuse(answer.reason, reply);
  return new StreamableFile(answer, { type: 'application/octet-stream', length: answer.length });
}

function refuse(reason: EnrolRefusal, reply: Reply): never {
  const code = ERROR_CODES[reason];
  reply.setHeader('content-type', 'application/json');
  if (code !== undefined) reply.setHeader(ERROR_HEADER, code);
  throw new HttpException({ refused: code ?? 'try-again' }, code === undefined ? 503 : 400);
}
