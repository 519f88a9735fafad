import { useSyncExternalStore } from 'react';

/** Widths of the window at which something is left out. */
const steps = [1081, 760, 560] as const;
export type WidthStep = (typeof steps)[number];

function subscribe(listen: () => void): () => void {
  window.addEventListener('resize', listen);
  return () => window.removeEventListener('resize', listen);
}

const reached = (): number => steps.find((step) => window.innerWidth >= step) ?? 0;

/** The greatest step that the window is at least as wide as; 0 below all. */
export const useWindowWidth = (): number => useSyncExternalStore(subscribe, reached);
