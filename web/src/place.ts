// Where the reader is: which sentence is open, under which reading, which organisation, which day.
// Why: all stand in the address (#/clause=C035&org=371602&day=2012-09-18), so that a place can
// be sent to a colleague and the phone's Back key closes a sheet.
// It does not check that the clause or organisation exists: the server says so.
import { reactive } from 'vue'
import { isDay } from './day'

export interface Place {
  clause: string
  org: string
  day: string
  /** Other readings of the open clause, to look at: C035/april=include. */
  reading: string[]
}

const NAME = /^[\p{L}\p{N}_./-]{1,64}$/u

const READING = /^[\p{L}\p{N}_./-]{1,64}=[\p{L}\p{N}_-]{1,64}$/u
const READINGS_MAX = 8

export function readPlace(hash: string): Place {
  const said = new URLSearchParams(hash.replace(/^#\/?/, ''))
  const name = (key: string) => {
    const text = said.get(key) ?? ''
    return NAME.test(text) ? text : ''
  }
  const day = said.get('day') ?? ''
  const reading = said.getAll('reading').filter((r) => READING.test(r)).slice(0, READINGS_MAX)
  return { clause: name('clause'), org: name('org'), day: isDay(day) ? day : '', reading }
}

export function writePlace(place: Place): string {
  const said = new URLSearchParams()
  if (place.clause) said.set('clause', place.clause)
  if (place.org) said.set('org', place.org)
  if (place.day) said.set('day', place.day)
  // A reading is one of the open clause; without it there is nothing to read otherwise.
  if (place.clause) for (const reading of place.reading) said.append('reading', reading)
  return `#/${said}`
}

export const place = reactive<Place>(readPlace(location.hash))

addEventListener('hashchange', () => Object.assign(place, readPlace(location.hash)))

/** The address of another place; what is not named stays. */
export function linkTo(change: Partial<Place>): string {
  return writePlace(moved(change))
}

/** A reading belongs to the clause it was chosen in; another clause begins with the official one. */
function moved(change: Partial<Place>): Place {
  const other = change.clause !== undefined && change.clause !== place.clause
  return { ...place, ...(other ? { reading: [] } : {}), ...change }
}

/** Goes there as a step of its own, which Back undoes. */
export function go(change: Partial<Place>) {
  Object.assign(place, moved(change))
  history.pushState(null, '', writePlace(place))
}

/** Goes there without a new step: for the knob, and for closing. */
export function shift(change: Partial<Place>) {
  Object.assign(place, moved(change))
  history.replaceState(null, '', writePlace(place))
}

addEventListener('popstate', () => Object.assign(place, readPlace(location.hash)))
