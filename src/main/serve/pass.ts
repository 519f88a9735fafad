/** Who may come in: a link that works once, and the cookie that it is turned into. */
import { newToken } from './address.ts';
import { sameText } from './listen.ts';

/** More browsers than this at once are a fault; the oldest has to ask for a link again. */
const mostSessions = 64;

export class Passes {
  readonly #cookieName: string;
  /** Oldest first. */
  readonly #sessions = new Set<string>();
  #ticket: string | undefined;

  /** Cookies do not know ports: another server of this machine would be sent ours, were they not told apart by name. */
  constructor(port: number) {
    this.#cookieName = `holdfast-${port}`;
  }

  /** A new ticket, which works once. The one before it, if it was not used, works no more. */
  newTicket(): string {
    this.#ticket = newToken();
    return this.#ticket;
  }

  /** Takes a ticket for the value of a `Set-Cookie` header; undefined where it is not the one that works. */
  enter(ticket: string): string | undefined {
    if (this.#ticket === undefined || !sameText(ticket, this.#ticket)) return undefined;
    this.#ticket = undefined;
    const session = newToken();
    this.#sessions.add(session);
    for (const oldest of this.#sessions) {
      if (this.#sessions.size <= mostSessions) break;
      this.#sessions.delete(oldest);
    }
    return `${this.#cookieName}=${session}; Path=/; HttpOnly; SameSite=Strict`;
  }

  /** Whether this `Cookie` header holds a session of ours. Two cookies of our name are none: one of them was planted. */
  knows(header: string | undefined): boolean {
    const mine = (header ?? '')
      .split(';')
      .map((pair) => pair.trim().split('='))
      .filter(([name]) => name === this.#cookieName);
    const [pair] = mine;
    return mine.length === 1 && pair?.length === 2 && this.#sessions.has(pair[1] ?? '');
  }
}
