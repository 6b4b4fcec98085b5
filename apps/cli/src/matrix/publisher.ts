/** Serves signed lists to devices as the TCMF and the CRAs do, with ETags, and without a network. */
import { sm3 } from '#crypto/sm3.js';
import { idKey } from '#credentials/certificate-facts.js';
import type { Fetch } from '#device/http.js';

export class Publisher {
  /** By address. */
  readonly files = new Map<string, Uint8Array>();

  /** From now on these bytes are served there; `undefined`: nothing any more. */
  serve(url: string, bytes: Uint8Array | undefined): void {
    if (bytes === undefined) this.files.delete(url);
    else this.files.set(url, bytes);
  }

  readonly fetch: Fetch = (url, { headers }) => {
    const bytes = this.files.get(url);
    if (bytes === undefined) return Promise.resolve(new Response(null, { status: 404 }));
    const etag = `"${idKey(sm3(bytes))}"`;
    if (headers['if-none-match'] === etag) return Promise.resolve(new Response(null, { status: 304 }));
    return Promise.resolve(new Response(new Uint8Array(bytes), { headers: { etag } }));
  };
}
