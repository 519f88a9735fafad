/** How this window reaches Holdfast. The only file that knows which door it stands at. */
import { type Announcement, type Answer } from '../shared/channel.ts';
import { type Failure, failures } from '../shared/failure.ts';
import { type Bridge, connectionEvent } from './transport.ts';

declare global {
  interface Window {
    /** Exposed by the preload script of the desktop window; absent in a browser. */
    holdfast?: Bridge;
  }
}

function gone(message: string, hint: string): Answer {
  const failure: Failure = {
    code: 'home.owner-left',
    message,
    hint,
    retryable: failures['home.owner-left'].retryable,
    ref: '',
  };
  return { ok: false, failure };
}

function refused(): Answer {
  const failure: Failure = {
    code: 'call.refused',
    message: 'This page is not signed in to Holdfast any more.',
    hint: 'Open the address that holdfast serve prints.',
    retryable: false,
    ref: '',
  };
  return { ok: false, failure };
}

async function post(name: string, input: unknown): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch('./call', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-holdfast': '1' },
      body: JSON.stringify({ name, input }),
    });
  } catch {
    return gone('Holdfast does not answer.', 'It ended, or it is starting again. This page tries by itself.');
  }
  if (response.status === 401 || response.status === 403) return refused();
  try {
    return (await response.json()) as Answer;
  } catch {
    return gone(`Holdfast answered with ${response.status} and no words.`, 'Reload this page.');
  }
}

/** The bridge of the browser door: calls by fetch, announcements by a stream that connects again by itself. */
function browserBridge(): Bridge {
  return {
    invoke: post,
    onAnnouncement(listen) {
      const stream = new EventSource('./events');
      const tell = (up: boolean) => listen({ sequence: 0, event: connectionEvent, payload: { up } });
      let heard = false;
      stream.addEventListener('open', () => {
        tell(true);
        // Whatever was announced while nobody listened is lost, as after a new owner.
        if (heard) listen({ sequence: 0, event: 'app.restarted', payload: {} });
        heard = true;
      });
      stream.addEventListener('error', () => tell(false));
      stream.addEventListener('message', (message: MessageEvent<string>) => {
        listen(JSON.parse(message.data) as Announcement);
      });
      return () => stream.close();
    },
  };
}

export const bridge = (): Bridge => window.holdfast ?? browserBridge();
