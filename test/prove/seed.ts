/** Randomness that can be had again: every proof prints its seed, and takes one from HOLDFAST_SEED. */
import { randomInt } from 'node:crypto';

export interface Random {
  /** A number in [0, below). */
  int(below: number): number;
  pick<T>(list: readonly T[]): T;
  chance(probability: number): boolean;
}

/** How much of a proof to run and how to tell of it. */
export interface ProofOptions {
  count: number;
  seed: number;
  report(line: string): void;
}

export function freshSeed(): number {
  const given = process.env['HOLDFAST_SEED'];
  return given === undefined ? randomInt(2 ** 31) : Number(given);
}

/** HOLDFAST_COUNT, else what the caller has time for. */
export function countOr(usual: number): number {
  const given = process.env['HOLDFAST_COUNT'];
  return given === undefined ? usual : Number(given);
}

/** mulberry32: small, and good enough to choose instants and shapes. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (below: number): number => Math.floor(next() * below);
  return {
    int,
    pick: (list) => {
      const item = list[int(list.length)];
      if (item === undefined) throw new Error('Nothing to pick from.');
      return item;
    },
    chance: (probability) => next() < probability,
  };
}
