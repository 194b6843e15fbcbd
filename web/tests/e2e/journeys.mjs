// What a reader does with the live paper, step by step, at a given width.
// Why: the page is judged by what people can do on it, with mouse and with keyboard alone.
// It does not compare pictures; they are written for people to look at.
import { accessible, check, clean, equal, freshPage, picture } from './harness.mjs'

const DAY = '#rail-typed'
const KNOB = 'input[type=range]'

async function opened(browser, base, size, hash = '') {
  const at = await freshPage(browser, base, size)
  await at.page.goto(`${base}/${hash}`)
  await at.page.waitForSelector('.rail-counts li[class^=dot]')
  return at
}

async function settled(page) {
  await page.waitForTimeout(260)
  await page.waitForSelector('.rail-counts[aria-busy=false]')
}

export async function looks(browser, base, size) {
  const name = `paper ${size.width}`
  const { page, complaints, done } = await opened(browser, base, size)
  await page.waitForSelector('.note')
  equal(`${name}: the band says it is a rehearsal`,
    (await page.textContent('.rehearsal')).includes('演练数据，不是真人'), true)
  check(`${name}: one red head`, (await page.locator('.red-head').count()) === 1)
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  equal(`${name}: nothing wider than the screen`, wide, 0)
  const beside = await page.locator('.note-place.beside').count()
  equal(`${name}: notes ${size.width < 1100 ? 'below' : 'beside'}`, beside > 0, size.width >= 1100)
  await picture(`top-${size.width}`, page)
  await picture(`whole-${size.width}`, page, true)
  await page.locator('.note-place').nth(2).scrollIntoViewIfNeeded()
  await picture(`margin-${size.width}`, page)
  await accessible(name, page)
  if (size.width < 720) await targets(name, page)
  await clean(name, page, complaints)
  await done()
}

async function targets(name, page) {
  const small = await page.evaluate(() =>
    [...document.querySelectorAll('.note, button, input')]
      // A radio is pressed by its whole label.
      .map((e) => [e.className, (e.closest('label') ?? e).getBoundingClientRect()])
      .filter(([, r]) => r.height > 0 && (r.height < 47.5 || r.width < 47.5))
      .map(([c, r]) => `${c} ${Math.round(r.width)}×${Math.round(r.height)}`))
  check(`${name}: targets of 48 px`, small.length === 0, small.join(' | '))
}

export async function clauseSheet(browser, base, size) {
  const name = `clause ${size.width}`
  const { page, complaints, done } = await opened(browser, base, size)
  const note = page.locator('.note', { hasText: 'C035' }).first()
  await note.click()
  await page.waitForSelector('dialog[open] .rule-said')
  const text = await page.textContent('dialog')
  for (const heading of ['这句话', '怎么算', '数从哪里来', '完成情况', '任务']) {
    check(`${name}: shows ${heading}`, text.includes(heading))
  }
  check(`${name}: address names it`, page.url().includes('clause=C035'))
  await picture(`clause-${size.width}`, page)
  const why = page.getByRole('button', { name: /算进去的记录/ })
  if (await why.count()) {
    await why.first().click()
    await page.waitForSelector('.evidence h4')
    await why.first().scrollIntoViewIfNeeded()
    await picture(`evidence-${size.width}`, page)
  }
  await accessible(name, page)
  if (size.width < 720) await targets(name, page)
  await keepsFocus(name, page)
  await page.keyboard.press('Escape')
  await page.waitForSelector('dialog', { state: 'detached' })
  equal(`${name}: Esc gives the focus back`,
    await page.evaluate(() => document.activeElement.classList.contains('note')), true)
  check(`${name}: address is clean again`, !page.url().includes('clause='))
  await clean(name, page, complaints)
  await done()
}

