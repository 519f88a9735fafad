import { type Announcement, type Answer } from '../shared/channel.ts';

/** What carries calls and announcements between this window and its door. bridge.ts makes one. */
export interface Bridge {
  invoke(name: string, input: unknown): Promise<Answer>;
  onAnnouncement(listen: (announcement: Announcement) => void): () => void;
}

/** Announced by a bridge itself, `{ up: boolean }`: whether the other side can be heard. */
export const connectionEvent = 'app.connection';
