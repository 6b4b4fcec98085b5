/** For the operator: when all that is stored was last checked, and with what outcome. Counts only. */
import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { CHECK_WATCH, type CheckWatch } from './check-watch.js';

class LastCheck {
  @ApiProperty({ type: Number, description: 'Unix milliseconds' })
  endedMillis!: number;

  @ApiProperty({ type: Number, description: 'periods from here on were looked at; 0 where there are none' })
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

  @ApiProperty({
    type: [String],
    description: 'check-overdue, check-found-bad; as GET /health shows them within the hour',
  })
  alarms!: string[];
}

@ApiTags('status')
@Controller('status')
export class CheckStatusController {
  constructor(@Inject(CHECK_WATCH) private readonly watch: Pick<CheckWatch, 'status'>) {}

  @Get()
  @ApiOkResponse({ type: IssuingStatus })
  async status(): Promise<IssuingStatus> {
    const { lastCheck, alarms } = await this.watch.status();
    return { lastCheck: lastCheck ?? null, alarms: [...alarms] };
  }
}
