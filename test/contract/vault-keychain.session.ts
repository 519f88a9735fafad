/** Runs inside a desktop session: the keeper's promises, held by the real keychain. */
import { openKeychain } from '../../src/main/vault/keychain.ts';
import { startDaemon, stopDaemon, tell } from '../helpers/desktop-session.ts';
import { keeperPromises, type Stand } from './vault.suite.ts';

let stores = 0;
const stand: Stand = {
  async fresh() {
    const vaultId = `vault-${(stores += 1)}`;
    return {
      keeper: await openKeychain(vaultId),
      // The daemon too starts again: only what it wrote to disk is still there.
      again: async () => {
        await stopDaemon();
        await startDaemon('pw');
        return await openKeychain(vaultId);
      },
    };
  },
};

await startDaemon('pw');
await tell(Object.fromEntries(keeperPromises.map((one) => [one.name, () => one.holds(stand)])));
await stopDaemon();
