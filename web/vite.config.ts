import { join } from 'node:path'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { FORWARDED } from './forwarded.ts'

const root = import.meta.dirname
const house = join(root, '..')
const worker = process.env.WORKER_URL ?? 'http://127.0.0.1:8787'
const DEFAULT_PORT = 5173

/** Busy folders that the dashboard is not made of. */
const UNWATCHED = ['.data', '.wrangler', 'dist', 'sandbox', 'scripts', 'tests', 'workers', 'durable-objects']

export default defineConfig({
  root,
  plugins: [react(), tailwindcss()],
  resolve: { alias: { '@hono/zod-openapi': join(root, 'endpoint-shapes.ts') } },
  build: {
    outDir: join(house, 'dist/web'),
    emptyOutDir: true,
    target: 'es2023',
    chunkSizeWarningLimit: 800,
    // The polyfill is an inline script, and every browser that reads the target has module preload.
    modulePreload: { polyfill: false },
  },
  server: {
    host: '127.0.0.1',
    port: Number(process.env.WEB_PORT ?? DEFAULT_PORT),
    strictPort: true,
    proxy: {
      ...Object.fromEntries(FORWARDED.map((path) => [path, { target: worker }])),
      '/ws/': { target: worker, ws: true },
    },
    // The dev server may hand out what the dashboard is made of, and not the rest of the folder (`.dev.vars`).
    fs: { allow: [root, join(house, 'schema'), join(house, 'node_modules')] },
    watch: { ignored: UNWATCHED.map((folder) => join(house, folder, '**')) },
  },
})
