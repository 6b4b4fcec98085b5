/** For the operator of this PRA: how much is owed, and which pools wait for more devices. Counts only. */
import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { AuthorityContext } from '#service/authority-context.js';
import type { PraSettings } from '../pra.config.js';
import { CONTEXT, SETTINGS, STORES, type Stores } from '../pra.tokens.js';

class PoolStatus {
  @ApiProperty({ type: Number, description: 'i-period' })
  i!: number;

  @ApiProperty({ type: Number })
  items!: number;

  @ApiProperty({ type: Number, description: 'different devices' })
  devices!: number;

  @ApiProperty({ type: Boolean, description: 'whether it waits for more devices' })
  isWaiting!: boolean;
}

class ProvisioningStatus {
  @ApiProperty({ type: Number })
  minimumDevices!: number;

  @ApiProperty({ type: Number })
  requestsOwed!: number;

  @ApiProperty({ type: [PoolStatus] })
  pools!: PoolStatus[];

  @ApiProperty({ type: Number })
  batchesOwed!: number;

  @ApiProperty({ type: Number })
  reportsOwed!: number;
}

@ApiTags('status')
@Controller('status')
export class StatusController {
  constructor(
    @Inject(CONTEXT) private readonly context: AuthorityContext,
    @Inject(SETTINGS) private readonly settings: PraSettings,
    @Inject(STORES) private readonly stores: Stores,
  ) {}

  @Get()
  @ApiOkResponse({ type: ProvisioningStatus })
  async status(): Promise<ProvisioningStatus> {
    const { minimumDevices } = this.settings;
    const pools = await this.stores.pool.classes();
    return {
      minimumDevices,
      requestsOwed: await this.stores.requests.countOwed(this.context.clock.nowMillis()),
      pools: pools.map(({ i, items, devices }) => ({ i, items, devices, isWaiting: devices < minimumDevices })),
      batchesOwed: await this.stores.batches.count(),
      reportsOwed: await this.stores.reports.count(),
    };
  }
}
