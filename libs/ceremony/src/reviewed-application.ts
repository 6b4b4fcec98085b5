/**
 * What a company asked for and two operators of the TCMF approved, as the file that leaves for a ceremony. The reviewers sign
 * every field, so nothing is added on the way, and the offline program believes their keys, which stand in its configuration,
 * and not the TCMF.
 */
import { z } from 'zod';
import { fromHex, hex } from '#crypto/bytes.js';
import { sm2Verify } from '#crypto/sm2.js';
import { sm3 } from '#crypto/sm3.js';
import { isHostname } from '#credentials/lint/certificate/name-is-hostname.js';
import type { CeremonyTools } from './ceremony.js';
import { CeremonyRefusal } from './refusal.js';

const FORM = 'chrysalis reviewed application 1';
export const REVIEW_SIGNING_ID = new TextEncoder().encode('chrysalis review 1');
const REVIEWS_NEEDED = 2;

/** A 33-byte public key, hex. */
export const AccountKey = z.string().regex(/^0[23][0-9a-f]{64}$/);

/** What is reviewed: `request` is base64, of an ICA its EeEcaCertRequest, of a root its self-signed certificate. */
export const Application = z.strictObject({
  applicationId: z.string().regex(/^[0-9a-f]{32}$/),
  /** Whose account applied. */
  applicant: AccountKey,
  kind: z.enum(['ica', 'root']),
  organisation: z.string().trim().min(1).max(200),
  hostname: z.string().refine(isHostname, 'is no host name'),
  /** AIDs. */
  permissions: z.array(z.int().min(0).max(0x7fffffff)).min(1).max(32),
  /** ISO 3166-1 numeric. */
  regions: z.array(z.int().min(1).max(999)).min(1).max(32),
  request: z.base64().min(1).max(8192),
});
export type Application = z.infer<typeof Application>;

const ReviewedApplication = z.strictObject({
  form: z.literal(FORM),
  application: Application,
  reviews: z.array(z.strictObject({ reviewer: AccountKey, signature: z.string().regex(/^[0-9a-f]{128}$/) })).max(8),
});
export type ReviewedApplication = z.infer<typeof ReviewedApplication>;
export type Review = ReviewedApplication['reviews'][number];

/** The message that a reviewer signs, under the SM2 identifier `chrysalis review 1`: a line for each field, in their order. */
export function reviewInput(application: Application): Uint8Array {
  const { applicationId, applicant, kind, organisation, hostname, permissions, regions, request } = application;
  const fields = [applicationId, applicant, kind, organisation, hostname, permissions, regions, request];
  return new TextEncoder().encode(fields.map((field) => JSON.stringify(field)).join('\n'));
}

/** Whether this signature (128 hex digits) is the reviewer's over the whole application. */
export const isReviewSigned = (application: Application, { reviewer, signature }: Review): boolean =>
  sm2Verify(fromHex(reviewer), REVIEW_SIGNING_ID, reviewInput(application), fromHex(signature));

/** The file, UTF-8. */
export const reviewedFile = (application: Application, reviews: readonly Review[]): Uint8Array =>
  new TextEncoder().encode(`${JSON.stringify({ form: FORM, application, reviews }, null, 2)}\n`);

/**
 * The application of a file, when two different of the `reviewers` (keys, hex) approved it and neither is the applicant;
 * else a CeremonyRefusal that says what is missing.
 */
export async function readReviewed(
  path: string,
  reviewers: readonly string[],
  tools: Pick<CeremonyTools, 'read'>,
): Promise<Application> {
  const { application, reviews } = parse(path, await tools.read(path));
  const approved = new Set(
    reviews
      .filter(({ reviewer }) => reviewers.includes(reviewer) && reviewer !== application.applicant)
      .filter((review) => isReviewSigned(application, review))
      .map(({ reviewer }) => reviewer),
  );
  if (approved.size < REVIEWS_NEEDED)
    throw new CeremonyRefusal(
      `${path}: approved by ${String(approved.size)} of the reviewers named, and ${String(REVIEWS_NEEDED)} are needed, none of them the applicant`,
    );
  return application;
}

function parse(path: string, bytes: Uint8Array): ReviewedApplication {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new CeremonyRefusal(`${path} is no reviewed application: a request does not come here directly`, {
      cause: error,
    });
  }
  const parsed = ReviewedApplication.safeParse(json);
  if (!parsed.success)
    throw new CeremonyRefusal(`${path} is no reviewed application: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** The bytes of what was asked with. */
export const requestBytes = ({ request }: Application): Uint8Array => new Uint8Array(Buffer.from(request, 'base64'));

/** SM3 of the request in hex, for people to compare. */
export const requestHash = (application: Application): string => hex(sm3(requestBytes(application)));
