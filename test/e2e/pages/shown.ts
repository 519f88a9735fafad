import type { Locator } from '@playwright/test';

/** Waits until it is seen; throws where it is not in time. */
export const expectShown = (what: Locator): Promise<void> => what.waitFor();
