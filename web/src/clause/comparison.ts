// What another reading changes, as rows and as one sentence.
// Why: “少 12 项完成，多 3 项还差” is understood at once; the table shows where it comes from.
// It does not subtract a hidden count: where one side is hidden the change is not said.
import type { Cell, Comparison, Counts, Status } from '../api'
import { cellWords, thousands } from '../state'
import { words } from '../words'

export interface ChangeRow { word: string; before: string; after: string; change: string }

const GROUPS: { word: string; statuses: Status[] }[] = [
  { word: words.state.met, statuses: ['met'] },
  { word: words.state.under_way, statuses: ['due', 'not_due'] },
  { word: words.state.late, statuses: ['late'] },
  { word: words.state.lacking, statuses: ['missing'] },
  { word: words.state.exempt, statuses: ['exempt', 'cancelled'] },
]

/** The sum, or null where a count in it is hidden. */
function known(cells: Cell[]): number | null {
  return cells.reduce<number | null>(
    (sum, cell) => (sum === null || cell === '<5' ? null : sum + cell), 0)
}

function difference(before: Cell[], after: Cell[]): number | null {
  const [from, to] = [known(before), known(after)]
  return from === null || to === null ? null : to - from
}

function signed(n: number | null): string {
  if (n === null) return words.clause.unsaid
  return n > 0 ? `+${thousands(n)}` : n < 0 ? `−${thousands(-n)}` : '0'
}

export function changeRows(official: Counts, other: Counts): ChangeRow[] {
  return GROUPS.map(({ word, statuses }) => {
    const before = statuses.map((s) => official[s])
    const after = statuses.map((s) => other[s])
    return {
      word,
      before: cellWords(...before),
      after: cellWords(...after),
      change: signed(difference(before, after)),
    }
  }).filter((row) => row.before !== '0' || row.after !== '0')
}

export function changeSentence(compared: Comparison, other: Counts): string {
  const parts = GROUPS.flatMap(({ word, statuses }) => {
    const n = difference(
      statuses.map((s) => compared.official[s]),
      statuses.map((s) => other[s]),
    )
    if (!n) return []
    return n > 0 ? words.clause.more(thousands(n), word) : words.clause.fewer(thousands(-n), word)
  })
  if (compared.appear !== 0) parts.push(words.clause.appear(cellWords(compared.appear)))
  if (compared.vanish !== 0) parts.push(words.clause.vanish(cellWords(compared.vanish)))
  return words.clause.changes(parts)
}
