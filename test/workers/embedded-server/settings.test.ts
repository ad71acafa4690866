import assert from 'node:assert/strict';
import { databaseFile, serverArguments } from '../../../workers/embedded-server/settings.ts';

describe('embedded server settings', () => {
  it('binds to loopback only and passes every setting by its exact name and value', () => {
    assert.deepEqual(serverArguments({ database: 'x.db', port: 1, uiPort: 2 }).join(' ').split(' --').slice(1), [
      'ip 127.0.0.1',
      'port 1',
      'ui-ip 127.0.0.1',
      'ui-port 2',
      'db-filename x.db',
      'sqlite-pragma journal_mode=wal',
      'sqlite-pragma synchronous=normal',
      'dynamic-config-value history.transferProcessorMaxPollRPS=2000',
      'dynamic-config-value history.timerProcessorMaxTimeShift="10ms"',
      'dynamic-config-value matching.numTaskqueueReadPartitions=1',
      'dynamic-config-value matching.numTaskqueueWritePartitions=1',
      'dynamic-config-value frontend.namespaceCount=6000',
      'dynamic-config-value system.enableActivityEagerExecution=true',
      'disable-config-file',
      'disable-config-env',
      'log-level warn',
    ]);
  });

  it('ties the database to the version of its server', () => {
    assert.equal(databaseFile('.temporal', '1.29.1'), '.temporal/db/server-1.29.1.db');
  });
});
