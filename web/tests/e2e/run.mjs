// Browser journeys on the real program: the paper, a clause, its records, the day, another organisation.
// Why: only a browser shows whether the page works under its strict policy, by keyboard and at 360 px.
// It needs NUANJIA (the built program) and Debian's Chromium; pictures are left in tests/e2e/out.
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const here = dirname(fileURLToPath(import.meta.url))
const root = resolve(here, '../../..')
const port = 8900 + (process.pid % 90)
const base = process.env.BASE_URL ?? `http://127.0.0.1:${port}`
const axe = readFileSync(resolve(here, '../../node_modules/axe-core/axe.min.js'), 'utf8')
const quiet = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
]
const outcomes = { passed: 0, failed: 0 }
mkdirSync(resolve(here, 'out'), { recursive: true })

async function journey(name, body) {
  try {
    await body()
    outcomes.passed += 1
    console.log(`ok   ${name}`)
  } catch (error) {
    outcomes.failed += 1
    console.log(`FAIL ${name}\n     ${error.stack ?? error}`)
  }
}

function must(truth, words) {
  if (!truth) throw new Error(words)
}

async function until(question, words) {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await question()) return
    await new Promise((go) => setTimeout(go, 50))
  }
  throw new Error(words)
}

async function startProgram() {
  if (process.env.BASE_URL) return null
  must(process.env.NUANJIA, 'NUANJIA must name the built program')
  const program = spawn(process.env.NUANJIA, ['serve', '--port', String(port)], { cwd: root })
  program.stderr.pipe(process.stderr)
  await until(() => fetch(base).then((r) => r.ok, () => false), 'the program did not start')
  return program
}

async function open(browser, width, height) {
  const page = await browser.newPage({ viewport: { width, height } })
  const troubles = []
  page.on('console', (m) => m.type() === 'error' && troubles.push(m.text()))
  page.on('pageerror', (e) => troubles.push(String(e)))
  page.on('request', (r) => r.url().startsWith(base) || troubles.push(`left: ${r.url()}`))
  await page.goto(base)
  await page.locator('.note').first().waitFor()
  await page.locator('.rail-counts li').first().waitFor()
  return { page, troubles }
}

async function axeFinds(page) {
  await page.evaluate(axe)
  const found = await page.evaluate(() => globalThis.axe.run())
  return found.violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.html).join(' | ')}`)
}

async function atWidth(browser, width, height) {
  const { page, troubles } = await open(browser, width, height)
  const picture = (name) =>
    page.screenshot({ path: resolve(here, 'out', `${name}-${width}.png`) })
  await journey(`the paper stands in its own words at ${width} px`, async () => {
    const text = await page.locator('.sheet').innerText()
    must(text.includes('市、县区妇联每名干部入户走访不少于10户'), 'a sentence of the paper is missing')
    must((await page.locator('.rehearsal').innerText()).includes('不是真人'), 'no rehearsal band')
    const wide = await page.evaluate(() => document.documentElement.scrollWidth)
    must(wide <= width, `the page is ${wide} px wide`)
    await picture('paper')
    await page.locator('.note').first().scrollIntoViewIfNeeded()
    await picture('notes')
  })
  await journey(`axe finds nothing on the paper at ${width} px`, async () => {
    const found = await axeFinds(page)
    must(found.length === 0, found.join('\n'))
  })
  await journey(`a clause opens its rule and its records at ${width} px`, async () => {
    await page.locator('.note', { hasText: 'C037' }).first().click()
    await page.locator('.duty').first().waitFor()
    await picture('clause')
    const found = await axeFinds(page)
    must(found.length === 0, found.join('\n'))
    await page.locator('.duty button').first().click()
    await page.locator('.duty h4').first().waitFor()
    await picture('records')
    await page.keyboard.press('Escape')
    await until(async () => (await page.locator('dialog[open]').count()) === 0, 'Esc does not close')
  })
  await journey(`no error, no report, no request elsewhere at ${width} px`, async () => {
    must(troubles.length === 0, troubles.join('\n'))
  })
  await page.close()
}

async function dayAndOrganisation(browser) {
  const { page } = await open(browser, 1440, 1000)
  const counts = () => page.locator('.rail-counts').innerText()
  await journey('the day moves by keyboard and the counts follow', async () => {
    const before = await counts()
    await page.locator('.knob').focus()
    await page.keyboard.press('Home')
    await until(async () => (await counts()) !== before, 'the counts stayed')
    await page.keyboard.press('End')
    await page.keyboard.press('ArrowLeft')
    const said = await page.locator('.knob').getAttribute('aria-valuetext')
    must(said.includes('12月30日'), `the knob says ${said}`)
  })
  await journey('another organisation shows its own counts', async () => {
    await page.locator('.top-bar .org').click()
    await page.locator('.org-choose', { hasText: '惠民县' }).first().click()
    await until(
      async () => (await page.locator('.top-bar').innerText()).includes('惠民县'),
      'the organisation did not change',
    )
  })
  await page.close()
}

const program = await startProgram()
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: quiet })
try {
  await atWidth(browser, 360, 740)
  await atWidth(browser, 1440, 1000)
  await dayAndOrganisation(browser)
} finally {
  await browser.close()
  program?.kill()
}
console.log(`${outcomes.passed} passed, ${outcomes.failed} failed`)
process.exit(outcomes.failed === 0 ? 0 : 1)
