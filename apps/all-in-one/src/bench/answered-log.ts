/** How many certificates the PRA says it has stored, from its log as it grows: costs the measured system nothing. */
import { open, type FileHandle } from 'node:fs/promises';

const EVENT = 'certify.answered';
const CHUNK_BYTES = 1 << 16;

export class AnsweredLog {
  private file: FileHandle | undefined;
  private rest = '';
  private count = 0;
  private readonly buffer = Buffer.alloc(CHUNK_BYTES);

  constructor(private readonly path: string) {}

  /** Certificates in all lines that are there by now. */
  async read(): Promise<number> {
    this.file ??= await open(this.path).catch(() => undefined);
    if (this.file === undefined) return 0;
    for (;;) {
      const { bytesRead } = await this.file.read(this.buffer, 0, CHUNK_BYTES, null);
      if (bytesRead === 0) return this.count;
      const lines = (this.rest + this.buffer.toString('latin1', 0, bytesRead)).split('\n');
      this.rest = lines.pop() ?? '';
      for (const line of lines) this.count += itemsIn(line);
    }
  }

  async close(): Promise<void> {
    await this.file?.close();
  }
}

/** The number of certificates that a line of the log tells of. */
export function itemsIn(line: string): number {
  if (!line.includes(EVENT)) return 0;
  const { items } = JSON.parse(line) as { items?: number };
  return items ?? 0;
}
