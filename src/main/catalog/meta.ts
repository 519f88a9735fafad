import type Database from 'better-sqlite3';
import { MachineId } from '../../shared/id.ts';
import { z } from '../../shared/schema.ts';
import { newMachineId } from '../base/id.ts';

/** Small values by name. */
export interface Meta {
  /** This machine's id, made with the catalog and never changed. */
  machineId(): MachineId;
  get(key: string): string | undefined;
  set(key: string, value: string): void;
  remove(key: string): void;
}

const machineKey = 'machine.id';

export function metaOf(database: Database.Database): Meta {
  const read = database.prepare<[string], string>('SELECT value FROM meta WHERE key = ?').pluck();
  const write = database.prepare(
    'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  );
  const remove = database.prepare('DELETE FROM meta WHERE key = ?');
  return {
    machineId: () => {
      const known = read.get(machineKey);
      if (known !== undefined) return z.parse(MachineId, known);
      const made = newMachineId();
      write.run(machineKey, made);
      return made;
    },
    get: (key) => read.get(key),
    set: (key, value) => void write.run(key, value),
    remove: (key) => void remove.run(key),
  };
}
