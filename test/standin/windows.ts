/** Which windows there are; apart from the windows themselves, so that `app` can close them. */
export interface Closable {
  id: number;
  close(): void;
  isDestroyed(): boolean;
}

const windows = new Map<number, Closable>();
let lastId = 0;

export function nextWindowId(): number {
  lastId += 1;
  return lastId;
}

export const closableWindows = (): Closable[] => [...windows.values()];
export const addWindow = (window: Closable): void => void windows.set(window.id, window);
export const removeWindow = (window: Closable): void => void windows.delete(window.id);
