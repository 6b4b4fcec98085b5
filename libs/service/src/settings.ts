/** The common settings of an instance, read from its configuration file and checked before anything starts. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';

const Hex33 = z.string().regex(/^0[23][0-9a-f]{64}$/, 'a compressed public key of 33 bytes in hex');
export const PeerSettings = z.strictObject({ url: z.url(), hostname: z.string().min(1).max(255) });

export const InstanceSettings = z.strictObject({
  instance: z.string().regex(/^[a-z0-9-]{1,32}$/),
  role: z.string(),
  hostname: z.string().min(1).max(255),
  /** Keys, certificate and lists of this instance. */
  directory: z.string(),
  listen: z.strictObject({ host: z.string().default('127.0.0.1'), port: z.int().min(0).max(65535) }),
  /** A file with the database URL (it holds a password), never the URL itself. */
  databaseUrlFile: z.string(),
  /** Connections of this process to its own tables; whoever runs the server counts them (`maxConnectionsFor`). */
  databaseConnections: z.int().min(2).max(100).default(2),
  /** Threads that hold the keys and do the arithmetic of batches; 0: this one. */
  cryptoWorkers: z.int().min(0).max(64).default(0),
  /** A file (0600) with the passphrase under which the master key of the keys is sealed; without it that lies beside them. */
  keyPassphraseFile: z.string().optional(),
  queue: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('postgres') }),
    z.strictObject({ kind: z.literal('redis'), urlFile: z.string(), prefix: z.string() }),
  ]),
  trclaCertificateFile: z.string(),
  tcmfUrl: z.url(),
  /** How often, in real time, the TCMF is asked for newer lists, and what was installed is looked at; 0: at the start. */
  refreshSeconds: z.int().min(0).max(86_400).default(600),
  peers: z.record(z.string(), PeerSettings),
  operators: z.array(Hex33),
  clock: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('system') }),
    z.strictObject({ kind: z.literal('file'), path: z.string() }),
  ]),
  logFile: z.string().optional(),
  roleSettings: z.unknown(),
});
export type InstanceSettings = z.infer<typeof InstanceSettings>;

/** Reads and checks a configuration file; the error names file and field. */
export async function readSettings(path: string): Promise<InstanceSettings> {
  const text = await readFile(path, 'utf8');
  const parsed = InstanceSettings.safeParse(parseJson(text, path));
  if (!parsed.success) throw new Error(`${path}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${path} is not JSON`, { cause: error });
  }
}