export async function otherReading(browser, base, size) {
  const name = `reading ${size.width}`
  const { page, complaints, done } = await opened(browser, base, size, '#/clause=C035')
  await page.waitForSelector('dialog[open] .axis')
  const official = await page.textContent('.rail-counts')
  check(`${name}: the official one is marked`,
    (await page.locator('.axis-option.on').first().textContent()).includes('正式读法'))
  await page.locator('.axis').first().scrollIntoViewIfNeeded()
  await picture(`readings-${size.width}`, page)
  await page.locator('.axis-option.on input').first().focus()
  await page.keyboard.press('ArrowDown')
  await page.waitForSelector('.comparison[aria-busy=false]')
  check(`${name}: the band says that nothing changes`,
    (await page.textContent('.trying')).includes('试看另一种理解，不改变正式结果'))
  check(`${name}: a sentence says what would`,
    /换成这种理解：.*新增/.test(await page.textContent('.comparison [role=status]')))
  check(`${name}: address names it`, decodeURIComponent(page.url()).includes('reading=C035/'))
  equal(`${name}: the rest of the page stays`, await page.textContent('.rail-counts'), official)
  await page.locator('.comparison').scrollIntoViewIfNeeded()
  await picture(`reading-${size.width}`, page)
  await accessible(name, page)
  if (size.width < 720) await targets(name, page)
  const there = page.url()
  await page.getByRole('button', { name: '回到正式读法' }).click()
  await page.waitForSelector('.comparison', { state: 'detached' })
  check(`${name}: back to the official one`, !page.url().includes('reading='))
  await page.goto('about:blank')
  await page.goto(there)
  await page.waitForSelector('.comparison table')
  check(`${name}: the address brings it back`, true)
  await page.keyboard.press('Escape')
  await page.waitForSelector('dialog', { state: 'detached' })
  check(`${name}: closed with the sheet`, !page.url().includes('reading='))
  await clean(name, page, complaints)
  await done()
}

export async function ruleAsWritten(browser, base, size) {
  const name = `rule ${size.width}`
  const { page, complaints, done } = await opened(browser, base, size, '#/clause=C035')
  await page.waitForSelector('.rule-said')
  check(`${name}: a sentence, not plan language`,
    (await page.textContent('.rule-said')).includes('每个月下基层不少于 2 次'))
  equal(`${name}: the plan's words wait`, await page.isVisible('.rule'), false)
  await page.focus('.more summary')
  await page.keyboard.press('Enter')
  equal(`${name}: and come when asked`, await page.isVisible('.rule'), true)
  await picture(`rule-${size.width}`, page)
  await accessible(name, page)
  await clean(name, page, complaints)
  await done()
}

export async function homesInSmallNumbers(browser, base, size) {
  const name = `homes ${size.width}`
  const { page, complaints, done } = await opened(browser, base, size, '#/clause=C038')
  await page.waitForSelector('dialog[open] h3')
  await page.waitForSelector('dialog[open] section:last-of-type p')
  const counts = await page.locator('dialog .count-line b, dialog .figures .num').allTextContents()
  check(`${name}: none of one to four`, !counts.some((t) => /^\s*[1-4]\s*$/.test(t)), counts.join(' '))
  await page.locator('dialog section').last().scrollIntoViewIfNeeded()
  await picture(`homes-${size.width}`, page)
  await accessible(name, page)
  await clean(name, page, complaints)
  await done()
}

export async function stepsTogether(browser, base, size) {
  const name = `steps ${size.width}`
  const { page, complaints, done } = await opened(browser, base, size, '#/clause=C111')
  await page.waitForSelector('dialog[open] h3')
  const steps = page.locator('.steps').first()
  if (await steps.count()) {
    equal(`${name}: three in one block`, await steps.locator('li').count(), 3)
    await steps.scrollIntoViewIfNeeded()
    await page.locator('.duty button').first().click()
    await page.waitForSelector('.evidence h4')
    await picture(`steps-${size.width}`, page)
  }
  await accessible(name, page)
  await clean(name, page, complaints)
  await done()
}

async function keepsFocus(name, page) {
  let strayed = 0
  for (const key of ['Shift+Tab', 'Tab', 'Tab', 'Shift+Tab', 'Shift+Tab']) {
    await page.keyboard.press(key)
    strayed += await page.evaluate(() =>
      document.querySelector('dialog').contains(document.activeElement) ? 0 : 1)
  }
  equal(`${name}: Tab stays in the sheet`, strayed, 0)
}

