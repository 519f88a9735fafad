/** The built window, held in memory: a request can only name what was found in its folder, and no path is ever joined. */
import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { Fail } from '../../shared/failure.ts';

export interface BuiltFile {
  bytes: Buffer;
  type: string;
}

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
};
const page = '/index.html';

export class BuiltFiles {
  readonly #folder: string;
  #files = new Map<string, BuiltFile>();
  #readAt = -1;

  /** @throws Fail `window.missing` where the window was not built. */
  constructor(folder: string) {
    this.#folder = folder;
    this.#refresh();
  }

  /** The file of this exact URL path, `/` being the page; undefined for anything that was not built. */
  get(urlPath: string): BuiltFile | undefined {
    const wanted = urlPath === '/' ? page : urlPath;
    // Built again while this runs: whoever loads the page gets the new one, whole.
    if (wanted === page) this.#refresh();
    return this.#files.get(wanted);
  }

  #refresh(): void {
    const changedAt = modifiedAt(path.join(this.#folder, 'index.html'));
    if (changedAt === undefined && this.#readAt === -1)
      throw new Fail('window.missing', `The window is not built: ${this.#folder} has no index.html.`);
    if (changedAt === undefined || changedAt === this.#readAt) return;
    const files = new Map<string, BuiltFile>();
    collect(this.#folder, '', files);
    this.#files = files;
    this.#readAt = changedAt;
  }
}

function modifiedAt(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs;
}

/** Symbolic links are left out, whatever they lead to, and so is what has no known type. */
function collect(folder: string, urlFolder: string, files: Map<string, BuiltFile>): void {
  for (const name of readdirSync(folder)) {
    const file = path.join(folder, name);
    const stats = lstatSync(file);
    if (stats.isDirectory()) collect(file, `${urlFolder}/${name}`, files);
    const type = types[path.extname(name)];
    if (stats.isFile() && type !== undefined) files.set(`${urlFolder}/${name}`, { bytes: readFileSync(file), type });
  }
}
