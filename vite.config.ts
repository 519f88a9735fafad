import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The window. It is served from a folder of files by every door, so nothing in it may be inline or absolute. */
export default defineConfig({
  root: 'src/renderer',
  base: './',
  plugins: [react()],
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
