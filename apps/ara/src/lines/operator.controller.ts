/** The operators' JSON interface of the ARA: the blacklist, for the bearer of the token. Described at /api. */
import { readFile, writeFile } from 'node:fs/promises';
import { Body, Controller, Headers, HttpCode, HttpException, Inject, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOkResponse, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { fromHex, hex } from '#crypto/bytes.js';
import { constantTimeEqual } from '#crypto/equal.js';
import type { Random } from '#crypto/random.js';
import { sm3 } from '#crypto/sm3.js';
import { ARA_OPERATOR, type AraOperator } from '../ara.operator.js';
import { OPERATOR_TOKEN } from '../ara.tokens.js';

const TOKEN_BYTES = 32;
const SHORTEST_TOKEN = 32;
const Order = z.strictObject({ enrolment: z.string().regex(/^[0-9a-f]{64}$/) });
const ORDER = {
  schema: {
    type: 'object' as const,
    properties: { enrolment: { type: 'string' as const, description: 'SM3 of the enrolment certificate, hex' } },
    required: ['enrolment'],
  },
};
const CHANGED = { schema: { type: 'object' as const, properties: { changed: { type: 'boolean' as const } } } };
const hashOf = (token: string): Uint8Array => sm3(new TextEncoder().encode(token));

/** SM3 of the token in a file, which is made when missing; `undefined` where no file is configured: then nobody may call. */
export async function operatorTokenHash(path: string | undefined, random: Random): Promise<Uint8Array | undefined> {
  if (path === undefined) return undefined;
  const token = await readOrMake(path, random);
  if (token.length < SHORTEST_TOKEN) throw new Error(`${path}: a token of at least ${SHORTEST_TOKEN} characters`);
  return hashOf(token);
}

async function readOrMake(path: string, random: Random): Promise<string> {
  const fresh = hex(random.bytes(TOKEN_BYTES));
  try {
    await writeFile(path, `${fresh}\n`, { mode: 0o600, flag: 'wx' });
    return fresh;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw new Error(`writing ${path}`, { cause: error });
    return (await readFile(path, 'utf8')).trim();
  }
}

@ApiTags('operator')
@ApiBearerAuth()
@ApiResponse({ status: 400, description: 'malformed' })
@ApiResponse({ status: 401, description: 'not an operator' })
@Controller('blacklist')
export class OperatorController {
  constructor(
    @Inject(ARA_OPERATOR) private readonly operator: AraOperator,
    @Inject(OPERATOR_TOKEN) private readonly tokenHash: { readonly value: Uint8Array | undefined },
  ) {}

  @Post('block')
  @HttpCode(200)
  @ApiBody(ORDER)
  @ApiOkResponse(CHANGED)
  async block(@Headers('authorization') bearer: unknown, @Body() body: unknown): Promise<{ changed: boolean }> {
    return { changed: await this.operator.block(this.ordered(bearer, body)) };
  }

  @Post('unblock')
  @HttpCode(200)
  @ApiBody(ORDER)
  @ApiOkResponse(CHANGED)
  async unblock(@Headers('authorization') bearer: unknown, @Body() body: unknown): Promise<{ changed: boolean }> {
    return { changed: await this.operator.unblock(this.ordered(bearer, body)) };
  }

  /** The enrolment certificate an operator names. */
  private ordered(bearer: unknown, body: unknown): Uint8Array {
    const token = typeof bearer === 'string' ? /^Bearer ([\x21-\x7e]+)$/i.exec(bearer)?.[1] : undefined;
    const { value } = this.tokenHash;
    if (token === undefined || value === undefined || !constantTimeEqual(hashOf(token), value))
      throw new HttpException({ refused: 'not-an-operator' }, 401);
    const order = Order.safeParse(body);
    if (!order.success) throw new HttpException({ refused: 'malformed' }, 400);
    return fromHex(order.data.enrolment);
  }
}
