/** The operators' JSON interface of the AAA; described at /api. */
import type { IncomingMessage } from 'node:http';
import {
  Body,
  Controller,
  Get,
  HttpCode,
  HttpException,
  Inject,
  Param,
  Post,
  Put,
  Req,
  StreamableFile,
  UseGuards,
} from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiConsumes,
  ApiOkResponse,
  ApiParam,
  ApiProduces,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { ZodType } from 'zod';
import { isRefused, type Refused } from '#credentials/refusal.js';
import { hex } from '#crypto/bytes.js';
import { AAA_OPERATOR, type AaaOperator } from '../aaa.operator.js';
import type { DeviceAct } from '../domain/device-state.js';
import { OperatorGuard } from './operator-access.js';
import { CrlInput, IssuerInput, ProfileInput, RegisterInput, X509ActInput } from './registry-input.js';

type Schema = Exclude<Extract<Parameters<typeof ApiBody>[0], { schema: unknown }>['schema'], { $ref: string }>;
const AIDS: Schema = { type: 'array', items: { type: 'integer' }, minItems: 1, maxItems: 32 };
const COUNTRY: Schema = { type: 'integer', description: 'ISO 3166-1 numeric' };
const SERIAL: Schema = { type: 'string', maxLength: 64 };
const DER: Schema = { type: 'string', format: 'byte', description: 'DER, base64' };
const OCSP_URL: Schema = {
  type: 'string',
  format: 'uri',
  description:
    'http or https: asked about each certificate at its enrolment, and without its good answer nobody is let in',
};
const CHAIN: Schema = { type: 'array', items: DER, minItems: 1, maxItems: 4 };
const ACT: Schema = { type: 'string', enum: ['release', 'suspend', 'retire', 'revoke'] };
const AREA: Schema = {
  type: 'object',
  description: 'of a roadside unit: where it may act; inside the country',
  properties: {
    latitudeDegrees: { type: 'number' },
    longitudeDegrees: { type: 'number' },
    radiusMetres: { type: 'integer', minimum: 1, maximum: 65535 },
  },
};
const PROFILE: Record<string, Schema> = {
  aids: AIDS,
  country: COUNTRY,
  emergencyAids: { ...AIDS, description: 'of a special vehicle: where it may claim an emergency' },
  area: AREA,
};
const STANDING: Schema = {
  type: 'object',
  properties: {
    state: { type: 'string', enum: ['registered', 'enrolled', 'suspended', 'retired', 'revoked'] },
    releases: { type: 'integer', description: 'each release serves one enrolment' },
    aids: AIDS,
    country: COUNTRY,
  },
};
const object = (properties: Record<string, Schema>, required: string[]): Schema => ({
  type: 'object',
  properties,
  required,
});

/** The input as checked; refuses with 400 and no word of what was sent. */
function checked<T>(codec: ZodType<T>, body: unknown): T {
  const parsed = codec.safeParse(body);
  if (!parsed.success) throw new HttpException({ refused: 'malformed' }, 400);
  return parsed.data;
}

/** The outcome, or 409 with the reason of a refusal; 404 for what is not there. */
function answered<T>(outcome: T | Refused): T {
  if (!isRefused<T | Refused>(outcome)) return outcome;
  throw new HttpException({ refused: outcome.reason }, outcome.reason === 'device-not-registered' ? 404 : 409);
}

@ApiTags('devices')
@ApiBearerAuth()
@ApiResponse({ status: 400, description: 'malformed' })
@ApiResponse({ status: 401, description: 'not an operator' })
@ApiResponse({ status: 409, description: 'refused, with the reason' })
@UseGuards(OperatorGuard)
@Controller()
export class RegistryController {
  constructor(@Inject(AAA_OPERATOR) private readonly operator: AaaOperator) {}

  @Post('devices')
  @ApiBody({
    schema: object(
      {
        serial: SERIAL,
        serials: { type: 'array', items: SERIAL, maxItems: 1000 },
        ...PROFILE,
      },
      ['aids'],
    ),
  })
  @ApiResponse({
    status: 201,
    description: 'serial and secret (16 bytes, hex) of each device; the secret is told this once',
  })
  async register(@Body() body: unknown): Promise<object> {
    const registered = answered(await this.operator.registerDevices(checked(RegisterInput, body)));
    return registered.map(({ serial, secret }) => ({ serial, secret: hex(secret) }));
  }

