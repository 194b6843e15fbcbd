// One answer from the server, and whether it is there, on its way, or could not be had.
// Why: every part of the page needs the same three states, and a newer question must end an older one.
// It does not retry by itself: people press the button, so that nothing happens behind their back.
import { onScopeDispose, shallowRef } from 'vue'
import { Refused } from './api'

export type Trouble = 'unreachable' | 'absent'

export function useLoad<T>() {
  const value = shallowRef<T | null>(null)
  const busy = shallowRef(false)
  const trouble = shallowRef<Trouble | null>(null)
  let running: AbortController | null = null

  function drop() {
    running?.abort()
    running = null
    busy.value = false
  }

  /** Asks; a later call ends this one. An old answer stays visible while the new one is on its way. */
  async function ask(question: (signal: AbortSignal) => Promise<T>) {
    drop()
    const mine = new AbortController()
    running = mine
    busy.value = true
    trouble.value = null
    try {
      const answer = await question(mine.signal)
      if (running === mine) value.value = answer
    } catch (error) {
      if (running !== mine) return
      // An old figure under a new date would be a false statement.
      value.value = null
      trouble.value = error instanceof Refused && error.status === 404 ? 'absent' : 'unreachable'
    } finally {
      if (running === mine) busy.value = false
    }
  }

  function clear() {
    drop()
    value.value = null
    trouble.value = null
  }

  onScopeDispose(drop)
  return { value, busy, trouble, ask, clear }
}
