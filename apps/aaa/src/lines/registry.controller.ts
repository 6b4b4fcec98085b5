/** The operators' JSON interface of the AAA; described at /api. */
import { Body, Controller, Get, HttpCode, HttpException, Inject, Param, Post, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOkResponse, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { ZodType } from 'zod';
import { isRefused, type Refused } from '#credentials/refusal.js';
import { hex } from '#crypto/bytes.js';
import { AAA_OPERATOR, type AaaOperator } from '../aaa.operator.js';
import type { DeviceAct } from '../domain/device-state.js';
import { OperatorGuard } from './operator-access.js';
import { CrlInput, IssuerInput, RegisterInput, X509ActInput } from './registry-input.js';

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
        aids: AIDS,
        country: COUNTRY,
        emergencyAids: { ...AIDS, description: 'of a special vehicle: where it may claim an emergency' },
        area: AREA,
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
