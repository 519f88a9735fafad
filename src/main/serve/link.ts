import type { Announcement, Answer } from '../../shared/channel.ts';

/** `moved`: this owner is leaving and has not begun the call. `lost`: it is gone, and nobody knows whether it had. */
export type Reply = { kind: 'answer'; answer: Answer } | { kind: 'moved' } | { kind: 'lost' };

/** One way into the house, as long as it lasts. */
export interface Link {
  readonly role: 'owner' | 'guest';
  /** `signal` aborts when whoever asked does not wait any more; what was begun may go on. */
  invoke(name: string, input: unknown, signal?: AbortSignal): Promise<Reply>;
  /** Resolves when this way is closed, whoever closed it. */
  readonly ended: Promise<void>;
  /** Safe to call twice. */
  close(): Promise<void>;
}

export type OnEvent = (announcement: Announcement) => void;
