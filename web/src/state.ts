// The state of a sentence, judged from the counts of what it asks.
// Why: underline, margin note and bottom rail must say the same; the rule stands here once.
// It does not count anything itself: the counts come from the server and are shown as given.
import type { Clause, Counts, State, Status } from './api'
import { words } from './words'

export const STATES: State[] = ['met', 'under_way', 'late', 'lacking']

/** null: nothing is owed here on this day, so there is nothing to say. */
export function stateOf(counts: Counts | undefined): State | null {
  if (!counts) return null
  if (counts.missing > 0) return 'lacking'
  if (counts.late > 0) return 'late'
  if (counts.due > 0 || counts.not_due > 0) return 'under_way'
  return counts.met > 0 ? 'met' : null
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

export function owed(c: Counts): number {
  return c.not_due + c.due + c.met + c.late + c.missing
}

/** The figure of a note: as the server words it, else done of owed and what is lacking. */
export function figureOf(counts: Counts | undefined): string {
  if (!counts) return ''
  if (counts.figure) return counts.figure.replace(/\s*\/\s*/g, ' / ')
  const total = owed(counts)
  if (total === 0) return counts.exempt > 0 ? thousands(counts.exempt) : ''
  const said = [`${thousands(counts.met + counts.late)} / ${thousands(total)}`]
  if (counts.missing > 0) said.push(words.lackingN(thousands(counts.missing)))
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

export function thousands(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+(?!\d))/g, ',')
}
