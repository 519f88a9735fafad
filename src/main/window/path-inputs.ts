/** Where the calls of the contract hold paths. A new field that holds one is added here, or the window cannot send it. */
import type { PathPurpose } from '../../shared/door.ts';
import { Fail } from '../../shared/failure.ts';
import type { PostgresSettings, SourceSettings } from '../../shared/source.ts';

export interface NamedPath {
  purpose: PathPurpose;
  file: string;
}

/** The paths of a source's settings. */
export function pathsOf(settings: SourceSettings): NamedPath[] {
  return settings.kind === 'sqlite' ? [{ purpose: 'sqlite-file', file: settings.file }] : pathsOfServer(settings);
}

function pathsOfServer({ tls, tunnel }: PostgresSettings): NamedPath[] {
  const keyFiles = [tunnel?.jump?.keyFile, tunnel?.server.keyFile].filter((file) => file !== undefined);
  return [
    ...(tls.caFile === undefined ? [] : [{ purpose: 'ca-file' as const, file: tls.caFile }]),
    ...keyFiles.map((file) => ({ purpose: 'key-file' as const, file })),
  ];
}

/** Fields whose names say that they hold a path, whatever call they are part of. */
const purposes: Record<string, PathPurpose> = {
  caFile: 'ca-file',
  keyFile: 'key-file',
  publicKeyFile: 'public-key-file',
  envFile: 'env-file',
};

/**
 * Every path in the input of a call. It looks at names and not at schemas: the input has not been parsed yet, and a field
 * that the schema will refuse may be found here first.
 */
export function pathsIn(call: string, input: unknown): NamedPath[] {
  const found: NamedPath[] = [];
  visit(input, (name, value, owner) => {
    if (name === 'folders') {
      for (const file of Array.isArray(value) ? value : [value])
        found.push({ purpose: 'folder', file: text(call, file) });
    } else if (name === 'file') {
      found.push({ purpose: purposeOfFile(call), file: text(call, value) });
    } else if (name === 'path' && isFolder(owner)) {
      found.push({ purpose: 'folder', file: text(call, value) });
    } else if (Object.hasOwn(purposes, name)) {
      found.push({ purpose: purposes[name] as PathPurpose, file: text(call, value) });
    }
  });
  return found;
}

function purposeOfFile(call: string): PathPurpose {
  if (call.startsWith('kit.')) return 'kit-file';
  return call.startsWith('restore.') ? 'restore-file' : 'sqlite-file';
}

/** The path of an SFTP server is on that server, and nobody here can have chosen it. */
const isFolder = (owner: object): boolean => !('kind' in owner) || owner.kind !== 'sftp';

function visit(value: unknown, see: (name: string, value: unknown, owner: object) => void): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, child] of Object.entries(value)) {
    // An optional field that is left out travels as undefined over some wires.
    if (child === undefined) continue;
    see(name, child, value);
    visit(child, see);
  }
}

function text(call: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw new Fail('call.malformed', `${call} holds a path that is no text.`);
}
