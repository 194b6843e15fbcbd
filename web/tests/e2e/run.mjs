// Runs all journeys in a real browser and prints one closing line.
// Why: the same journeys must pass on a running server (BASE_URL), on the built program (NUANJIA),
// and, where neither is named, on the fixtures.
// It does not build anything: page and program must stand ready.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { check, launch, results } from './harness.mjs'
import * as journeys from './journeys.mjs'
import { serveFixtures } from '../fixtures/server.mjs'

const DESK = { width: 1440, height: 900 }
const PHONE = { width: 360, height: 740 }
const START_TRIES = 200
const START_PAUSE_MS = 50

/** Starts the built program on a port of its own and waits until it answers. */
async function serveProgram(program) {
  const port = 8900 + (process.pid % 90)
  const base = `http://127.0.0.1:${port}`
  const cwd = fileURLToPath(new URL('../../..', import.meta.url))
  const running = spawn(program, ['serve', '--port', String(port)], { cwd })
  running.stderr.pipe(process.stderr)
  for (let tries = 0; tries < START_TRIES; tries += 1) {
    if (await fetch(base).then((r) => r.ok, () => false)) return { base, stop: () => running.kill() }
    await new Promise((go) => setTimeout(go, START_PAUSE_MS))
  }
  running.kill()
  throw new Error('the program did not start')
}

function subject() {
  const { BASE_URL, NUANJIA } = process.env
  if (BASE_URL) return { base: BASE_URL.replace(/\/$/, ''), stop: () => {} }
  return NUANJIA ? serveProgram(NUANJIA) : serveFixtures()
}

const { base, stop } = await subject()
const browser = await launch()
try {
  for (const journey of Object.values(journeys)) {
    for (const size of [DESK, PHONE]) {
      await journey(browser, base, size).catch((error) => {
        check(`${journey.name} ${size.width}`, false, String(error).split('\n')[0])
      })
    }
  }
} finally {
  await browser.close()
  stop()
}
console.log(`${results.passed} passed, ${results.failed} failed`)
process.exit(results.failed ? 1 : 0)
