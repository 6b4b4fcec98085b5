/** What the open content of a misbehaviour report is, by its application; ETSI TS 103 759 V2.2.1 and SAE J3287. */
import { decode } from '#coer/codec.js';
import { TemplateAsr, type AidSpecificReport } from './misbehaviour-report.js';

/** Applications whose reports have the template: BSM (SAE J3287), CAM (ETSI), and the BSM of YD/T 3957-2021. */
const TEMPLATE_AIDS: ReadonlySet<number> = new Set([32, 36, 111]);
/** Applications whose reports say nothing but themselves: DENM, and misbehaviour that is of no application. */
const NULL_AIDS: ReadonlySet<number> = new Set([37, 270_549_119]);

export type ReportContent =
  | { readonly kind: 'template'; readonly value: TemplateAsr }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unknown'; readonly value: Uint8Array };

/**
 * The content of a report. `unknown` keeps the bytes: the application is not one of the above, or says something where
 * the edition we know has NULL. Refuses (CoerError) a template that is none.
 */
export function reportContent({ aid, content }: AidSpecificReport): ReportContent {
  if (TEMPLATE_AIDS.has(aid)) return { kind: 'template', value: decode(TemplateAsr, content) };
  if (NULL_AIDS.has(aid) && content.length === 0) return { kind: 'nothing' };
  return { kind: 'unknown', value: content };
}
