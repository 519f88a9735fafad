import { defineConfig } from 'electron-vite';
import path from 'node:path';

/** scripts/build-shell.mjs builds beside what is there and swaps it in when it is whole. */
const out = process.env['HOLDFAST_BUILD_FOLDER'] ?? 'out';

/**
 * What Electron runs: the app process, the job process, and the bridge into the window. The window itself is built by
 * vite.config.ts, because the browser door serves the same one.
 */
export default defineConfig({
  main: {
    build: {
      outDir: path.join(out, 'main'),
      emptyOutDir: true,
      // Packages stay packages: some hold binaries, and all of them are shipped as they were checked.
      externalizeDeps: true,
      rollupOptions: {
        input: { index: 'src/main/index.ts', worker: 'src/main/worker.ts' },
        // Flat: the files find package.json and resources by their own place.
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: path.join(out, 'preload'),
      emptyOutDir: true,
      externalizeDeps: false,
      // A sandboxed preload script is one CommonJS file.
      rollupOptions: {
        input: { index: 'src/preload/index.ts' },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
});
