/** For the operator of this PCA: when all that is stored was last checked, and with what outcome. Counts only. */
import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { CheckStore } from '../store/check.store.js';

export const CHECKS = Symbol('CHECKS');

class LastCheck {
  @ApiProperty({ type: Number, description: 'Unix milliseconds' })
  endedMillis!: number;

  @ApiProperty({ type: Number, description: 'periods from here on were looked at' })
  sinceI!: number;

  @ApiProperty({ type: Number })
  good!: number;

  @ApiProperty({ type: Number })
  bad!: number;

  @ApiProperty({ type: Number, description: 'intents without a result' })
  open!: number;

  @ApiProperty({ type: Number, description: 'what could not be read' })
  errors!: number;
}

class IssuingStatus {
  @ApiProperty({ type: LastCheck, nullable: true, description: 'null when nobody ever checked' })
  lastCheck!: LastCheck | null;
}

@ApiTags('status')
@Controller('status')
export class StatusController {
  constructor(@Inject(CHECKS) private readonly checks: Pick<CheckStore, 'lastRun'>) {}

  @Get()
  @ApiOkResponse({ type: IssuingStatus })
  async status(): Promise<IssuingStatus> {
    return { lastCheck: (await this.checks.lastRun()) ?? null };
  }
}
