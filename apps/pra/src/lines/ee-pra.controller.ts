/** The doors of the PRA for devices: bytes in, bytes out; what is done behind them is in the files beside this one. */
import { Body, Controller, Get, Headers, Inject, Post, Query, Res } from '@nestjs/common';
import { ApiConsumes, ApiHeader, ApiOperation, ApiProduces, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { isRefused, refused } from '#credentials/refusal.js';
import { AUTHORIZATION_PATH, DOWNLOAD_HEADER, DOWNLOAD_PATH, REPORT_PATH } from '#edges/ee-pra/provisioning.js';
import { DOOR } from '../pra.tokens.js';
import type { Door } from './door.js';
import { authorize } from './ee-pra.authorization.js';
import { download } from './ee-pra.download.js';
import { takeReport } from './ee-pra.reports.js';
import { refusalReply, reply, type Reply } from './reply.js';

const OCTETS = 'application/octet-stream';

/** What we use of the HTTP response. */
interface HttpResponse {
  status(code: number): this;
  setHeader(name: string, value: string): this;
  end(body?: Uint8Array): void;
}

function write(response: HttpResponse, { status, headers, body }: Reply): void {
  response.status(status);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.end(body);
}

@ApiTags('device')
@Controller()
export class DeviceController {
  constructor(@Inject(DOOR) private readonly door: Door) {}

  @Post(AUTHORIZATION_PATH)
  @ApiOperation({ summary: 'Request pseudonym certificates: sealed SignedCertificateRequest with EeRaCertRequest' })
  @ApiConsumes(OCTETS)
  @ApiProduces(OCTETS)
  @ApiResponse({ status: 202, description: 'Signed RaEeCertAck' })
  @ApiResponse({ status: 400, description: 'Refused; the code is in the header ieee-1609.2.1-error' })
  @ApiResponse({ status: 503, description: 'Too much is owed; come again after the header retry-after' })
  async authorization(@Body() body: unknown, @Res() response: HttpResponse): Promise<void> {
    const answer = body instanceof Uint8Array ? await authorize(this.door, body) : refused('malformed');
    const done = isRefused(answer) ? refusalReply(answer) : reply(202, answer, { 'content-type': OCTETS });
    write(response, done);
  }

  @Get(DOWNLOAD_PATH)
  @ApiOperation({ summary: 'Fetch the bundle of one period' })
  @ApiQuery({ name: 'filename', type: String })
  @ApiHeader({ name: DOWNLOAD_HEADER, description: 'base64 of the sealed, signed EeRaDownloadRequest' })
  @ApiProduces('application/zip')
  @ApiResponse({ status: 200, description: 'zip of <i>.info and <i>_<j>' })
  @ApiResponse({ status: 404, description: 'Not known, or not yet (header retry-after)' })
  async bundle(
    @Query('filename') filename: unknown,
    @Headers() headers: Record<string, string | undefined>,
    @Res() response: HttpResponse,
  ): Promise<void> {
    const asked = {
      filename: typeof filename === 'string' ? filename : '',
      authorization: headers[DOWNLOAD_HEADER],
      ifNoneMatch: headers['if-none-match'],
      range: headers['range'],
      ifRange: headers['if-range'],
    };
    write(response, await download(this.door, asked));
  }

  @Post(REPORT_PATH)
  @ApiOperation({ summary: 'Hand in a misbehaviour report, sealed to the MA' })
  @ApiConsumes(OCTETS)
  @ApiHeader({ name: DOWNLOAD_HEADER, description: 'base64 of the sealed, signed EeRaDownloadRequest' })
  @ApiResponse({ status: 202, description: 'Taken' })
  async report(
    @Body() body: unknown,
    @Headers() headers: Record<string, string | undefined>,
    @Res() response: HttpResponse,
  ): Promise<void> {
    const taken =
      body instanceof Uint8Array ? await takeReport(this.door, headers[DOWNLOAD_HEADER], body) : refused('malformed');
    write(response, isRefused(taken) ? refusalReply(taken) : reply(202));
  }
}
