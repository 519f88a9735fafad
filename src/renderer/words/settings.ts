/** Every sentence of the settings. */
import type { DoctorReport } from '../../shared/doctor.ts';
import type { Preferences } from '../../shared/preferences.ts';
import { count, counted, duration } from './number.ts';

export const settingsWords = {
  sections: {
    general: 'General',
    tools: 'Tools found',
    vault: 'Vault',
    data: 'Data folder',
    about: 'About',
  },
  contents: 'Settings',

  tools: 'Tools found',
  looked: (when: string) => `looked ${when}`,
  look: 'Look again',
  tool: 'Tool',
  version: 'Version',
  where: 'Where',
  usedFor: 'Used for',
  dumps: 'Backups and restores',
  proofs: 'Proofs, in a throw-away server',
  notNeeded: (version: string) => `not needed, ${version} is newer`,
  notUsed: 'Not used',
  noTools: 'No PostgreSQL programs were found. SQLite needs none.',
  toolsNote: 'Names and versions are asked of the programs themselves, in a run without a shell.',
  getTools: 'How to get PostgreSQL programs',
  getToolsText: 'Backups need the client programs, proofs the server’s too, both at least as new as the server.',
  downloads: 'Downloads at postgresql.org',

  vault: 'Vault',
  keeper: {
    keychain: 'Passwords are kept in the system’s keychain',
    passphrase: 'Passwords are kept in a sealed file',
    none: 'Nothing can keep passwords here',
  } satisfies Record<DoctorReport['keeper']['kind'], string>,
  keeperStrength: {
    keychain: 'As strong as your login. Never in a plain file, never in an argument.',
    passphrase:
      'Encrypted under the passphrase of HOLDFAST_PASSPHRASE_FILE: as strong as that passphrase, and as safe as that file.',
    none: 'SQLite and servers without a password work. For passwords, unlock the keychain or name a file in HOLDFAST_PASSPHRASE_FILE.',
  } satisfies Record<DoctorReport['keeper']['kind'], string>,
  keeperState: { keychain: 'Open', passphrase: 'Open', none: 'Needs you' },

  data: 'Data folder',
  dataFree: (free: string) => `${free} free on its disk.`,
  reveal: 'Show',
  revealLogs: 'Show logs',
  rebuild: 'Catalog',
  rebuildText: 'The list of backups. It can be made again from the manifests that lie beside every backup.',
  rebuildAct: 'Make it again…',
  rebuildAsk: 'Make the catalog again?',
  rebuildWhat:
    'What is known of backups is forgotten and read again from every place. Backups, sources and passwords are not touched.',
  rebuildYes: 'Make it again',
  rebuilt: (backups: number, skipped: number) =>
    `Made again from ${counted(backups, 'manifest', 'manifests')}.${
      skipped === 0 ? '' : ` ${counted(skipped, 'file', 'files')} could not be read.`
    }`,
  audit: 'Audit trail',
  auditText: 'Every backup, restore, deletion and use of a secret, in a chain that shows when a line was changed.',
  auditAct: 'Check it',
  auditIntact: (entries: number) => `The trail is intact, ${counted(entries, 'entry', 'entries')}.`,
  auditBroken: (at: number | null) =>
    `The trail was changed outside Holdfast${at === null ? '' : `, at entry ${count(at)}`}. Compare it with your copies.`,

  theme: 'Theme',
  themes: { system: 'System', light: 'Light', dark: 'Dark' } satisfies Record<Preferences['theme'], string>,
  notify: 'Tell the desktop when a job ends',
  notifyChoices: {
    all: 'Always',
    problems: 'Only problems',
    nothing: 'Never',
  } satisfies Record<Preferences['notify'], string>,
  overdue: 'A source without a plan needs you after',
  overdueHint: 'Counted from its newest backup. A plan has a limit of its own.',
  overdueChoice: (ms: number) => duration(ms),
  loginItem: 'Start when you log in',
  loginItemText: 'Hidden, in the tray, so that plans keep their times.',
  loginItemUnsupported: 'This system does not offer it. On a server, holdfast service install keeps plans.',
  loginItemBrowser: 'Only the app can. On a server, holdfast service install keeps plans.',
  trayAbsent: 'This desktop shows no tray icon. Holdfast works without: closing the window keeps it running.',

  about: 'About',
  productName: 'Holdfast',
  licenseName: 'Licence',
  copyPath: 'Copy the path',
  tray: 'Tray icon',
  product: (version: string) => `Holdfast ${version}`,
  electron: (version: string) => `Electron ${version}`,
  doorKind: { window: 'The app', browser: 'In the browser' },
  license: 'MIT licence. Free to use, to change and to pass on.',
  guide: 'Read the guide',
  sourceCode: 'Source code',
  failed: 'This could not be read',
};
