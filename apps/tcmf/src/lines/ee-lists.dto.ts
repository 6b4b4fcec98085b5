/** The JSON side of the lists. */
import { ApiProperty } from '@nestjs/swagger';
import type { PublishedList } from '../domain/published-list.js';

export class ListSummary {
  @ApiProperty({ type: String, description: 'HashedId8 of who signed the list, hex: the TRCLA, or a root' })
  issuer!: string;

  @ApiProperty({ type: Number })
  series!: number;

  @ApiProperty({ type: String, format: 'date-time' })
  issueDate!: string;

  @ApiProperty({ type: String, format: 'date-time', description: 'The list counts until then' })
  nextUpdate!: string;

  @ApiProperty({ type: String, description: 'SM3 of the file, hex; also its ETag' })
  sm3!: string;
}

export class ListsSummary {
  @ApiProperty({ type: ListSummary, nullable: true })
  trcl!: ListSummary | null;

  @ApiProperty({ type: [ListSummary] })
  tdcls!: ListSummary[];

  @ApiProperty({ type: [ListSummary] })
  caCrls!: ListSummary[];
}

const iso = (millis: number): string => new Date(millis).toISOString();

const summaryOf = ({ issuer, series, issueDateMillis, nextUpdateMillis, sm3 }: PublishedList): ListSummary => ({
  issuer,
  series,
  issueDate: iso(issueDateMillis),
  nextUpdate: iso(nextUpdateMillis),
  sm3,
});

export function summarise(lists: readonly PublishedList[]): ListsSummary {
  const trcl = lists.find(({ kind }) => kind === 'trcl');
  return {
    trcl: trcl === undefined ? null : summaryOf(trcl),
    tdcls: lists.filter(({ kind }) => kind === 'tdcl').map(summaryOf),
    caCrls: lists.filter(({ kind }) => kind === 'ca-crl').map(summaryOf),
  };
}
