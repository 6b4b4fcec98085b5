/**
 * What travels inside the envelopes of the lines, for the fuzzer alone: requests and answers of every edge, and what a device
 * sends its ECA and ARA. This file is the one place that hears all lines; it speaks on none.
 */
import type { Codec } from '#coer/codec.js';
import { acaAra } from '#edges/aca-ara/issue-application.js';
import { aaaEca } from '#edges/aaa-eca/authorise.js';
import { araPra } from '#edges/ara-pra/block-enrolment.js';
import { craMa } from '#edges/cra-ma/revocation.js';
import { ecaPra } from '#edges/eca-pra/stop-enrolment.js';
import { EnrolmentRequest } from '#edges/ee-eca/enrolment.js';
import { ApplicationRequest } from '#edges/ee-ara/application.js';
import { laMa } from '#edges/la-ma/seeds.js';
import { laPca } from '#edges/la-pca/shared-key.js';
import { laPra } from '#edges/la-pra/linkage-values.js';
import { maMa } from '#edges/ma-ma/evidence.js';
import { maPca } from '#edges/ma-pca/identify.js';
import { maPraInvestigation } from '#edges/ma-pra/investigation.js';
import { maPraReports } from '#edges/ma-pra/reports.js';
import { pcaPra } from '#edges/pca-pra/issue-batch.js';

interface AnyLine {
  readonly name: string;
  readonly operations: Readonly<Record<string, { readonly request: unknown; readonly response: unknown }>>;
}

/** Every edge with operations. */
export const lines: readonly AnyLine[] = [
  aaaEca,
  acaAra,
  araPra,
  craMa,
  ecaPra,
  laMa,
  laPca,
  laPra,
  maMa,
  maPca,
  maPraInvestigation,
  maPraReports,
  pcaPra,
];

/** Codecs by `<line>.<operation>.request` and `.response`. */
export const lineBodies: Readonly<Record<string, Codec<unknown>>> = {
  'ee-eca.enrol.request': EnrolmentRequest as Codec<unknown>,
  'ee-ara.apply.request': ApplicationRequest as Codec<unknown>,
  ...Object.fromEntries(
    lines.flatMap(({ name, operations }) =>
      Object.entries(operations).flatMap(([operation, { request, response }]) => [
        [`${name}.${operation}.request`, request as Codec<unknown>],
        [`${name}.${operation}.response`, response as Codec<unknown>],
      ]),
    ),
  ),
};
