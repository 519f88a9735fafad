/**
 * A small program of its own: it outlives the process that started it, however that ends, and takes the throw-away
 * server with it. `node watchdog.ts FOLDER RECORD`; on standard input comes one line `PID START-TIME` when the server
 * runs, and the end of the input means that the owner is gone or has finished.
 */
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { endServer, removeScratchFolder, type KnownProcess } from './leftover.ts';

async function watch(folder: string, record: string): Promise<void> {
  // A terminal that closes, or a Ctrl-C meant for the owner, must not end the watchdog before its work is done.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
  let text = '';
  process.stdin.setEncoding('utf8');
  process.stdin.on('error', () => {});
  for await (const chunk of process.stdin) text += String(chunk);
  await endServer(folder, serverIn(text));
  await removeScratchFolder(folder);
  await rm(record, { force: true });
}

function serverIn(text: string): KnownProcess | null {
  const found = /^(\d+) (.+)$/m.exec(text);
  return found === null ? null : { pid: Number(found[1]), startTime: found[2] ?? '' };
}

const [, script, folder, record] = process.argv;
if (script === fileURLToPath(import.meta.url) && folder !== undefined && record !== undefined)
  await watch(folder, record);
