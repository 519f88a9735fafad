import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { doorContract } from '../../shared/door.ts';
import type { z } from '../../shared/schema.ts';

type Link = z.output<typeof doorContract.door.openLink.input>['link'];

/** The only pages that Holdfast opens in a browser: what came with it, and where PostgreSQL's programs are to be had. */
export const links: Record<Link, string> = {
  guide: ownFile('docs/guide.md'),
  'source-code': ownFile('README.md'),
  'postgres-downloads': 'https://www.postgresql.org/download/',
};

/** A file that is delivered with the program, which runs from its sources or from a bundle, a folder or two below. */
function ownFile(name: string): string {
  let folder = import.meta.dirname;
  while (!existsSync(path.join(folder, name)) && path.dirname(folder) !== folder) folder = path.dirname(folder);
  // Another program cannot look into the archive of the packed app; this file lies beside it.
  const outside = path.join(folder, name).replace(/app\.asar(?=[\\/])/, 'app.asar.unpacked');
  return pathToFileURL(outside).href;
}
