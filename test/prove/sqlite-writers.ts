/** Backups of SQLite databases that are written to all the while: every manifest must be what its restore gives. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { wholeScope } from '../../src/shared/source.ts';
import {
  dumpFile,
  engineWith,
  makeShop,
  placeOf,
  shopIsConsistent,
  startWriter,
  testWatch,
} from '../helpers/sqlite.ts';
import { tempFolder } from '../helpers/temp.ts';
import { randomFrom, type ProofOptions } from './seed.ts';

export interface WriterProof {
  backups: number;
  /** Transactions that the writers committed while backups ran. */
  committed: number;
  /** Transactions that gave up because the database was locked; must be 0 with the usual busy timeout of 5 s. */
  refused: number;
  /** Longest time that writers had to wait, as the backups report it. */
  writersWaitedMs: number;
}

/**
 * Takes `count` backups in all, half of them of a WAL database and half of one in rollback-journal mode, each under a
 * process that writes some 200 transactions a second. Throws at the first backup whose restore is not its manifest, or
 * in which the writer's own books do not balance.
 */
export async function backupsUnderWriters(options: ProofOptions): Promise<WriterProof> {
  const proof: WriterProof = { backups: 0, committed: 0, refused: 0, writersWaitedMs: 0 };
  const random = randomFrom(options.seed);
  const perMode = { wal: Math.ceil(options.count / 2), delete: Math.floor(options.count / 2) };
  for (const mode of ['wal', 'delete'] as const) {
    const folder = tempFolder(`writers-${mode}`);
    const file = makeShop(join(folder, 'shop.sqlite'), mode, 5_000 + random.int(20_000));
    const writer = await startWriter(file, { perSecond: 200, noteBytes: 100 + random.int(2_000), timeoutMs: 5_000 });
    const seen = new Set<number>();
    try {
      for (let n = 1; n <= perMode[mode]; n += 1) {
        const { rows, waitedMs } = await backUpAndProve(file, folder, `${mode}-${n}`);
        seen.add(rows);
        proof.backups += 1;
        proof.writersWaitedMs = Math.max(proof.writersWaitedMs, waitedMs);
        options.report(
          `${mode} ${n}/${perMode[mode]}: ${rows} rows, manifest equal to its restore, writers waited ${waitedMs} ms`,
        );
      }
    } finally {
      const { committed, failed } = await writer.stop();
      proof.committed += committed;
      proof.refused += failed;
    }
    if (perMode[mode] > 1 && seen.size < 2)
      throw new Error(`seed ${options.seed}: nothing was written between the backups (${mode}).`);
    if (!shopIsConsistent(file)) throw new Error(`seed ${options.seed}: the source itself was harmed (${mode}).`);
  }
  if (proof.refused > 0)
    throw new Error(`seed ${options.seed}: ${proof.refused} transactions were refused while backups ran.`);
  return proof;
}

async function backUpAndProve(
  file: string,
  folder: string,
  label: string,
): Promise<{ rows: number; waitedMs: number }> {
  const engine = engineWith();
  const watch = testWatch('writers');
  const { inventory, file: stored } = await dumpFile(engine, file, watch);
  const target = join(folder, `restored-${label}.sqlite`);
  const restored = await engine.restore(
    { kind: 'file', file: target },
    {},
    { file: stored, inventory, globals: null, token: 'test-restore' },
    watch,
  );
  const counted = await engine.count(placeOf(target), { digests: true, scope: wholeScope }, watch);
  const facts = JSON.stringify([inventory.tables, inventory.objects, inventory.digest?.probe]);
  if (facts !== JSON.stringify([counted.tables, counted.objects, counted.digestProbe])) {
    throw new Error(`${label}: the manifest promises ${facts}, the restore has ${JSON.stringify(counted)}.`);
  }
  if (!shopIsConsistent(target)) throw new Error(`${label}: the restored books do not balance: it is not one moment.`);
  const { problems } = await engine.check(placeOf(target), inventory, watch);
  if (problems.length > 0) throw new Error(`${label}: ${JSON.stringify(problems)}`);
  await restored.undo();
  if (existsSync(target)) throw new Error(`${label}: undo left ${target}.`);
  return {
    rows: inventory.tables.find((table) => table.name === 'ledger')?.rows ?? 0,
    waitedMs: inventory.engine.kind === 'sqlite' ? inventory.engine.writersWaitedMs : 0,
  };
}
