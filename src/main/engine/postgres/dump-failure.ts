/** What pg_dump and pg_dumpall say when they fail, as failures that a person can act on. */
import { Fail, type FailureCode } from '../../../shared/failure.ts';
import type { Ended } from '../../base/run.ts';
import { installHint, newestMajor } from './install-hint.ts';
import { LetGo } from './snapshot.ts';

const meanings: [RegExp, FailureCode][] = [
  [/row-level security/i, 'source.row-security'],
  [/conflict with recovery/i, 'source.recovery-conflict'],
  [/permission denied|must be superuser|must be owner/i, 'source.no-rights'],
  [
    /password authentication failed|no password supplied|authentication failed|no pg_hba\.conf entry/i,
    'source.auth-failed',
  ],
  [/server version mismatch/i, 'tool.too-old'],
  [/database ".*" does not exist/i, 'source.no-database'],
  [/certificate verify failed|unable to get .*issuer|root certificate/i, 'source.tls-untrusted'],
  [/server certificate for .* does not match host name/i, 'source.tls-wrong-host'],
  [/server does not support SSL/i, 'source.tls-refused'],
  [/connection to server .* failed|could not connect|could not translate host name/i, 'source.unreachable'],
  [
    /server closed the connection|terminating connection|connection not open|could not receive data|lost synchronization|SSL SYSCALL|SSL error|no connection to the server|the database system is shutting down|could not import the requested snapshot|invalid snapshot identifier/i,
    'source.connection-lost',
  ],
];

/** pg_dump takes its lock timeout as a statement timeout around LOCK TABLE. */
const lockTimedOut = /canceling statement due to (statement|lock) timeout/i;
/** What it says when something was dropped between its list and its question. */
const wentAway =
  /cache lookup failed|could not open relation with OID|returned no data|no matching tables were found|relation ".*" does not exist|could not find (parent )?(table|block|function)|with OID \d+ does not exist/i;

/**
 * Why the program did not end well; undefined when it did. A `LetGo` means that it may go well another time.
 * @param program for the message: `pg_dump`.
 */
export function programFailure(program: string, ended: Ended): Fail | LetGo | undefined {
  if (ended.code === 0) return undefined;
  const said = lastWords(ended.stderr);
  if (ended.code === null) return new Fail('tool.killed', `${program} was ended by ${ended.signal ?? 'a signal'}.`);
  if (lockTimedOut.test(ended.stderr)) return new LetGo('locked', `${program} waited for a lock`);
  const meaning = meanings.find(([pattern]) => pattern.test(ended.stderr));
  if (meaning !== undefined)
    return new Fail(meaning[1], `${program} says: ${said}`, { hint: hintFor(meaning[1], ended.stderr) });
  if (wentAway.test(ended.stderr)) return new LetGo('changed', `${program} missed something: ${said}`);
  return new Fail('tool.failed', `${program} ended with ${ended.code}: ${said}`);
}

/** Too old for which server is in its own words; else the code's own hint says enough. */
function hintFor(code: FailureCode, stderr: string): string | undefined {
  if (code !== 'tool.too-old') return undefined;
  return installHint('client', Number(/server version: (\d+)/.exec(stderr)?.[1] ?? newestMajor));
}

/** The first error with the server's explanation, without the program's own name and the statement. */
function lastWords(stderr: string): string {
  const lines = stderr
    .split('\n')
    .map((line) => line.replace(/^\S*pg_dump(all)?(\.exe)?: /, '').trim())
    .filter((line) => line !== '' && !/^(warning|hint|query was|detail: Command was|Command was)/i.test(line));
  const text = lines.find((line) => /error|failed|aborting/i.test(line)) ?? lines.at(-1) ?? 'nothing';
  return text.replace(/^error: /, '').slice(0, 500);
}
