import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/main/base/clock.ts';
import { Secret } from '../../src/main/base/secret.ts';
import { azureDestination } from '../../src/main/destination/azure.ts';
import { patient } from '../../src/main/destination/retry.ts';
import { bodyOf, key } from '../../src/main/destination/destination.ts';
import { countingThrottle } from '../helpers/counting-throttle.ts';
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

  it('SV-1 every byte of a body in parts asks before it goes, in small pieces, and arrives as it was', async () => {
    const throttle = countingThrottle(100_000);
    const place = azureDestination(
      {
        kind: 'azure',
        account,
        endpoint: server.endpoint,
        container: 'backups',
        prefix: 'slow',
        auth: 'key',
        partBytes: 5 * 1024 * 1024,
      },
      new Secret(accountKey),
      { ...pace, throttle },
    );
    const bytes = randomBytes(6 * 1024 * 1024 + 5);
    await place.put(key('data', 'slow', 'x'), bodyOf(bytes));
    expect(throttle.total()).toBe(bytes.length);
    expect(Math.max(...throttle.pieces)).toBe(100_000);
    expect((await buffer(await place.get(key('data', 'slow', 'x')))).equals(bytes)).toBe(true);
    await place.close();
  });

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
