// The state of a sentence, judged from the counts of what it asks.
// Why: underline, margin note and bottom rail must say the same; the rule stands here once.
// It does not count anything itself: the counts come from the server and are shown as given.
import type { Cell, Clause, Counts, Obligation, State, Status } from './api'
import { words } from './words'

export const STATES: State[] = ['met', 'under_way', 'late', 'lacking']

/** The least a cell can be: a hidden one is at least one. */
export function least(cell: Cell): number {
  return cell === '<5' ? 1 : cell
}

/** Several cells as one in words; with a hidden one the sum is not known exactly. */
export function cellWords(...cells: Cell[]): string {
  const known = cells.reduce<number>((sum, c) => sum + (c === '<5' ? 0 : c), 0)
  if (!cells.includes('<5')) return thousands(known)
  return known > 0 ? words.state.orMore(thousands(known)) : words.state.few
}

const hidden = (c: Counts) => Object.values(c).includes('<5')

/** null: nothing is owed here on this day, so there is nothing to say. */
export function stateOf(counts: Counts | undefined): State | null {
  if (!counts) return null
  if (least(counts.missing) > 0) return 'lacking'
  if (least(counts.late) > 0) return 'late'
  if (least(counts.due) > 0 || least(counts.not_due) > 0) return 'under_way'
  return least(counts.met) > 0 ? 'met' : null
}

/** What a mark looks like: a state, advice (never judged), or nothing. */
export type Mark = State | 'advice' | null

export function markOf(clause: Clause | undefined, counts: Counts | undefined): Mark {
  if (!clause) return null
  return clause.origin === 'advice' ? 'advice' : stateOf(counts)
}

/** The gravest mark of several clauses over the same words; advice only where nothing else speaks. */
export function gravest(marks: Mark[]): Mark {
  const judged = marks.filter((m): m is State => m !== null && m !== 'advice')
  if (judged.length) {
    return judged.reduce((a, b) => (STATES.indexOf(b) > STATES.indexOf(a) ? b : a))
  }
  return marks.includes('advice') ? 'advice' : null
}

export function markWord(mark: Mark): string {
  return mark === null ? words.state.none : words.state[mark]
}

/** Whether there is anything to say beside the text: a state, advice, a figure, or all exempt. */
export function speaks(clause: Clause, counts: Counts | undefined): boolean {
  return markOf(clause, counts) !== null || figureOf(counts) !== ''
}

/** The word of a note. Without a state it says only what its figure is. */
export function noteWord(mark: Mark, counts: Counts | undefined): string {
  if (mark !== null || !figureOf(counts)) return markWord(mark)
  return counts?.figure ? words.state.counted : words.state.exempt
}

export type RowMark = State | 'quiet' | 'waiting'

/** How the status of one obligation looks in a list. */
export const statusMark: Record<Status, RowMark> = {
  not_due: 'waiting',
  due: 'under_way',
  met: 'met',
  late: 'late',
  missing: 'lacking',
  exempt: 'quiet',
  cancelled: 'quiet',
}

/** How many are owed at least. */
export function owed(c: Counts): number {
  return least(c.not_due) + least(c.due) + least(c.met) + least(c.late) + least(c.missing)
}

/** The figure of a note: as the server words it, else done of owed and what is lacking. */
export function figureOf(counts: Counts | undefined): string {
  if (!counts) return ''
  if (counts.figure) return counts.figure.replace(/\s*\/\s*/g, ' / ').replace(/<5/g, words.state.few)
  const total = owed(counts)
  if (total === 0) return least(counts.exempt) > 0 ? cellWords(counts.exempt) : ''
  const said = [`${cellWords(counts.met, counts.late)} / ${
    hidden(counts)
      ? cellWords(counts.not_due, counts.due, counts.met, counts.late, counts.missing)
      : thousands(total)
  }`]
  if (least(counts.missing) > 0) said.push(words.lackingN(cellWords(counts.missing)))
  return said.join(' · ')
}

/** How many sentences stand in each state. Advice counts nowhere. */
export function tally(
  clauses: Clause[],
  standing: Record<string, Counts>,
): Record<State, number> {
  const sum: Record<State, number> = { met: 0, under_way: 0, late: 0, lacking: 0 }
  for (const clause of clauses) {
    const mark = markOf(clause, standing[clause.id])
    if (mark !== null && mark !== 'advice') sum[mark] += 1
  }
  return sum
}

/** `甲=1;乙=0` against `甲>=1;乙>=1` as `甲 1 / 1，乙 0 / 1`; one figure as `1 / 2`. */
export function amountWords(row: Pick<Obligation, 'value' | 'target'>): string {
  const value = said(row.value)
  const target = said(row.target)
  if (!value.includes('=')) return [value, target].filter(Boolean).join(' / ')
  const wanted = new Map(
    target.split(';').map((part) => part.split(/[<>=!]+/) as [string, string]),
  )
  return value
    .split(';')
    .map((part) => {
      const [name = '', have = ''] = part.split('=')
      const want = wanted.get(name)
      return want ? `${name} ${have} / ${want}` : `${name} ${have}`
    })
    .join('，')
}

const said = (text: string | number | null) =>
  text === null ? '' : String(text).replace(/<5/g, words.state.few)

/** Remarks of an obligation in words; one that has none is not shown. */
export function flagWords(flags: string[]): string[] {
  return flags.map((flag) => words.flag[flag] ?? '').filter(Boolean)
}

export function thousands(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+(?!\d))/g, ',')
}
