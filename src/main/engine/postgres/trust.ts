import { readFileSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';

/** Who owns a program, and why it is not run, if it is not. */
export interface Trust {
  owner: string;
  distrust: string | null;
}

/**
 * Whether somebody else could have changed this program: it and every folder above it must belong to root or to this user,
 * and must not be writable by others. Groups of administrators, and a group of the user alone, do not count as others;
 * a sticky folder protects what is in it. On Windows the place decides instead: modes say nothing there.
 * @param program an absolute path without symbolic links.
 */
export function judgeProgram(program: string): Trust {
  if (process.platform === 'win32') return { owner: 'unknown', distrust: null };
  const own = process.getuid?.() ?? -1;
  const owner = accountOf(statSync(program).uid);
  if (!path.isAbsolute(program)) return { owner, distrust: `${program} is not an absolute path.` };
  for (let current = program; ; current = path.dirname(current)) {
    const { uid, gid, mode } = statSync(current);
    if (uid !== 0 && uid !== own) return { owner, distrust: `${current} belongs to ${accountOf(uid)}.` };
    const sticky = current !== program && (mode & 0o1000) !== 0;
    if ((mode & 0o002) !== 0 && !sticky) return { owner, distrust: `${current} can be changed by everyone.` };
    if ((mode & 0o020) !== 0 && !sticky && !isHarmlessGroup(gid, uid)) {
      return { owner, distrust: `${current} can be changed by the group ${gid}.` };
    }
    if (current === path.dirname(current)) return { owner, distrust: null };
  }
}

/** Administrators may change every program anyway; a user's private group has the user's own number. */
function isHarmlessGroup(gid: number, uid: number): boolean {
  return gid === 0 || (process.platform === 'darwin' && gid === 80) || (gid === uid && uid === process.getuid?.());
}

let accounts: Map<number, string> | undefined;

export function accountOf(uid: number): string {
  if (accounts === undefined) {
    accounts = new Map([[userInfo().uid, userInfo().username]]);
    try {
      for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
        const [name, , id] = line.split(':');
        if (name !== undefined && id !== undefined) accounts.set(Number(id), name);
      }
    } catch {
      // macOS keeps its accounts elsewhere; the number is said instead.
    }
  }
  return accounts.get(uid) ?? `user ${uid}`;
}