  @Post('devices/csv')
  @ApiConsumes('text/csv')
  @ApiProduces('text/csv')
  @ApiBody({
    schema: {
      type: 'string',
      description:
        'UTF-8, at most 100 000 lines below the first, which is `serial,profile`; no quotes. All are registered or none',
    },
  })
  @ApiResponse({
    status: 201,
    description: '`serial,secret` of each device (the secret 16 bytes, hex), in the order of the file; told this once',
  })
  @ApiResponse({
    status: 409,
    description: 'refused: count, and problems, the first thousand, each with its line and word',
  })
  @ApiResponse({ status: 415, description: 'another type than text/csv' })
  async registerCsv(@Req() request: IncomingMessage): Promise<StreamableFile> {
    if (!/^text\/csv\s*(?:;|$)/i.test(request.headers['content-type'] ?? ''))
      throw new HttpException({ refused: 'not-csv' }, 415);
    const outcome = await this.operator.registerCsv(request);
    if (outcome.kind === 'refused') {
      const { problems, count } = outcome;
      throw new HttpException({ refused: 'lines', count, problems }, 409);
    }
    const lines = outcome.devices.map(({ serial, secret }) => `${serial},${hex(secret)}\n`);
    return new StreamableFile(Buffer.from(`serial,secret\n${lines.join('')}`), { type: 'text/csv' });
  }

  @Put('profiles/:name')
  @HttpCode(200)
  @ApiParam({ name: 'name', type: String, description: 'small letters, digits and hyphens' })
  @ApiBody({ schema: object({ ...PROFILE }, ['aids']) })
  @ApiOkResponse({ description: 'devices that are registered from now on get it' })
  async keepProfile(@Param('name') name: string, @Body() body: unknown): Promise<object> {
    answered(await this.operator.keepProfile(name, checked(ProfileInput, body)));
    return this.profile(name);
  }

  @Get('profiles/:name')
  @ApiParam({ name: 'name', type: String })
  @ApiOkResponse({
    schema: object({ aids: AIDS, country: COUNTRY, hasRights: { type: 'boolean' } }, ['aids', 'country', 'hasRights']),
  })
  async profile(@Param('name') name: string): Promise<object> {
    const found = await this.operator.profile(name);
    if (found === undefined) throw new HttpException({ refused: 'profile-unknown' }, 404);
    return { aids: found.aids, country: found.country, hasRights: found.rights !== undefined };
  }

  @Get('devices/:serial')
  @ApiParam({ name: 'serial', type: String })
  @ApiOkResponse({ schema: STANDING })
  async device(@Param('serial') serial: string): Promise<object> {
    const found = await this.operator.device(serial);
    if (found === undefined) throw new HttpException({ refused: 'device-not-registered' }, 404);
    return found;
  }

  @Post('devices/:serial/release')
  @HttpCode(200)
  @ApiParam({ name: 'serial', type: String })
  @ApiOkResponse({ schema: STANDING, description: 'may enrol once from now on' })
  release(@Param('serial') serial: string): Promise<object> {
    return this.act(serial, 'release');
  }

  @Post('devices/:serial/suspend')
  @HttpCode(200)
  @ApiParam({ name: 'serial', type: String })
  @ApiOkResponse({ schema: STANDING, description: 'enrols no more until it is released again' })
  suspend(@Param('serial') serial: string): Promise<object> {
    return this.act(serial, 'suspend');
  }

  @Post('devices/:serial/retire')
  @HttpCode(200)
  @ApiParam({ name: 'serial', type: String })
  @ApiOkResponse({ schema: STANDING, description: 'has ended its life' })
  retire(@Param('serial') serial: string): Promise<object> {
    return this.act(serial, 'retire');
  }

  @Post('devices/:serial/revoke')
  @HttpCode(200)
  @ApiParam({ name: 'serial', type: String })
  @ApiOkResponse({ schema: STANDING, description: 'never enrols again' })
  revoke(@Param('serial') serial: string): Promise<object> {
    return this.act(serial, 'revoke');
  }

  @Post('x509-issuers')
  @ApiBody({
    schema: object({ certificate: DER, aids: AIDS, country: COUNTRY, ocspUrl: OCSP_URL }, ['certificate', 'aids']),
  })
  @ApiResponse({ status: 201, description: 'SM3 of the certificate, hex' })
  async trustIssuer(@Body() body: unknown): Promise<object> {
    const { issuerId } = answered(await this.operator.trustIssuer(checked(IssuerInput, body)));
    return { issuerId: hex(issuerId) };
  }

  @Post('x509-crls')
  @ApiBody({ schema: object({ crl: DER, chain: CHAIN }, ['crl']) })
  @ApiResponse({ status: 201, description: 'how many certificates the list names' })
  async takeCrl(@Body() body: unknown): Promise<object> {
    return answered(await this.operator.takeCrl(checked(CrlInput, body)));
  }

  @Post('x509-devices')
  @HttpCode(200)
  @ApiBody({ schema: object({ chain: CHAIN, act: ACT }, ['chain', 'act']) })
  @ApiOkResponse({ schema: STANDING, description: 'of the device whose certificate comes first in the chain' })
  async actOnX509(@Body() body: unknown): Promise<object> {
    const { chain, act } = checked(X509ActInput, body);
    return answered(await this.operator.actOnX509(chain, act));
  }

  private async act(serial: string, act: DeviceAct): Promise<object> {
    return answered(await this.operator.act(serial, act));
  }
}