export async function dayByKeyboard(browser, base, size) {
  const name = `day ${size.width}`
  const { page, complaints, done } = await opened(browser, base, size)
  const shown = () => page.inputValue(DAY)
  const today = await shown()
  await page.focus(KNOB)
  const steps = [
    ['ArrowLeft', '2012年9月17日'], ['ArrowRight', '2012年9月18日'], ['PageDown', '2012年8月18日'],
    ['PageUp', '2012年9月18日'], ['Home', '2012年4月1日'], ['End', '2012年12月31日'],
  ]
  equal(`${name}: starts today`, today, '2012年9月18日')
  for (const [key, wanted] of steps) {
    await page.keyboard.press(key)
    equal(`${name}: ${key}`, await shown(), wanted)
  }
  await settled(page)
  await picture(`end-${size.width}`, page)
  await page.fill(DAY, '2012-5-20')
  await page.press(DAY, 'Enter')
  await settled(page)
  equal(`${name}: typed`, await shown(), '2012年5月20日')
  check(`${name}: address names the day`, page.url().includes('day=2012-05-20'))
  await page.fill(DAY, '明天')
  await page.press(DAY, 'Enter')
  check(`${name}: says how to write a day`,
    (await page.textContent('#rail-complaint')).includes('2012-09-18'))
  await clean(name, page, complaints)
  await done()
}

export async function otherOrg(browser, base, size) {
  const name = `org ${size.width}`
  const { page, complaints, done } = await opened(browser, base, size)
  await page.click('.top-bar .org')
  await page.waitForSelector('.org-tree li li')
  await accessible(name, page)
  await picture(`orgs-${size.width}`, page)
  await page.locator('.org-choose', { hasText: '惠民县妇女联合会' }).click()
  await settled(page)
  equal(`${name}: the bar names it`, await page.textContent('.org-name'), '惠民县妇女联合会')
  check(`${name}: address names it`, page.url().includes('org=371621'))
  await clean(name, page, complaints)
  await done()
}

export async function deepLink(browser, base, size) {
  const name = `link ${size.width}`
  const hash = '#clause=C034&org=371602&day=2012-08-31'
  const { page, complaints, done } = await opened(browser, base, size, hash)
  await page.waitForSelector('dialog[open] h3')
  equal(`${name}: the day`, await page.inputValue(DAY), '2012年8月31日')
  equal(`${name}: the organisation`, await page.textContent('.org-name'), '滨城区妇女联合会')
  check(`${name}: the clause`, (await page.textContent('dialog h2')).includes('C034'))
  await clean(name, page, complaints)
  await done()
}

export async function serverAway(browser, base, size) {
  const { page, done } = await freshPage(browser, base, size)
  await page.route('**/api/v1/paper', (route) => route.abort())
  await page.goto(base)
  await page.waitForSelector('[role=alert] button')
  check('server away: says so in plain words',
    (await page.textContent('[role=alert]')).includes('连不上服务，请检查后重试'))
  await picture(`away-${size.width}`, page)
  await page.unroute('**/api/v1/paper')
  await page.click('[role=alert] button')
  await page.waitForSelector('.note')
  check('server away: the button brings the paper', true)
  await page.route('**/api/v1/paper/standing*', (route) => route.abort())
  await page.focus(KNOB)
  await page.keyboard.press('ArrowLeft')
  await page.waitForSelector('[role=alert] button')
  check('server away: no old figures under a new day',
    (await page.locator('.note.mark-lacking').count()) === 0)
  await done()
}

export async function largeAndPrint(browser, base, size) {
  const { page, complaints, done } = await opened(browser, base, size)
  await page.click('.on-red:not(.org)')
  const px = await page.evaluate(() => getComputedStyle(document.documentElement).fontSize)
  equal('large type: 22 px', px, '22px')
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  equal(`large type ${size.width}: nothing wider than the screen`, wide, 0)
  await picture(`large-${size.width}`, page)
  await page.emulateMedia({ media: 'print' })
  equal('print: the rail is gone', await page.isVisible('.rail'), false)
  equal('print: the notes stand at the end', await page.isVisible('.print-notes'), true)
  await picture(`print-${size.width}`, page, true)
  await clean('large and print', page, complaints)
  await done()
}
