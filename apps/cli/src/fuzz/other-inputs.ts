/** Inputs of types that no sample contains: the smallest values that have every kind of part. */
import { encode } from '#coer/codec.js';
import { preserve } from '#coer/preserved.js';
import { Approval, ApprovalScope } from '#credentials/approval.js';
import { PcaStatement, PraStatement } from '#credentials/case-statements.js';
import { LineMessage, LineRequest, LineResponse } from '#edge/line-messages.js';
import { AcpcPdu } from '#wire/dot2dot1/acpc.js';
import { CamRaInterfacePdu } from '#wire/dot2dot1/cam-ra.js';
import { IeeeScmsPdu, SignedX509CertificateRequest } from '#wire/dot2dot1/scms-pdu.js';
import { AcpcSsp } from '#wire/dot2dot1/security-mgmt-ssp.js';
import type { EncryptedData } from '#wire/secured-data.js';
import {
  LogConsistency,
  LogEntries,
  LogEntry,
  LogProof,
  LogSubmission,
  SignedTreeHead,
  ToBeSignedTreeHead,
} from '#wire/transparency-log.js';

const filled = (length: number, byte: number): Uint8Array => new Uint8Array(length).fill(byte);

const linkageChainId: EncryptedData = {
  recipients: [{ kind: 'pskRecipInfo', value: filled(8, 1) }],
  ciphertext: { kind: 'sm4Ccm', value: { nonce: filled(12, 2), ccmCiphertext: filled(33, 3) } },
};

const acpc = { version: 1, generationTime: 1, currentI: 2, acpcTreeId: filled(8, 3) };

const treeHead: SignedTreeHead = {
  toBeSigned: preserve(ToBeSignedTreeHead, {
    version: 1,
    log: filled(8, 1),
    issueDate: 2,
    treeSize: 3,
    rootHash: filled(32, 4),
  }),
  signature: {
    kind: 'sm2Signature',
    value: { rSig: filled(32, 5), sSig: filled(32, 6) },
  },
};

/** What the transparency log gives and takes. */
function logMessages(): Uint8Array[] {
  const crl = { craca: filled(8, 1), crlSeries: 1, issueDate: 2, hash: filled(32, 3) };
  const entry = encode(LogEntry, { kind: 'crl', value: crl });
  const path = [filled(32, 7), filled(32, 8)];
  return [
    entry,
    encode(SignedTreeHead, treeHead),
    encode(LogProof, { head: treeHead, leafIndex: 1, inclusion: path, consistency: path.slice(1) }),
    encode(LogConsistency, { path }),
    encode(LogEntries, { first: 1, entries: [entry, entry] }),
    encode(LogSubmission, { kind: 'crl', value: filled(20, 9) }),
  ];
}

function x509Request(): Uint8Array {
  const value = { generationTime: 1, filename: 'a.zip' };
  const pdu: IeeeScmsPdu = {
    version: 2,
    content: { kind: 'ee-ra', value: { kind: 'eeRaDownloadRequest', value } },
  };
  return encode(SignedX509CertificateRequest, {
    hashAlgorithmId: 'sha256',
    tbsRequest: preserve(IeeeScmsPdu, pdu),
    signer: { kind: 'certificate', value: [Uint8Array.of(0x30, 0x03, 0x02, 0x01, 0x05)] },
    signature: {
      kind: 'ecdsaNistP256Signature',
      value: { rSig: { kind: 'x-only', value: filled(32, 4) }, sSig: filled(32, 5) },
    },
  });
}

/** Encoded. */
export function otherInputs(): Uint8Array[] {
  const scope = {
    caseId: filled(16, 1),
    action: 'identify',
    addressee: filled(8, 2),
    target: filled(32, 3),
    nonce: filled(16, 4),
    expiry: 5,
  };
  const signatures = [{ operatorId: filled(8, 6), signature: filled(64, 7) }];
  return [
    x509Request(),
    ...logMessages(),
    encode(AcpcSsp, { kind: 'cam', value: [filled(8, 1)] }),
    encode(AcpcPdu, {
      kind: 'tree',
      value: {
        ...acpc,
        hashAlgorithmId: 'sm3',
        tree: Uint8Array.of(4, 0xb0),
        nodeValueList: [filled(16, 4), filled(16, 5)],
      },
    }),
    encode(AcpcPdu, { kind: 'aprv', value: { ...acpc, nodeId: Uint8Array.of(0, 0x5a), nodeValue: filled(16, 4) } }),
    encode(CamRaInterfacePdu, {
      kind: 'raCamBatchRequest',
      value: { version: 1, eeId: filled(5, 1), periodList: [1, 2] },
    }),
    encode(CamRaInterfacePdu, {
      kind: 'camRaBatchResponse',
      value: { version: 1, requestHash: filled(8, 1), batch: [{ kind: 'compressed-y-0', value: filled(32, 2) }] },
    }),
    encode(LineMessage, {
      version: 1,
      recipient: {
        recipientId: filled(8, 1),
        encKey: {
          kind: 'ecencSm2',
          value: { v: { kind: 'compressed-y-0', value: filled(32, 2) }, cAndT: filled(48, 3) },
        },
      },
      pieces: filled(20, 4),
    }),
    encode(LineRequest, {
      version: 1,
      line: 'pca-pra',
      operation: 'issueBatch',
      callee: filled(8, 1),
      nonce: filled(16, 2),
      generationTime: 3n,
      body: filled(20, 4),
    }),
    ...(
      [
        { kind: 'answer', value: filled(20, 4) },
        { kind: 'refused', value: 'item-stale' },
      ] as const
    ).map((outcome) => encode(LineResponse, { version: 1, requestHash: filled(32, 1), generationTime: 3n, outcome })),
    encode(Approval, { scope: preserve(ApprovalScope, scope), signatures }),
    encode(PcaStatement, {
      caseId: filled(16, 1),
      target: filled(32, 2),
      itemHash: filled(32, 3),
      pra: 'pra.sample.example',
    }),
    encode(PraStatement, {
      caseId: filled(16, 1),
      target: filled(32, 2),
      laId: filled(2, 3),
      linkageChainId,
      iMax: 4,
      jMax: 5,
    }),
  ];
}
