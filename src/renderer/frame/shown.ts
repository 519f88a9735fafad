/** What of the frame is open, and the notices at its corner. */
import { createStore } from 'zustand/vanilla';
import { useStore } from 'zustand';
import { type JobId } from '../../shared/id.ts';
import { type Notice } from '../ui/Notices.tsx';

interface Shown {
  palette: boolean;
  sheet: boolean;
  notices: readonly Notice[];
  /** The job whose end the open screen tells by itself. */
  watched: JobId | null;
}

const shown = createStore<Shown>(() => ({ palette: false, sheet: false, notices: [], watched: null }));

export const useShown = <T>(select: (state: Shown) => T): T => useStore(shown, select);

export const openPalette = (palette: boolean): void => shown.setState({ palette });
export const openSheet = (sheet: boolean): void => shown.setState({ sheet });

/** A screen that says what this job came to needs no notice over it; null when it is left. */
export const watch = (watched: JobId | null): void => shown.setState({ watched });
export const isWatched = (jobId: JobId): boolean => shown.getState().watched === jobId;

const noticesAtMost = 3;

/** Shows a notice; one with the same id takes the other's place. */
export function tell(notice: Notice): void {
  const others = shown.getState().notices.filter((other) => other.id !== notice.id);
  shown.setState({ notices: [...others, notice].slice(-noticesAtMost) });
}

export function dismiss(id: string): void {
  shown.setState({ notices: shown.getState().notices.filter((notice) => notice.id !== id) });
}
