/** One SFTP connection of a place: opened at its first use, opened again after it broke. */
import type { Client, SFTPWrapper, Stats } from 'ssh2';
import { Fail, type FailureCode } from '../../shared/failure.ts';
import type { SftpSettings } from '../../shared/destination.ts';
import type { Secret } from '../base/secret.ts';
import { openHop, type SshSurroundings } from '../ssh/hop.ts';

/** What a server answers, by number (draft-ietf-secsh-filexfer-02, section 7). */
const status = { noSuchFile: 2, permissionDenied: 3, failure: 4, badMessage: 5, unsupported: 8 } as const;
/** ST_RDONLY of statvfs@openssh.com. */
const readOnlyFlag = 1;
/** A server says no more than "failure" of a full disk; below this its disk is called full. */
const hardlyAnyBytes = 1024 * 1024;

interface FileSystem {
  f_frsize: number;
  f_bavail: number;
  f_flag: number;
}

type Done<T> = (error: Error | null | undefined, value?: T) => void;
/** One question to the server; `done` is called once. */
export type Question<T> = (sftp: SFTPWrapper, done: Done<T>) => void;

export interface SftpSession {
  /** Asks about `file`, and turns the server's answer into a stable failure. */
  ask<T>(file: string, question: Question<T>, signal?: AbortSignal): Promise<T>;
  /** Whether the server has an extension, by its name. */
  has(extension: string): Promise<boolean>;
  /** The root's own path, which may be a link. @throws Fail destination.unreachable when it is not there. */
  root(): Promise<string>;
  freeBytes(): Promise<number | null>;
  close(): void;
}

interface Opened {
  client: Client;
  sftp: SFTPWrapper;
}

export function sftpSession(
  settings: SftpSettings,
  secret: Secret | undefined,
  surroundings: SshSurroundings,
): SftpSession {
  let opening: Promise<Opened> | undefined;
  const stop = new AbortController();

  const opened = (): Promise<Opened> => {
    if (opening !== undefined) return opening;
    const mine = openSftp(settings, secret, surroundings, stop.signal, () => {
      if (opening === mine) opening = undefined;
    });
    opening = mine;
    mine.catch(() => {
      if (opening === mine) opening = undefined;
    });
    return mine;
  };

  const plain = async <T>(question: Question<T>, signal?: AbortSignal): Promise<T> => {
    const { sftp } = await orAbort(opened(), signal);
    return orAbort(
      new Promise<T>((resolve, reject) => {
        question(sftp, (error, value) => {
          if (error === undefined || error === null) resolve(value as T);
          else reject(error);
        });
      }),
      signal,
    );
  };

  const fileSystem = async (): Promise<FileSystem | undefined> => {
    if (!(await has('statvfs@openssh.com'))) return undefined;
    return plain<FileSystem>((sftp, done) => sftp.ext_openssh_statvfs(settings.path, done));
  };

  const has = async (extension: string): Promise<boolean> => {
    // Kept by ssh2 from the server's greeting and not told otherwise.
    const { sftp } = await opened();
    return extension in (Reflect.get(sftp, '_extensions') as object);
  };

  /** "Failure" is all that a server says of a full disk and of one that is read-only. */
  const codeOfFailure = async (): Promise<FailureCode> => {
    const system = await fileSystem().catch(() => undefined);
    if (system === undefined) return 'destination.unreachable';
    if ((system.f_flag & readOnlyFlag) !== 0) return 'destination.permission';
    return system.f_bavail * system.f_frsize < hardlyAnyBytes ? 'destination.full' : 'destination.unreachable';
  };

  const failureOf = async (thrown: unknown, file: string, signal: AbortSignal | undefined): Promise<unknown> => {
    if (thrown instanceof Fail || (signal?.aborted === true && thrown === signal.reason)) return thrown;
    const number = (thrown as { code?: unknown }).code;
    const code = number === status.failure ? await codeOfFailure() : (codes.get(number) ?? 'destination.unreachable');
    const words = (thrown as Error).message;
    return new Fail(code, `${settings.host} says of ${file}: ${words}.`, { cause: thrown });
  };

  return {
    has,
    async ask(file, question, signal) {
      try {
        return await plain(question, signal);
      } catch (thrown) {
        throw await failureOf(thrown, file, signal);
      }
    },
    async root() {
      const real = await this.ask<string>(settings.path, (sftp, done) => sftp.realpath(settings.path, done));
      const stats = await this.ask<Stats>(real, (sftp, done) => sftp.lstat(real, done));
      if (!stats.isDirectory())
        throw new Fail('destination.unreachable', `${settings.path} on ${settings.host} is not a folder.`);
      return real;
    },
    async freeBytes() {
      const system = await fileSystem();
      return system === undefined ? null : system.f_bavail * system.f_frsize;
    },
    close() {
      stop.abort(new Fail('destination.unreachable', 'The place was closed.'));
      void opening?.then(({ client }) => client.end()).catch(() => {});
      opening = undefined;
    },
  };
}

const codes = new Map<unknown, FailureCode>([
  [status.permissionDenied, 'destination.permission'],
  [status.badMessage, 'destination.bad-key'],
]);

/** Whether the server said that nothing is there. */
export function saysAbsent(thrown: unknown): boolean {
  return thrown instanceof Fail && (thrown.cause as { code?: unknown } | undefined)?.code === status.noSuchFile;
}

/** Whether the server refused without a reason of its own: what is asked for is there already, among other things. */
export function saysRefused(thrown: unknown): boolean {
  return thrown instanceof Fail && (thrown.cause as { code?: unknown } | undefined)?.code === status.failure;
}

async function openSftp(
  settings: SftpSettings,
  secret: Secret | undefined,
  surroundings: SshSurroundings,
  signal: AbortSignal,
  onGone: () => void,
): Promise<Opened> {
  const client = await openHop(settings, secret, undefined, { signal }, surroundings).catch((thrown: unknown) => {
    throw placeFailure(thrown);
  });
  client.on('error', onGone);
  client.on('close', onGone);
  const sftp = await new Promise<SFTPWrapper>((resolve, reject) => {
    client.sftp((error, wrapper) => {
      if (error === undefined) resolve(wrapper);
      else reject(error);
    });
  }).catch((cause: unknown) => {
    client.end();
    throw new Fail('destination.unreachable', `${settings.host} offers no SFTP (${(cause as Error).message}).`, {
      cause,
    });
  });
  sftp.on('error', onGone);
  sftp.on('close', onGone);
  return { client, sftp };
}

/** The same words as for a tunnel, told of a place. */
function placeFailure(thrown: unknown): unknown {
  if (!(thrown instanceof Fail)) return thrown;
  const code: FailureCode | undefined = (
    {
      'tunnel.unreachable': 'destination.unreachable',
      'tunnel.auth-failed': 'destination.auth-failed',
      'tunnel.host-key-changed': 'destination.host-key-changed',
    } as Partial<Record<FailureCode, FailureCode>>
  )[thrown.code];
  return code === undefined ? thrown : new Fail(code, thrown.message, { cause: thrown.cause });
}

/** Waits no longer than the signal allows; what was asked goes on unheard. */
async function orAbort<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  signal.throwIfAborted();
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  work.catch(() => {});
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
  }
}
