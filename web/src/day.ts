// Civil days written as 2012-09-18: reading, writing, moving.
// Why: the paper is judged by whole local days; a time zone must never shift one.
// It does not know today: the server says which day it is.

const DAY_MS = 86_400_000

function parts(day: string): [number, number, number] {
  const [y = 0, m = 1, d = 1] = day.split('-').map(Number)
  return [y, m, d]
}

function stamp(day: string): number {
  const [y, m, d] = parts(day)
  return Date.UTC(y, m - 1, d)
}

function written(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}

export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const time = stamp(text)
  return !Number.isNaN(time) && written(time) === text
}

export function addDays(day: string, n: number): string {
  return written(stamp(day) + n * DAY_MS)
}

/** The same day of another month; the last one where that month is shorter. */
export function addMonths(day: string, n: number): string {
  const [y, m, d] = parts(day)
  const last = new Date(Date.UTC(y, m + n, 0)).getUTCDate()
  return written(Date.UTC(y, m - 1 + n, Math.min(d, last)))
}

export function daysBetween(from: string, to: string): number {
  return Math.round((stamp(to) - stamp(from)) / DAY_MS)
}

export function clampDay(day: string, from: string, to: string): string {
  if (day < from) return from
  return day > to ? to : day
}

/** 2012年9月18日 */
export function dayWords(day: string): string {
  const [y, m, d] = parts(day)
  return `${y}年${m}月${d}日`
}

/** 9月18日 */
export function shortDayWords(day: string): string {
  const [, m, d] = parts(day)
  return `${m}月${d}日`
}

/** A span in the fewest words: 2012年8月, 2012年, or two days. */
export function spanWords(from: string, to: string): string {
  const [y, m, d] = parts(from)
  const [y2, m2] = parts(to)
  const wholeEnds = d === 1 && addDays(to, 1).endsWith('-01')
  if (wholeEnds && y === y2 && m === m2) return `${y}年${m}月`
  if (wholeEnds && y === y2 && m === 1 && m2 === 12) return `${y}年`
  if (wholeEnds && y === y2) return `${y}年${m}月至${m2}月`
  if (from === to) return dayWords(from)
  return `${dayWords(from)}至${y === y2 ? shortDayWords(to) : dayWords(to)}`
}

/** Reads what people type: 2012-9-18, 2012年9月18日, 20120918, 2012.9.18; null when it is no day. */
export function readDay(text: string): string | null {
  const tight = text.trim().replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3')
  const found = /^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?$/.exec(tight)
  if (!found) return null
  const day = `${found[1]}-${found[2]!.padStart(2, '0')}-${found[3]!.padStart(2, '0')}`
  return isDay(day) ? day : null
}
