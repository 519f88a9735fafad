/** `holdfast serve` as a person starts it: a real process, whose links are read from what it prints. */
import { startHoldfast, type Ran } from './holdfast.ts';

export interface Served {
  /** The link that was printed first. */
  link: string;
  /** Presses Enter, and waits for the next link. */
  nextLink(): Promise<string>;
  pid: number;
  /** Ctrl-C. */
  end(): Promise<Ran>;
  /** SIGKILL: the owner is gone from one moment to the next. */
  kill(): Promise<void>;
  ended: Promise<Ran>;
}

export async function serve(
  home: string,
  options: { env?: Record<string, string>; args?: string[] } = {},
): Promise<Served> {
  const { env, args = [] } = options;
  const door = startHoldfast(home, ['serve', '--json', '--no-open', ...args], {
    keepInput: true,
    ...(env === undefined ? {} : { env }),
  });
  const links: string[] = [];
  const waiting: ((link: string) => void)[] = [];
  let open = '';
  door.child.stdout?.on('data', (text: string) => {
    const lines = (open + text).split('\n');
    open = lines.pop() ?? '';
    for (const line of lines) {
      // The document that closes it is laid out over several lines.
      if (!line.startsWith('{"url":')) continue;
      const { url } = JSON.parse(line) as { url: string };
      const next = waiting.shift();
      if (next === undefined) links.push(url);
      else next(url);
    }
  });
  const nextLink = (): Promise<string> => {
    const there = links.shift();
    if (there !== undefined) return Promise.resolve(there);
    return Promise.race([
      new Promise<string>((resolve) => waiting.push(resolve)),
      door.ended.then((ran) => {
        throw new Error(`holdfast serve ended with ${ran.code}.\n${ran.stdout}\n${ran.stderr}`);
      }),
    ]);
  };
  const link = await nextLink();
  return {
    link,
    nextLink: () => {
      door.child.stdin?.write('\n');
      return nextLink();
    },
    pid: door.child.pid ?? -1,
    async end() {
      door.child.kill('SIGINT');
      return door.ended;
    },
    async kill() {
      door.child.kill('SIGKILL');
      await door.ended;
    },
    ended: door.ended,
  };
}
