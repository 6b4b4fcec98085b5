/** The doors of the ARA for devices: bytes in, bytes out; what is done behind them is in the files beside this one. */
import { Body, Controller, Get, Headers, Inject, Post, Query, Res } from '@nestjs/common';
import { ApiConsumes, ApiHeader, ApiOperation, ApiProduces, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { isRefused, refused } from '#credentials/refusal.js';
import { APPLICATION_DOWNLOAD_HEADER, APPLICATION_PATH } from '#edges/ee-ara/application.js';
import type { AuthorityContext } from '#service/authority-context.js';
import type { AraSettings } from '../ara.config.js';
import { CONTEXT, REQUESTS, SETTINGS } from '../ara.tokens.js';
import type { RequestStore } from '../store/request.store.js';
import { apply } from './ee-ara.application.js';
import { download } from './ee-ara.download.js';
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
  constructor(
    @Inject(CONTEXT) readonly context: AuthorityContext,
    @Inject(SETTINGS) readonly settings: AraSettings,
    @Inject(REQUESTS) readonly requests: RequestStore,
  ) {}

  @Post(APPLICATION_PATH)
  @ApiOperation({ summary: 'Request an application or identity certificate: ApplicationRequest sealed to this ARA' })
  @ApiConsumes(OCTETS)
  @ApiProduces(OCTETS)
  @ApiResponse({ status: 202, description: 'Signed RaEeCertAck' })
  @ApiResponse({ status: 400, description: 'Refused; the code is in the header ieee-1609.2.1-error' })
  async application(@Body() body: unknown, @Res() response: HttpResponse): Promise<void> {
    const answer = body instanceof Uint8Array ? await apply(body, this) : refused('malformed');
    const done = isRefused(answer) ? refusalReply(answer) : reply(202, answer, { 'content-type': OCTETS });
    write(response, done);
  }

  @Get(APPLICATION_PATH)
  @ApiOperation({ summary: 'Fetch the certificate of one request' })
  @ApiQuery({ name: 'filename', type: String })
  @ApiHeader({ name: APPLICATION_DOWNLOAD_HEADER, description: 'base64 of the sealed, signed EeRaDownloadRequest' })
  @ApiProduces('application/zip')
  @ApiResponse({ status: 200, description: 'zip of one sealed answer, named by the request' })
  @ApiResponse({ status: 404, description: 'Not known, not yet (header retry-after), or ended without a certificate' })
  async bundle(
    @Query('filename') filename: unknown,
    @Headers() headers: Record<string, string | undefined>,
    @Res() response: HttpResponse,
  ): Promise<void> {
    const asked = {
      filename: typeof filename === 'string' ? filename : '',
      authorization: headers[APPLICATION_DOWNLOAD_HEADER],
    };
    write(response, await download(asked, this));
  }
}
