/** A disk that is soon full: a file system in memory of a given size. Only root can mount one. */
import { spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { tempFolder } from './temp.ts';

export interface SmallDisk {
  /** Empty, private (0700). */
  folder: string;
  /** Takes it away, as if it were pulled out: the folder stays, what was in it is gone. Calling it twice is fine. */
  unmount(): void;
}

/** Why there is no small disk here; undefined where there can be one. */
export function smallDiskMissing(): string | undefined {
  if (process.platform !== 'linux') return 'only Linux mounts a file system in memory';
  if (process.getuid?.() !== 0) return 'only root may mount one';
  const folder = tempFolder('small-disk-probe');
  const said = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder], { encoding: 'utf8' });
  if (said.status !== 0) return `mount: ${said.stderr.trim() || 'refused'}`;
  spawnSync('umount', [folder]);
  return undefined;
}

export function smallDisk(sizeBytes: number): SmallDisk {
  const folder = tempFolder('small-disk');
  const said = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeBytes}`, 'tmpfs', folder], { encoding: 'utf8' });
  if (said.status !== 0) throw new Error(`A file system of ${sizeBytes} bytes could not be mounted: ${said.stderr}`);
  chmodSync(folder, 0o700);
  const unmount = (): void => void spawnSync('umount', ['-l', folder]);
  process.once('exit', unmount);
  return { folder, unmount };
}
