/**
 * Which pseudonym signs, for how long, and how it is named in the message: GB/T 45315-2025 7.4, VM5 to VM7.
 * One pseudonym signs at a time. It changes by chance within its longest use, to one chosen by chance, and everything that
 * could carry over changes with it: temporary id and message count.
 */
import type { Random } from '#crypto/random.js';
import { isValidAt } from '#credentials/period.js';
import { refused, type Refused } from '#credentials/refusal.js';
import type { Signer } from '#credentials/sm2-binding.js';
import { signSpdu } from '#credentials/spdu.js';
import type { CryptoDevice } from '#keys/crypto-device.js';
import type { Certificate } from '#wire/secured-data.js';

/** A full certificate at least so often (GB/T 45315-2025 7.4). */
export const FULL_CERTIFICATE_MILLIS = 450;

/** A pseudonym's use ends by chance between the two. The clause's longest is 300 s; we change earlier, so that nobody can tell when. */
export interface Rotation {
  readonly shortestMillis: number;
  readonly longestMillis: number;
  /** When given, a use goes on past its end until so much was driven; the clause has 2 100 m. Not by default. */
  readonly shortestMetres?: number;
}
export const DEFAULT_ROTATION: Rotation = { shortestMillis: 180_000, longestMillis: 300_000 };

export interface HeldPseudonym {
  readonly certificate: Certificate;
  /** Its private key in the crypto device. */
  readonly label: string;
}

/** What goes into a message and must not outlive the pseudonym. */
export interface MessageIdentity {
  /** 8 bytes. */
  readonly temporaryId: Uint8Array;
  /** 0 … 127. */
  readonly msgCnt: number;
  /** The first message after a change: path history starts anew here (GB/T 45315-2025 7.4). */
  readonly isFirst: boolean;
}

export type SigningRefusal = 'no-valid-pseudonym';

export interface SignedMessage {
  readonly kind: 'signed';
  readonly bytes: Uint8Array;
  readonly named: 'certificate' | 'digest';
  readonly certificate: Certificate;
}

interface Moment {
  readonly nowMillis: number;
  readonly event?: boolean;
  readonly drivenMetres?: number | undefined;
}

interface Current {
  readonly pseudonym: HeldPseudonym;
  readonly untilMillis: number;
  readonly fromMetres: number | undefined;
  isOver: boolean;
  readonly temporaryId: Uint8Array;
  msgCnt: number;
  isFirst: boolean;
  fullAtMillis: number;
}

export class PseudonymSigner {
  private held: readonly HeldPseudonym[] = [];
  private unused: HeldPseudonym[] = [];
  private current: Current | undefined;

  constructor(
    private readonly keys: Pick<CryptoDevice, 'sign'>,
    private readonly random: Random,
    private readonly rotation: Rotation = DEFAULT_ROTATION,
  ) {}

  /** The pseudonyms there are to sign with; the current one goes on when it is among them. */
  hold(pseudonyms: readonly HeldPseudonym[]): void {
    this.held = pseudonyms;
    this.unused = [];
    if (!pseudonyms.some(({ label }) => label === this.current?.pseudonym.label)) this.current = undefined;
  }

  /** Takes another pseudonym with the next message, whatever time is left to this one. */
  change(): void {
    if (this.current !== undefined) this.current.isOver = true;
  }

  /** Names the pseudonym by its certificate in the next message: somebody asked for it. */
  nameInFull(): void {
    if (this.current !== undefined) this.current.fullAtMillis = -Infinity;
  }

  /** The certificate that signs now; `undefined` before the first message. */
  get currentCertificate(): Certificate | undefined {
    return this.current?.pseudonym.certificate;
  }

  /** One who signs with the pseudonym of the moment, for what is no message of the road (reports). */
  signer(nowMillis: number): Signer | Refused<SigningRefusal> {
    const current = this.at({ nowMillis });
    return current === undefined ? refused('no-valid-pseudonym') : this.signerOf(current.pseudonym);
  }

