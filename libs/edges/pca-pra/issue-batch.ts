/**
 * PRA → PCA: a shuffled batch of single requests under one envelope. No field names a device, and the order is the
 * shuffle's. All or nothing: one bad item refuses the batch; a repeated item gets its first answer, byte for byte.
 */
import type { Infer } from '#coer/codec.js';
import { sequence, sequenceOf } from '#coer/sequence.js';
import { sm3 } from '#crypto/sm3.js';
import { defineEdge } from '#edge/edge.js';
import { Opaque } from '#wire/base-types.js';

export const MAXIMUM_BATCH = 1000;
/** Each item is an encoded RaAcaCertRequest. */
export const IssueBatch = sequence('IssueBatch', { items: sequenceOf(Opaque, 1, MAXIMUM_BATCH) });
export type IssueBatch = Infer<typeof IssueBatch>;
/** In the order of the request, each an encoded AcaRaCertResponse (`private`: Signed(Encrypted(AcaEeCertResponse))). */
export const BatchIssued = sequence('BatchIssued', { responses: sequenceOf(Opaque, 1, MAXIMUM_BATCH) });
export type BatchIssued = Infer<typeof BatchIssued>;

/** The handle by which a certificate can later be traced: the 32-byte SM3 of its single item, never of an envelope. */
export const itemHash = (item: Uint8Array): Uint8Array => sm3(item);

export const pcaPra = defineEdge({
  name: 'pca-pra',
  caller: 'pra',
  callee: 'pca',
  operations: { issueBatch: { request: IssueBatch, response: BatchIssued } },
});
