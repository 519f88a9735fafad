import { afterAll, beforeAll, describe } from 'vitest';
import { systemClock } from '../../src/main/base/clock.ts';
import { Secret } from '../../src/main/base/secret.ts';
import { azureDestination } from '../../src/main/destination/azure.ts';
import { patient } from '../../src/main/destination/retry.ts';
import { account, accountKey, startAzurite, type Azurite } from '../helpers/azurite.ts';
import { destinationSuite } from './destination.suite.ts';
import { splitSuite } from './split.suite.ts';

const pace = { ...patient(systemClock), attempts: 3, firstDelayMs: 10 };

describe('SV-17 Azure as its own emulator has it', () => {
  let server: Azurite;
  beforeAll(async () => {
    server = await startAzurite(['backups']);
  });
  afterAll(() => server.stop());

  splitSuite('a container', async () =>
    azureDestination(
      { kind: 'azure', account, endpoint: server.endpoint, container: 'backups', prefix: 'split', auth: 'key' },
      new Secret(accountKey),
      pace,
    ),
  );

  destinationSuite('a container', {
    open: async () =>
      azureDestination(
        { kind: 'azure', account, endpoint: server.endpoint, container: 'backups', prefix: 'team/a', auth: 'key' },
        new Secret(accountKey),
        pace,
      ),
  });
});
