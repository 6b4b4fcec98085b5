/**
 * One database and one login an instance. The login owns its database and can connect to no other: what LA1 keeps,
 * LA2 cannot read, whatever its program does.
 */
import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { withConnection, quoteIdentifier, requireInstanceName } from './administration.js';
import { OperatorError } from './operator-error.js';
import { ensurePassword } from './password-file.js';
import { scramVerifier } from './scram-verifier.js';

// Several instances are made at once; CREATE DATABASE cannot run in a transaction, so the lock is the session's.
const LOCK_KEY = 0x43687279; // 'Chry'
/** Open to everyone after initdb, and on every server there by default. */
const MAINTENANCE_DATABASES = ['postgres', 'template1'];

/**
 * Makes the database and the login `chrysalis_<instance>` when they are missing, and answers the URL of that login
 * and database. May be called again at any time. The password is random and kept in `passwordFile` (0600).
 *
 * Throws 'shared-server' when the login could also connect to a database that is not ours to close: on a server that
 * others use, their databases admit every login (PUBLIC) unless their owner revokes it.
 */
export async function ensureInstanceDatabase(options: {
  adminUrl: string;
  instance: string;
  passwordFile: string;
}): Promise<string> {
  requireInstanceName(options.instance);
  const name = `chrysalis_${options.instance}`;
  const password = await ensurePassword(options.passwordFile);
  await withConnection(options.adminUrl, async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK_KEY]); // ends with the connection
    await ensureLogin(client, name, password);
    await ensureDatabase(client, name);
    await closeToOthers(client, name);
  });
  const url = new URL(options.adminUrl);
  Object.assign(url, { username: name, password, pathname: `/${name}` });
  return url.href;
}

async function ensureLogin(client: pg.Client, name: string, password: string): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [name]);
  const rights = 'LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS';
  const secret = `PASSWORD '${scramVerifier(password, randomBytes(16))}'`;
  await client.query(`${rowCount === 0 ? 'CREATE' : 'ALTER'} ROLE ${quoteIdentifier(name)} ${rights} ${secret}`);
}

async function ensureDatabase(client: pg.Client, name: string): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
  if (rowCount !== 0) return;
  const database = quoteIdentifier(name);
  // An administrator that is not a superuser may give a database only to a role it is a member of.
  await client.query(`GRANT ${database} TO CURRENT_USER`);
  await client.query(`CREATE DATABASE ${database} OWNER ${database} TEMPLATE template0 ENCODING 'UTF8'`);
}

async function closeToOthers(client: pg.Client, name: string): Promise<void> {
  for (const database of [...MAINTENANCE_DATABASES, name]) {
    await client.query(`REVOKE CONNECT, TEMPORARY ON DATABASE ${quoteIdentifier(database)} FROM PUBLIC`);
  }
  const { rows } = await client.query<{ datname: string }>(
    `SELECT datname FROM pg_database
      WHERE datname <> $1 AND datallowconn AND has_database_privilege($1, datname, 'CONNECT') ORDER BY datname`,
    [name],
  );
  const open = rows.map((row) => row.datname).join(', ');
  if (open !== '') {
    throw new OperatorError(
      'shared-server',
      `The login ${name} could connect to ${open}: revoke CONNECT from PUBLIC there, or give Chrysalis a server of its own.`,
    );
  }
}
