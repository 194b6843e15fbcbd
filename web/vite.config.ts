// How the live paper is built.
// Why these settings: the page runs under a strict content policy and on old browsers (Chromium 90),
// so nothing is inlined, no polyfill script is injected and both syntax and CSS are lowered.
// It does not serve the API: in development, requests go to the server named in NUANJIA_SERVER.
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

const server = process.env.NUANJIA_SERVER ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [vue()],
  build: {
    target: 'chrome90',
    cssTarget: 'chrome90',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/api': server } },
  test: { environment: 'happy-dom', include: ['tests/unit/**/*.test.ts'] },
})
