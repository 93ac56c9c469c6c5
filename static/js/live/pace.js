// Asks at once, then at most once in a while: a wish during a pause or a question is one more
// question after it. In a hidden tab the pauses are long, for nobody looks.
const PAUSE_MS = 400
const HIDDEN_PAUSE_MS = 10_000

export function paced(question) {
  let isAsking = false
  let isWanted = false
  let asked = 0
  let timer = 0

  function ask() {
    isWanted = true
    if (isAsking) return
    clearTimeout(timer)
    const pause = document.hidden ? HIDDEN_PAUSE_MS : PAUSE_MS
    timer = setTimeout(now, Math.max(0, asked + pause - Date.now()))
  }

  async function now() {
    isWanted = false
    isAsking = true
    asked = Date.now()
    try {
      await question()
    } catch { /* the next nudge, or the reconnection, asks again */ } finally {
      isAsking = false
      if (isWanted) ask()
    }
  }

  // A tab that comes back does not wait for the long pause to end.
  document.addEventListener('visibilitychange', () => !document.hidden && isWanted && ask())
  return ask
}
