/**
 * What the window asks of its own door and not of the house: file dialogs, the login item, links. The Electron shell
 * and the browser door answer the same calls. Every path that the window may send is one that its door handed out.
 */
import { call, event } from './channel.ts';
import { ByteCount } from './id.ts';
import { z } from './schema.ts';

const Nothing = z.strictObject({});
const Path = z.string().check(z.minLength(1), z.maxLength(4096));

/** What a chosen path is for. The door words the dialog. */
export const PathPurpose = z.enum([
  'sqlite-file',
  'env-file',
  'ca-file',
  'key-file',
  'public-key-file',
  'folder',
  'restore-file',
  'kit-file',
]);
export type PathPurpose = z.output<typeof PathPurpose>;

/** Files that do not exist yet: they are named, not found. */
export type NewFilePurpose = Extract<PathPurpose, 'restore-file' | 'kit-file'>;
export const isNewFile = (purpose: PathPurpose): purpose is NewFilePurpose =>
  purpose === 'restore-file' || purpose === 'kit-file';

export const DoorFacts = z.strictObject({
  kind: z.enum(['window', 'browser']),
  platform: z.enum(['darwin', 'win32', 'linux', 'other']),
  holdfast: z.string(),
  electron: z.nullable(z.string()),
  /** `absent`: the desktop shows no tray; `none`: this door has none. */
  tray: z.enum(['shown', 'absent', 'none']),
  loginItem: z.enum(['on', 'off', 'unsupported']),
  /** Whether the door opens the system's own file dialog; else the window shows `door.browse`. */
  dialogs: z.boolean(),
});
export type DoorFacts = z.output<typeof DoorFacts>;

export const FolderView = z.strictObject({
  folder: z.string(),
  parent: z.nullable(z.string()),
  /** Folders first, then files, by name; at most 2 000. */
  entries: z.array(
    z.strictObject({
      name: z.string(),
      kind: z.enum(['folder', 'file']),
      sizeBytes: z.nullable(ByteCount),
      /** Whether the file begins as a SQLite database does. */
      sqlite: z.boolean(),
      /** Where it really lies, for a symbolic link. */
      link: z.optional(z.string()),
    }),
  ),
  /** Whether there were more. */
  cut: z.boolean(),
  /** Where people usually look: home, the folder chosen last. */
  places: z.array(z.strictObject({ name: z.string(), path: z.string() })),
});
export type FolderView = z.output<typeof FolderView>;

export const doorContract = {
  door: {
    about: call(Nothing, DoorFacts),
    /** Opens the system's dialog and waits for it; null where it was closed. Only where `dialogs` is true. */
    choose: call(
      z.strictObject({
        purpose: PathPurpose,
        suggestedName: z.optional(z.string().check(z.maxLength(200))),
        /** Where to begin. It hands nothing out. */
        folder: z.optional(Path),
      }),
      z.nullable(z.strictObject({ path: z.string() })),
    ),
    /** A folder of the machine that Holdfast runs on; null begins at home. Only where `dialogs` is false. */
    browse: call(z.strictObject({ folder: z.nullable(Path), hidden: z.boolean() }), FolderView),
    /** Takes a name in a browsed folder: checked by the door, and from then on a path that the window may send. */
    pick: call(
      z.strictObject({ purpose: PathPurpose, folder: Path, name: z.string().check(z.maxLength(255)) }),
      z.strictObject({ path: z.string() }),
    ),
    setLoginItem: call(z.strictObject({ on: z.boolean() }), DoorFacts),
    /** Opens a page of the fixed list in the system's browser. */
    openLink: call(z.strictObject({ link: z.enum(['guide', 'source-code', 'postgres-downloads']) }), Nothing),
    /** Shows the data folder or its logs in the system's file manager. Only in the window. */
    reveal: call(z.strictObject({ what: z.enum(['data-folder', 'logs']) }), Nothing),
    /** A menu, the tray or a notification asks the window to show something. */
    asked: event(
      z.strictObject({
        what: z.enum([
          'overview',
          'backups',
          'restore',
          'activity',
          'plans',
          'settings',
          'add-source',
          'find',
          'shortcuts',
        ]),
        /** A source's name or a job's id, where it is about one. */
        subject: z.nullable(z.string()),
      }),
    ),
  },
} as const;
export type DoorContract = typeof doorContract;
