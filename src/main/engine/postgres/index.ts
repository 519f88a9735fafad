/** PostgreSQL servers, 13 to 18. What this engine promises is in `docs/rooms/engine-postgres.md`. */
import { Fail } from '../../../shared/failure.ts';
import type { Engine, Surroundings } from '../engine.ts';
import { checkPostgres } from './check.ts';
import { dump } from './dump.ts';
import { exchangeDatabases } from './exchange.ts';
import { inheritDatabase } from './inherit.ts';
import { findKeptDatabase, removeKeptDatabase } from './kept.ts';
import { countLive, estimate } from './live-count.ts';
import { meetOriginalDatabase, undoneDatabaseName } from './original.ts';
import { probe } from './probe.ts';
import { rehearsePostgres } from './rehearse.ts';
import { restorePostgres } from './restore.ts';
import { databaseTarget, sweepDatabase } from './target.ts';
import { openScratch } from './scratch.ts';
import type { OnStep } from './snapshot.ts';
import { surveyPostgres } from './survey.ts';
import { standInName } from './unfinished.ts';

/** @param onStep called between the steps of a dump; for tests. */
export function postgresEngine(surroundings: Surroundings, onStep?: OnStep): Engine {
  return {
    kind: 'postgres',
    probe: (place, watch) => probe(place, watch, surroundings),
    estimate: (place, watch) => estimate(place, watch, surroundings),
    dump: (place, options, sink, watch) => dump(place, options, sink, watch, surroundings, onStep),
    count: (place, options, watch) => countLive(place, options, watch, surroundings),
    survey: async (body, inventory, watch) => {
      try {
        return await surveyPostgres(body, inventory, watch, surroundings);
      } catch (error) {
        // Content that is no archive is what a survey is there to find.
        if (!(error instanceof Fail) || !error.code.startsWith('artifact.')) throw error;
        const { code, message } = error;
        return { problems: [{ grade: 'fatal', code, subject: inventory.artifact, message }], checks: [] };
      }
    },
    rehearse: (target, secrets, from, watch) => rehearsePostgres(target, secrets, from, watch, surroundings),
    restore: (target, secrets, opened, watch) => restorePostgres(target, secrets, opened, watch, surroundings),
    sweepTarget: (target, secrets, token, watch) => sweepDatabase(target, secrets, token, watch, surroundings),
    check: (place, from, watch) => checkPostgres(place, from, watch, surroundings),
    openScratch: (from, watch) => openScratch(from, watch, surroundings),
    meetOriginal: (target, secrets, now, watch) => meetOriginalDatabase(target, secrets, now, watch, surroundings),
    standIn: (target, token) => {
      const database = databaseTarget(target);
      const name = standInName(token);
      return { ...database, server: { ...database.server, databases: [name] }, database: name };
    },
    inherit: (target, secrets, incoming, watch) => inheritDatabase(target, secrets, incoming, watch, surroundings),
    undoneName: (target, secrets, now, watch) => undoneDatabaseName(target, secrets, now, watch, surroundings),
    exchange: (exchange, secrets, watch) => exchangeDatabases(exchange, secrets, watch, surroundings),
    findKept: (target, secrets, wanted, watch) => findKeptDatabase(target, secrets, wanted, watch, surroundings),
    removeKept: (target, secrets, restoreId, name, watch) =>
      removeKeptDatabase(target, secrets, restoreId, name, watch, surroundings),
  };
}