  /**
   * Signs the payload that `make` gives for the identity of the moment. `event` is an event flag in the message: the full
   * certificate goes with it, and no change of pseudonym tears what is happening in two. `drivenMetres` is the odometer.
   * `asks` are HashedId3 of certificates that are missed.
   */
  async sign(message: {
    make: (identity: MessageIdentity) => Uint8Array;
    aid: number;
    nowMillis: number;
    event?: boolean;
    drivenMetres?: number | undefined;
    asks?: readonly Uint8Array[];
  }): Promise<SignedMessage | Refused<SigningRefusal>> {
    const { nowMillis, aid, event = false, asks = [] } = message;
    const current = this.at(message);
    if (current === undefined) return refused('no-valid-pseudonym');
    const { temporaryId, msgCnt, isFirst, pseudonym } = current;
    const payload = message.make({ temporaryId, msgCnt, isFirst });
    const isFull = isFirst || event || nowMillis - current.fullAtMillis >= FULL_CERTIFICATE_MILLIS;
    const named = isFull ? 'certificate' : 'digest';
    current.msgCnt = (msgCnt + 1) & 127;
    current.isFirst = false;
    if (isFull) current.fullAtMillis = nowMillis;
    const signer = this.signerOf(pseudonym);
    const bytes = await signSpdu({ payload, aid, generationTimeMillis: nowMillis, signer, named, asks });
    return { kind: 'signed', bytes, named, certificate: pseudonym.certificate };
  }

  private signerOf({ certificate, label }: HeldPseudonym): Signer {
    return { certificate, sign: (id, bytes) => this.keys.sign(label, id, bytes) };
  }

  private at(moment: Moment): Current | undefined {
    const { current } = this;
    if (current !== undefined && !current.isOver && isUsable(current.pseudonym, moment.nowMillis)) {
      if (moment.nowMillis < current.untilMillis || this.isProlonged(current, moment)) return current;
    }
    this.current = this.begin(moment);
    return this.current;
  }

  /** GB/T 45315-2025 7.4: past its time a use may go on over a short way, and while an event lasts. */
  private isProlonged({ fromMetres }: Current, { event = false, drivenMetres }: Moment): boolean {
    if (event) return true;
    const { shortestMetres } = this.rotation;
    if (shortestMetres === undefined || drivenMetres === undefined || fromMetres === undefined) return false;
    return drivenMetres - fromMetres < shortestMetres;
  }

  private begin({ nowMillis, drivenMetres }: Moment): Current | undefined {
    const pseudonym = this.choose(nowMillis);
    if (pseudonym === undefined) return undefined;
    const { shortestMillis, longestMillis } = this.rotation;
    const life = shortestMillis + below(this.random, longestMillis - shortestMillis + 1);
    return {
      pseudonym,
      untilMillis: nowMillis + life,
      fromMetres: drivenMetres,
      isOver: false,
      temporaryId: this.random.bytes(8),
      msgCnt: below(this.random, 128),
      isFirst: true,
      fullAtMillis: nowMillis,
    };
  }

  /** By chance among those not used since all were used; never the one of a moment ago while there is another. */
  private choose(nowMillis: number): HeldPseudonym | undefined {
    const last = this.current?.pseudonym.label;
    const usable = (list: readonly HeldPseudonym[]): HeldPseudonym[] =>
      list.filter((one) => one.label !== last && isUsable(one, nowMillis));
    let candidates = usable(this.unused);
    if (candidates.length === 0) {
      this.unused = [...this.held];
      candidates = usable(this.unused);
    }
    const chosen =
      candidates[below(this.random, Math.max(1, candidates.length))] ??
      this.held.find((one) => isUsable(one, nowMillis));
    this.unused = this.unused.filter(({ label }) => label !== chosen?.label);
    return chosen;
  }
}

const isUsable = ({ certificate }: HeldPseudonym, nowMillis: number): boolean =>
  isValidAt(certificate.value.toBeSigned.value.validityPeriod, nowMillis);

/** A uniform integer 0 … bound−1, bound at most 2^31; draws again rather than favour small numbers. */
function below(random: Random, bound: number): number {
  const ceiling = 2 ** 32 - (2 ** 32 % bound);
  for (;;) {
    const draw = Buffer.from(random.bytes(4)).readUInt32BE();
    if (draw < ceiling) return draw % bound;
  }
}
