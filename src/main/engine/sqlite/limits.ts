/** How far a dump may go at somebody else's cost. */
export interface Limits {
  /** How many bytes the `-wal` may grow while a snapshot is held; undefined means half the database, but 256 MiB at least. */
  walGrowthBytes: number | undefined;
  /** Pages copied between two looks at the signal, the clock and the `-wal`. */
  stepPages: number;
}

export const defaultLimits: Limits = { walGrowthBytes: undefined, stepPages: 1000 };
