/** The doors of an authority for other authorities: one POST of bytes a line. */
import { Body, Controller, HttpCode, HttpException, Inject, Param, Post, StreamableFile } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { LineRefusedError } from '#edge/answer-line.js';
import { LINES, type Lines } from './authority-context.js';
import type { Log } from './log.js';

export const LOG = Symbol('LOG');

@ApiExcludeController()
@Controller('lines')
export class LinesController {
  constructor(
    @Inject(LINES) private readonly lines: Lines,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** A call that is not what it must be gets 403 and no word why: the reason stays in our log. */
  @Post(':line')
  @HttpCode(200)
  async call(@Param('line') line: string, @Body() body: unknown): Promise<StreamableFile> {
    const handler = Object.hasOwn(this.lines, line) ? this.lines[line] : undefined;
    if (handler === undefined || !(body instanceof Uint8Array)) throw new HttpException('refused', 403);
    try {
      const answer = await handler(body);
      // A bare Buffer would leave Nest as JSON.
      return new StreamableFile(answer, { type: 'application/octet-stream', length: answer.length });
    } catch (error) {
      if (!(error instanceof LineRefusedError)) throw error;
      this.log.warn('line-refused', { line, reason: error.reason });
      throw new HttpException('refused', 403);
    }
  }
}
