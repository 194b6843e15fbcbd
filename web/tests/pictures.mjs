// Makes the pictures of the README from a running server: node tests/pictures.mjs BASE_URL OUT_DIR
// Why: pictures that nobody can make again grow old. It checks nothing; the journeys do.
// Read next: e2e/harness.mjs.
import { mkdirSync } from 'node:fs'
import { freshPage, launch } from './e2e/harness.mjs'

const [base, out] = process.argv.slice(2)
if (!base || !out) {
  console.error('usage: node tests/pictures.mjs BASE_URL OUT_DIR')
  process.exit(1)
}
mkdirSync(out, { recursive: true })

const DESKTOP = { width: 1440, height: 1000 }
const PHONE = { width: 360, height: 760 }
const VIEWS = [
  ['paper', '', 2300],
  ['clause', '#/clause=C035'],
  ['reading', '#/clause=C035&reading=C035%2Fapril%3Dinclude'],
]

const browser = await launch()
for (const [size, viewport] of [['desktop', DESKTOP], ['phone', PHONE]]) {
  for (const [name, place, down = 0] of VIEWS) {
    const { page, done } = await freshPage(browser, base, viewport)
    await page.goto(`${base}/${place}`, { waitUntil: 'networkidle' })
    await page.mouse.wheel(0, down)
    await page.waitForTimeout(400)
    await page.screenshot({ path: `${out}/${name}-${size}.png` })
    await done()
  }
}
await browser.close()
