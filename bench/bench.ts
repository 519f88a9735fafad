/**
 * `npm run bench [-- backups|catalog|responsive|first-run|found-again|sealed|direct]`: the figures that the documents quote. Each writes its own section of
 * docs/performance.md and leaves the others as they are.
 */
const benches: Record<string, () => Promise<unknown>> = {
  backups: () => import('./backups.ts'),
  catalog: () => import('./catalog.ts'),
  responsive: () => import('./responsive.ts'),
  'first-run': () => import('./first-run.ts'),
  'found-again': () => import('./found-again.ts'),
  sealed: () => import('./sealed.ts'),
  direct: () => import('./direct.ts'),
};

const [name = 'backups'] = process.argv.slice(2);
const bench = benches[name];
if (bench === undefined) {
  console.error(`There is no bench ${name}; there are ${Object.keys(benches).join(', ')}.`);
  process.exitCode = 2;
} else await bench();
