import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const file = path.join(path.dirname(fileURLToPath(import.meta.url)), '../docs/performance.md');

/** Writes the section of this title anew, in its place; a new one goes to the end. */
export function writeSection(title: string, lines: readonly string[]): void {
  const [head = '# Performance\n', ...sections] = readFileSync(file, 'utf8').split(/\n(?=## )/);
  const text = `## ${title}\n\n${lines.join('\n').trim()}\n`;
  const at = sections.findIndex((section) => section.startsWith(`## ${title}\n`));
  if (at === -1) sections.push(text);
  else sections[at] = text;
  writeFileSync(file, `${[head, ...sections].map((part) => part.trim()).join('\n\n')}\n`);
  console.log(text);
}

/** When and on what a figure was seen. */
export function seenOn(): string {
  const memory = Math.round(totalmem() / 2 ** 30);
  return `on ${new Date().toISOString().slice(0, 10)}: ${cpus().length} × ${cpus()[0]?.model.trim()}, ${memory} GiB, Node ${process.version}`;
}
