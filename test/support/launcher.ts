/** A program for the launcher tests: opens a data directory, starts its database, and stays until it is ended. */
import { openDataDirectory } from '#persistence/data-directory.js';
import { startEmbeddedPostgres } from '#persistence/embedded-postgres.js';

const { DATA = '', PACKAGE_ROOT } = process.env;
try {
  const data = await openDataDirectory(DATA);
  const server = await startEmbeddedPostgres({
    directory: await data.sub('postgres'),
    instances: 1,
    ...(PACKAGE_ROOT === undefined ? {} : { packageRoot: PACKAGE_ROOT }),
  });
  console.log(`ready ${JSON.stringify({ adminUrl: server.adminUrl, pid: server.pid })}`);
  process.once('SIGTERM', () => {
    void server
      .stop()
      .then(() => data.close())
      .then(() => process.exit(0));
  });
  setInterval(() => undefined, 1000);
} catch (error) {
  console.log(`refused ${String(error)}`);
  process.exit(1);
}
