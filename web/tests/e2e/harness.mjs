// What the journeys stand on: a browser, pages that record every complaint, checks that are counted.
// Why: a console error, a policy report or a request elsewhere fails a run wherever it happens.
// It does not know the page; the journeys do.
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
]
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const OUT = fileURLToPath(new URL('./out/', import.meta.url))

export const results = { passed: 0, failed: 0 }

export function check(name, ok, detail = '') {
  results[ok ? 'passed' : 'failed'] += 1
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${name}${ok || !detail ? '' : ` — ${detail}`}`)
}

export function equal(name, got, wanted) {
  check(name, got === wanted, `got ${JSON.stringify(got)}, wanted ${JSON.stringify(wanted)}`)
}

export async function launch() {
  mkdirSync(OUT, { recursive: true })
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS })
}

/** A fresh page; `complaints` fills with console errors, policy reports and requests elsewhere. */
export async function freshPage(browser, base, size) {
  const context = await browser.newContext({ viewport: size, locale: 'zh-CN' })
  const page = await context.newPage()
  const complaints = []
  page.on('console', (m) => m.type() === 'error' && complaints.push(m.text()))
  page.on('pageerror', (e) => complaints.push(String(e)))
  page.on('request', (r) => {
    const url = r.url()
    if (!url.startsWith(base) && !/^(data|blob):/.test(url)) complaints.push(`elsewhere: ${url}`)
  })
  await page.addInitScript(() => {
    window.policyReports = []
    addEventListener('securitypolicyviolation', (e) => {
      window.policyReports.push(`${e.violatedDirective} ${e.blockedURI}`)
    })
  })
  return { page, complaints, done: () => context.close() }
}

/** Fails if anything was complained about on this page. */
export async function clean(name, page, complaints) {
  const reports = await page.evaluate(() => window.policyReports)
  check(`${name}: no error, policy report or request elsewhere`,
    complaints.length + reports.length === 0, [...complaints, ...reports].join(' | '))
}

export async function accessible(name, page) {
  // Through the debugger's own world: the page's policy forbids injected scripts.
  await page.evaluate(AXE)
  const found = await page.evaluate(async () => {
    const { violations } = await window.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    })
    return violations.map((v) => `${v.id} ×${v.nodes.length}: ${v.nodes[0].target}`)
  })
  check(`${name}: axe finds nothing`, found.length === 0, found.join(' | '))
}

export async function picture(name, page, fullPage = false) {
  await page.waitForTimeout(200) // Sheets slide in for 120 ms.
  await page.screenshot({ path: `${OUT}${name}.png`, fullPage })
}
