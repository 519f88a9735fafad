/** A folder, here or on an SFTP server, is set up by whoever owns the disk: what a service would do by itself does not apply. */
import type { FolderSettings, SftpSettings } from '../../shared/destination.ts';
import { Fail } from '../../shared/failure.ts';
import type { PlaceAdvice } from '../../shared/place-admin.ts';
import type { z } from '../../shared/schema.ts';
import type { PlaceAdmin } from './admin.ts';

export function plainAdmin(settings: z.output<typeof FolderSettings> | SftpSettings): PlaceAdmin {
  const what = settings.kind === 'sftp' ? 'An SFTP server' : 'A folder';
  const none = (words: string) => ({ state: 'none' as const, words });
  const refuse = (): never => {
    throw new Fail('destination.unsupported', `${what} has no versions, no lifecycle and no object lock.`);
  };
  return {
    look: async () => ({
      versioning: {
        ...none(`${what} keeps no versions: what is removed is gone, unless its disk has snapshots.`),
        canSwitchOn: false,
      },
      lifecycle: {
        ...none(`${what} deletes nothing by itself. Retention here does.`),
        wish: null,
        rules: [],
        canSet: false,
        classes: [],
        otherClasses: false,
        digest: '',
      },
      lock: {
        ...none(`${what} locks nothing.`),
        mode: null,
        days: null,
        refusal: new Fail('destination.unsupported', `${what} has no object lock.`),
      },
      encryption: none('Whether the disk is encrypted is known to whoever set it up.'),
      publicBlock: none('Who may read it is decided by the rights of the folder (0700).'),
      advice: [],
    }),
    switchVersioningOn: async () => refuse(),
    rulesFor: () => [],
    setLifecycle: async () => refuse(),
    setLock: async () => refuse(),
    rights: async () => [
      { what: 'remove-version', answer: 'none', words: `${what} keeps no versions: what is removed is gone.` },
      { what: 'bypass-lock', answer: 'none', words: 'There is no lock to get around.' },
      { what: 'delete-place', answer: 'unknown', words: 'Not tried: the only way to ask is to do it.' },
    ],
    rightsAdvice: () => (settings.kind === 'sftp' ? [confined(settings)] : [snapshots]),
    close: () => {},
  };
}

/** Whoever may write into a folder may remove there: only what the disk keeps by itself survives. */
const snapshots: PlaceAdvice = {
  title: 'What survives a removal',
  words:
    'A folder has no right to write without the right to remove. Snapshots of its disk that this computer cannot remove (of a NAS, ZFS, Btrfs) keep what is removed, and so does a second place.',
  paste: null,
};

/** https://man.openbsd.org/sshd_config: ChrootDirectory has to belong to root, with every folder above it. */
const confined = ({ user }: SftpSettings): PlaceAdvice => ({
  title: 'Only this folder, and no shell',
  words:
    'SFTP has no right to write without the right to remove: snapshots of the server’s disk keep what is removed. This keeps the login in one folder. /srv/backups belongs to root (0755), the folder in it to the user; the path of the place is then /FOLDER. Into /etc/ssh/sshd_config, then systemctl reload ssh:',
  paste: `Match User ${user}
  ChrootDirectory /srv/backups
  ForceCommand internal-sftp
  AllowTcpForwarding no
  X11Forwarding no
  PermitTTY no`,
});
