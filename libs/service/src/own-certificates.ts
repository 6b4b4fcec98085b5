/**
 * Which of its own certificates an instance speaks with. While one is renewed there are two: the newest that is listed and
 * whose moment has come signs, and what is sealed for any of them is opened as long as it is valid. Then its keys go.
 */
import { rm } from 'node:fs/promises';
import { hashedId8, idKey } from '#credentials/certificate-facts.js';
import type { Clock } from '#credentials/clock.js';
import { isValidAt, spanOf } from '#credentials/period.js';
import { isRefused } from '#credentials/refusal.js';
import type { TrustStore } from '#credentials/trust-store.js';
import type { CryptoDevice } from '#keys/crypto-device.js';
import { certificatePath, keyNumber, loadCertificates, signsFromPath, type KeptCertificate } from './identity.js';
import type { Log } from './log.js';

interface Needs {
  readonly directory: string;
  readonly device: CryptoDevice;
  readonly trust: TrustStore;
  readonly clock: Clock;
  readonly log: Log;
}

export class OwnCertificates {
  private constructor(
    private readonly needs: Needs,
    private kept: readonly [KeptCertificate, ...KeptCertificate[]],
  ) {}

  /** Refuses a directory without certificates, and one with a certificate that does not belong to its keys (BI12). */
  static async open(needs: Needs): Promise<OwnCertificates> {
    return new OwnCertificates(needs, await loadCertificates(needs.directory, needs.device));
  }

  /** The one that signs now. */
  get current(): KeptCertificate {
    const { trust, clock } = this.needs;
    const [oldest, ...later] = this.kept;
    if (later.length === 0) return oldest;
    const now = clock.nowMillis();
    const newestFirst = [...this.kept].reverse();
    const ready = newestFirst.filter(
      (one) => one.signsFromMillis <= now && isValidAt(one.certificate.value.toBeSigned.value.validityPeriod, now),
    );
    const isListed = ({ certificate }: KeptCertificate): boolean =>
      !isRefused(trust.authority(hashedId8(certificate), now));
    return ready.find(isListed) ?? ready[0] ?? oldest;
  }

  /** The others that have not ended: former ones, and the one that comes next. */
  get beside(): KeptCertificate[] {
    if (this.kept.length === 1) return [];
    const { current } = this;
    return this.kept.filter((one) => one !== current && !this.hasEnded(one));
  }

  private hasEnded({ certificate }: KeptCertificate): boolean {
    return spanOf(certificate.value.toBeSigned.value.validityPeriod).endMillis < this.needs.clock.nowMillis();
  }

  /** Takes what was installed since; lets go of former certificates that have ended, and destroys their private keys. */
  async refresh(): Promise<void> {
    const { directory, device, log } = this.needs;
    const known = new Set(this.kept.map(({ number }) => number));
    this.kept = await loadCertificates(directory, device);
    for (const one of this.kept) if (!known.has(one.number)) log.info('certificate.installed', told(one));
    for (let [oldest, next] = this.kept; next !== undefined && this.isOver(oldest); [oldest, next] = this.kept) {
      // First the files: keys without a certificate go now, or with the next look.
      await rm(certificatePath(directory, oldest.number), { force: true });
      await rm(signsFromPath(directory, oldest.number), { force: true });
      log.info('certificate.ended', told(oldest));
      this.kept = [next, ...this.kept.slice(2)];
    }
    await this.destroyFormerKeys();
  }

  /** Whether a certificate has ended and another one signs. */
  private isOver(one: KeptCertificate): boolean {
    return this.hasEnded(one) && this.current !== one;
  }

  /** Key pairs before the oldest certificate that is left. */
  private async destroyFormerKeys(): Promise<void> {
    const { device, log } = this.needs;
    for (const label of await device.labels()) {
      const number = keyNumber(label);
      if (number === undefined || number >= this.kept[0].number) continue;
      await device.destroy(label);
      log.info('certificate.key-destroyed', { label });
    }
  }
}

const told = ({ certificate, number }: KeptCertificate): { id: string; number: number } => ({
  id: idKey(hashedId8(certificate)),
  number,
});
