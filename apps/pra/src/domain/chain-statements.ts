/** What the PRA states of the chain of a blocked device: to each LA its own handle, bound to case and target. */
import { decode, encode, type Infer } from '#coer/codec.js';
import type { ApprovalScope } from '#credentials/approval.js';
import { PraStatement } from '#credentials/case-statements.js';
import { signData } from '#credentials/signed-data.js';
import type { LineIdentity } from '#edge/line-identity.js';
import type { ChainStatements } from '#edges/ma-pra/investigation.js';
import { LinkageChainId } from '#wire/scms-pdu.js';
import { laIdBytes } from './linkage-answer.js';

export interface StoredChain {
  readonly iMax: number;
  readonly jMax: number;
  readonly la1: { readonly laId: number; readonly linkageChainId: Uint8Array };
  /** Where there is one. */
  readonly la2: { readonly laId: number; readonly linkageChainId: Uint8Array } | undefined;
}

export async function chainStatements(
  chain: StoredChain,
  scope: ApprovalScope,
  identity: LineIdentity,
): Promise<Infer<typeof ChainStatements>> {
  const { iMax, jMax } = chain;
  const state = ({ laId, linkageChainId }: StoredChain['la1']): Promise<Uint8Array> => {
    const handle = decode(LinkageChainId, linkageChainId);
    const { caseId, target } = scope;
    const statement = { caseId, target, laId: laIdBytes(laId), linkageChainId: handle, iMax, jMax };
    return signData(encode(PraStatement, statement), { psid: identity.profile.aid.management }, identity.signer);
  };
  const la2Statement = chain.la2 && (await state(chain.la2));
  return { iMax, jMax, la1Statement: await state(chain.la1), la2Statement };
}
