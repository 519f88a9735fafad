/** Lets everything pass, and counts it. */
import type { Throttle } from '../../src/main/destination/throttle.ts';

export function countingThrottle(pieceBytes: number): Throttle & { pieces: number[]; total(): number } {
  const pieces: number[] = [];
  return {
    pieces,
    total: () => pieces.reduce((sum, one) => sum + one, 0),
    limited: () => true,
    pieceBytes: () => pieceBytes,
    take: async (bytes) => void pieces.push(bytes),
  };
}
