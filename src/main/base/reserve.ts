import { statfs } from 'node:fs/promises';

const mostBytes = 1024 * 1024 * 1024;
const share = 0.01;

/** What a dump leaves free on its disk: 1 %, at most 1 GiB. A full disk stops more than backups. */
export async function spoolReserveBytes(folder: string): Promise<number> {
  const { blocks, bsize } = await statfs(folder);
  return Math.min(mostBytes, Math.floor(blocks * bsize * share));
}
