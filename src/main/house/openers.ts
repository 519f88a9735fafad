/** What somebody gives to open one backup, in the place of what the vault has. */
import type { BackupCard } from '../../shared/artifact.ts';
import type { SecretsIn } from '../../shared/contract/secrets.ts';
import { Fail } from '../../shared/failure.ts';
import { demandPrivateKey } from '../artifact/public-key.ts';
import { secretOfKit, type KitSecret } from './recovery.ts';
import type { Rooms } from './rooms.ts';

export interface Openers {
  kit?: KitSecret;
  privateKey?: string;
}

/** @throws Fail kit.unreadable, kit.other-place, seal.unusable-key, seal.no-key where it is not among the recipients. */
export async function openersOf(
  rooms: Rooms,
  card: BackupCard,
  { kit, privateKey }: Pick<SecretsIn, 'kit' | 'privateKey'>,
): Promise<Openers> {
  return {
    ...(kit === undefined ? {} : { kit: secretOfKit(rooms, card, kit) }),
    ...(privateKey === undefined ? {} : { privateKey: await fitting(rooms, card, privateKey) }),
  };
}

async function fitting({ catalog }: Pick<Rooms, 'catalog'>, card: BackupCard, privateKey: string): Promise<string> {
  const name = await demandPrivateKey(privateKey);
  const recipients = catalog.backups.recipients(card.backupId);
  if (recipients.includes(name)) return privateKey;
  const needed = recipients.length === 0 ? 'is not sealed' : `is sealed for ${recipients.join(', ')}`;
  throw new Fail('seal.no-key', `This is ${name}; ${card.backupId} ${needed}.`);
}
