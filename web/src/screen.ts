// What the page knows of the screen: wide enough for a margin, and the reader's wish for large type.
// Why: notes stand in the margin or under their paragraph, and large type must survive a reload.
// It does not store anything else on the machine; without storage the wish lasts for this visit.
import { ref, type Ref } from 'vue'

const KEY = 'nuanjia.large-type'

/** True while there is room for notes beside the text. */
export function useWide(): Ref<boolean> {
  const asked = matchMedia('(min-width: 1100px)')
  const wide = ref(asked.matches)
  asked.addEventListener('change', (event) => (wide.value = event.matches))
  return wide
}

export function useLargeType(): { large: Ref<boolean>; toggle: () => void } {
  const large = ref(kept())
  const show = () => document.documentElement.classList.toggle('large-type', large.value)
  show()
  function toggle() {
    large.value = !large.value
    show()
    try {
      localStorage.setItem(KEY, large.value ? '1' : '0')
    } catch {
      // Storage may be shut; the wish then lasts for this visit.
    }
  }
  return { large, toggle }
}

function kept(): boolean {
  try {
    return localStorage.getItem(KEY) === '1'
  } catch {
    return false
  }
}
