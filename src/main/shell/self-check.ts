/** `--self-check`: what a packed app has to show before anybody trusts it. Prints one JSON document and ends. */
import Database from 'better-sqlite3';
import { app } from 'electron';
import { createHash, getCiphers, randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { DoctorReport } from '../../shared/doctor.ts';
import { toFailure } from '../../shared/failure.ts';
import { systemClock } from '../base/clock.ts';
import type { Environment } from '../base/environment.ts';
import type { JobHost } from '../job/host.ts';
import { openDoor, type Door } from '../serve/door.ts';
import { openHouse } from '../wire.ts';

export interface SelfCheckOptions {
  env: Environment;
  host: JobHost;
  version: string;
}

interface Finding {
  ok: boolean;
  [fact: string]: unknown;
}

const sampleBytes = 1024 * 1024;

/** Works in a folder of its own and touches no data folder. The exit code is 0 if every check holds, else 1. */
export async function checkSelf({ env, host, version }: SelfCheckOptions): Promise<void> {
  const home = app.getPath('userData');
  const findings: Record<string, Finding> = {};
  const check = async (name: string, make: () => Promise<Finding> | Finding): Promise<void> => {
    try {
      findings[name] = await make();
    } catch (thrown) {
      const { code, message, hint } = toFailure(thrown, name);
      findings[name] = { ok: false, code, message, hint, detail: thrown instanceof Error ? thrown.message : '' };
    }
  };
  const file = path.join(home, 'self-check.sqlite');
  await check('zstd', zstdRoundTrip);
  await check('ciphers', () => ({ ok: getCiphers().includes('aes-256-gcm'), list: getCiphers() }));
  await check('sqliteBlob', () => sqliteBlob(file));
  const timed = timedHost(host);
  const data = path.join(home, 'home');
  let door: Door | undefined;
  await check('catalog', async () => {
    door = await openDoor({ ...env, home: data }, systemClock, (at, clock) => openHouse(at, clock, { host: timed }), {
      door: 'window',
    });
    return { ok: true, owner: door.role() === 'owner', sources: (await door.api.source.list({})).length };
  });
  if (door !== undefined) {
    const { api } = door;
    await check('keychain', async () => keychain(await api.app.doctor({})));
    await check('jobProcess', async () => {
      const { jobId } = await api.source.test({ settings: { kind: 'sqlite', file }, secrets: {} });
      const { job } = await api.job.wait({ jobId });
      return {
        ok: job.state === 'succeeded',
        state: job.state,
        firstWordMs: timed.firstWordMs(),
        failure: job.failure,
      };
    });
    await door.close();
  }
  rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  const ok = Object.values(findings).every((finding) => finding.ok);
  const { electron, node, chrome } = process.versions as Record<string, string>;
  const document = { ok, holdfast: version, electron, node, chrome, packaged: app.isPackaged, ...findings };
  // oxlint-disable-next-line house/terminal -- this switch is a command of the terminal, and its answer is this text
  process.stdout.write(`${JSON.stringify(document, null, 2)}\n`, () => app.exit(ok ? 0 : 1));
}

function zstdRoundTrip(): Finding {
  const text = Buffer.from('holdfast '.repeat(sampleBytes / 9));
  const packed = zstdCompressSync(text);
  return { ok: zstdDecompressSync(packed).equals(text), bytes: text.length, packedBytes: packed.length };
}

/** Electron's memory cage does not take every way of handing bytes from C++ to JavaScript. */
function sqliteBlob(file: string): Finding {
  const blob = randomBytes(sampleBytes);
  const database = new Database(file);
  try {
    database.exec('CREATE TABLE sample (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL)');
    database.prepare('INSERT INTO sample (bytes) VALUES (?)').run(blob);
    const { bytes } = database.prepare('SELECT bytes FROM sample').get() as { bytes: Buffer };
    return { ok: bytes.equals(blob), bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  } finally {
    database.close();
  }
}

/** Tells who keeps the secrets. A machine without a keychain is no fault of the app, if it says what it does instead. */
function keychain({ keeper }: DoctorReport): Finding {
  return { ok: true, ...keeper };
}

/** Measures how long a job process takes from its start to its first word. */
function timedHost(host: JobHost): JobHost & { firstWordMs(): number | null } {
  let firstWordMs: number | null = null;
  return {
    firstWordMs: () => firstWordMs,
    start(job, handlers) {
      const begun = systemClock.elapsed();
      const heard = (): void => {
        firstWordMs ??= Math.round(systemClock.elapsed() - begun);
      };
      const hearing =
        <T>(hear: (value: T) => void) =>
        (value: T): void => {
          heard();
          hear(value);
        };
      return host.start(job, {
        progress: hearing((progress) => handlers.progress(progress)),
        phase: hearing((name) => handlers.phase(name)),
        child: hearing((event) => handlers.child(event)),
        log: hearing((line) => handlers.log(line)),
        told: hearing((fact) => handlers.told(fact)),
        released: () => handlers.released(),
      });
    },
  };
}
