import { afterAll, beforeAll, describe } from 'vitest';
import { systemClock } from '../../src/main/base/clock.ts';
import { Secret } from '../../src/main/base/secret.ts';
import { azureDestination } from '../../src/main/destination/azure.ts';
import { patient } from '../../src/main/destination/retry.ts';
import type { AzureSettings } from '../../src/shared/destination.ts';
import { accountKey, azureSettingsOf, startAzurite, type Azurite } from '../helpers/azurite.ts';
import { destinationSuite } from './destination.suite.ts';
import { splitSuite } from './split.suite.ts';
import { smallParts, throttleSuite } from './throttle.suite.ts';

const pace = { ...patient(systemClock), attempts: 3, firstDelayMs: 10 };

describe('SV-17 Azure as its own emulator has it', () => {
  let server: Azurite;
  beforeAll(async () => {
    server = await startAzurite(['backups']);
  });
  afterAll(() => server.stop());
  const open = (change: Partial<AzureSettings>, more = {}) =>
    azureDestination(azureSettingsOf(server, change), new Secret(accountKey), { ...pace, ...more });

  throttleSuite((throttle) => open(smallParts, { throttle }));

  splitSuite('a container', async () => open({ prefix: 'split' }));

  destinationSuite('a container', { open: async () => open({ prefix: 'team/a' }) });
});
