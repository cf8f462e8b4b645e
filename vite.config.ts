// How the page, the worker and the unit tests are built. The site is a folder of files that works in any sub-path.
// Monaco stays in a lazy chunk: only `src/editor/` imports it, and only through `import()`.

import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/** The page's HTML starts the engine, which so is ready when the page's own code has come; `state/connection.ts` takes it over. */
const engineFirst: Plugin = {
  name: 'engine-first',
  transformIndexHtml: {
    order: 'post',
    handler(_html, { bundle = {} }) {
      const worker = Object.keys(bundle).find((name) => name.startsWith('assets/worker-worker-'));
      if (!worker) return [];
      const start = `var engine = new Worker('./${worker}', { type: 'module', name: 'packetwalk engine' });`;
      return [{ tag: 'script', children: `${start} engine.onerror = () => (engine = null);`, injectTo: 'head-prepend' }];
    },
  },
};

export default defineConfig({
  base: './',
  plugins: [react(), engineFirst],
  // monaco-yaml still asks for monaco's old file layout, which its exports map no longer offers.
  resolve: { alias: [{ find: /^monaco-editor\/esm\/vs\//, replacement: 'monaco-editor/' }] },
  optimizeDeps: {
    // Found only inside workers and lazy chunks; without this the first load in development reloads the page.
    include: [
      'monaco-yaml',
      'monaco-yaml/yaml.worker.js',
      'monaco-editor/editor',
      'monaco-editor/editor/editor.worker',
      'js-yaml',
      'cmdk',
      'driver.js',
      'fflate',
      '@radix-ui/react-dialog',
      '@radix-ui/react-dropdown-menu',
      '@xyflow/react',
    ],
  },
  worker: {
    format: 'es',
    rolldownOptions: { output: { entryFileNames: 'assets/worker-[name]-[hash].js', chunkFileNames: 'assets/worker-[name]-[hash].js' } },
  },
  build: {
    target: 'es2023',
    manifest: true,
    license: true,
    // Our own report (`bundle-size`) prints what counts and holds it against the budgets.
    reportCompressedSize: false,
    chunkSizeWarningLimit: 5000,
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  test: {
    include: ['src/**/*.test.{ts,tsx}'],
    environment: 'node',
    // Random tests play thousands of cases, also on a machine that is busy with something else.
    testTimeout: 60_000,
    // Style sheets are empty in tests, but for the one that a test reads.
    css: { include: /tokens\.css/ },
  },
});
