/** What both implementations of SM4-CCM answer when they open many texts. */

/** Texts of one length, one after the other, and for each whether its tag was right; a text whose tag was not is zeros. */
export interface OpenedTexts {
  readonly plaintexts: Uint8Array;
  readonly isRight: readonly boolean[];
}
