/** Job ends on the desktop. The window and the tray say the same: a system may show no notification at all. */
import { Notification } from 'electron';
import type { Preferences } from '../../shared/preferences.ts';
import { isNotified, type Result } from './result.ts';

export interface NotificationOptions {
  notify(): Preferences['notify'];
  /** Whether a person looks at the window, which tells it itself. */
  watched(): boolean;
  open(result: Result): void;
}

export class Notifications {
  readonly #options: NotificationOptions;
  /** Kept until they are gone: one that is collected can no longer be clicked. */
  readonly #shown = new Set<Notification>();

  constructor(options: NotificationOptions) {
    this.#options = options;
  }

  tell(result: Result): void {
    if (!isNotified(result, this.#options.notify()) || this.#options.watched() || !Notification.isSupported()) return;
    const notification = new Notification({
      title: result.title,
      body: result.detail,
      urgency: result.grade === 'problem' ? 'critical' : 'normal',
    });
    this.#shown.add(notification);
    const gone = (): void => void this.#shown.delete(notification);
    notification.on('click', () => {
      gone();
      this.#options.open(result);
    });
    notification.on('close', gone);
    notification.on('failed', gone);
    notification.show();
  }
}
