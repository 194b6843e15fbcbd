// Where the reader is: which sentence is open, which organisation, which day.
// Why: the three stand in the address (#/clause=C035&org=371602&day=2012-09-18), so that a place can
// be sent to a colleague and the phone's Back key closes a sheet.
// It does not check that the clause or organisation exists: the server says so.
import { reactive } from 'vue'
import { isDay } from './day'

export interface Place { clause: string; org: string; day: string }

const NAME = /^[\p{L}\p{N}_./-]{1,64}$/u

export function readPlace(hash: string): Place {
  const said = new URLSearchParams(hash.replace(/^#\/?/, ''))
  const name = (key: string) => {
    const text = said.get(key) ?? ''
    return NAME.test(text) ? text : ''
  }
  const day = said.get('day') ?? ''
  return { clause: name('clause'), org: name('org'), day: isDay(day) ? day : '' }
}

export function writePlace(place: Place): string {
  const said = new URLSearchParams()
  if (place.clause) said.set('clause', place.clause)
  if (place.org) said.set('org', place.org)
  if (place.day) said.set('day', place.day)
  return `#/${said}`
}

export const place = reactive<Place>(readPlace(location.hash))

addEventListener('hashchange', () => Object.assign(place, readPlace(location.hash)))

/** The address of another place; what is not named stays. */
export function linkTo(change: Partial<Place>): string {
  return writePlace({ ...place, ...change })
}

/** Goes there as a step of its own, which Back undoes. */
export function go(change: Partial<Place>) {
  Object.assign(place, change)
  history.pushState(null, '', writePlace(place))
}

/** Goes there without a new step: for the knob, and for closing. */
export function shift(change: Partial<Place>) {
  Object.assign(place, change)
  history.replaceState(null, '', writePlace(place))
}

addEventListener('popstate', () => Object.assign(place, readPlace(location.hash)))
