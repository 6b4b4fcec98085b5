import { InstanceSettings } from './settings.js';

const least = {
  instance: 'a-pca',
  role: 'pca',
  hostname: 'pca.a.chrysalis.example',
  directory: '/var/lib/a-pca',
  listen: { port: 0 },
  databaseUrlFile: '/var/lib/a-pca/database-url',
  queue: { kind: 'postgres' },
  trclaCertificateFile: '/etc/trcla.coer',
  tcmfUrl: 'http://127.0.0.1:7400',
  peers: {},
  operators: [],
  clock: { kind: 'system' },
  roleSettings: {},
};

describe('the settings of an instance', () => {
  it('needs nothing said about connections and threads', () => {
    expect(InstanceSettings.parse(least)).toMatchObject({ databaseConnections: 2, cryptoWorkers: 0 });
  });

  it.each([
    ['databaseConnections', 1],
    ['databaseConnections', 2.5],
    ['databaseConnections', 101],
    ['cryptoWorkers', -1],
    ['cryptoWorkers', 0.5],
    ['cryptoWorkers', 65],
    ['cryptoWorker', 1],
  ])('refuses %s of %p', (name, value) => {
    expect(InstanceSettings.safeParse({ ...least, [name]: value }).success).toBe(false);
  });

  it.each([
    ['databaseConnections', 100],
    ['cryptoWorkers', 64],
  ])('takes %s of %p', (name, value) => {
    expect(InstanceSettings.safeParse({ ...least, [name]: value }).success).toBe(true);
  });
});
