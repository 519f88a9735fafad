import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Sheets arrive in an order that nobody promises, and the first one decides the order of the layers: each begins with it. */
const layerOrder: Plugin = {
  name: 'layer-order',
  enforce: 'post',
  generateBundle(_options, bundle) {
    for (const output of Object.values(bundle)) {
      if (output.type !== 'asset' || !output.fileName.endsWith('.css')) continue;
      output.source = `@layer tokens,base,controls,patterns,screens;${String(output.source)}`;
    }
  },
};

/** What React Aria says aloud in 33 other languages would be a fifth of the page; the window speaks English. */
const onlyEnglish: Plugin = {
  name: 'only-english',
  enforce: 'pre',
  resolveId(source, importer) {
    if (importer === undefined || !/react-(?:aria|stately)/.test(importer)) return null;
    const english = source.replace(/(\/intl\/.*\/)[a-z]{2}-[A-Z]{2}[.]mjs$/, '$1en-US.mjs');
    return english === source ? null : this.resolve(english, importer, { skipSelf: true });
  },
};

/** The window. It is served from a folder of files by every door, so nothing in it may be inline or absolute. */
export default defineConfig({
  root: 'src/renderer',
  base: './',
  plugins: [onlyEnglish, react(), layerOrder],
  // A data: address in a style sheet would need a wider content security policy than the window has.
  build: {
    outDir: '../../out/renderer',
    emptyOutDir: true,
    target: 'chrome140',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1_000,
  },
});
