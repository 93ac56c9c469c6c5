// The sounds of notifications: one tab of several makes them, and never two at once.
const HELD_MS = 1_500
const RUNG = 'ramal-rung'

// Returns whether this tab has made it. A tab that nobody has touched yet may make no sound, and
// leaves it to another one.
export async function ring({ notification, sound, volume }) {
  if (!sound || !navigator.userActivation?.hasBeenActive) return false
  if (!navigator.locks) return !document.hidden && isFirst(notification) && play(sound, volume)
  return navigator.locks.request('ramal-ring', { ifAvailable: true }, async lock => {
    if (!lock || !isFirst(notification)) return false
    const isHeard = await play(sound, volume)
    await new Promise(done => setTimeout(done, HELD_MS))
    return isHeard
  })
}

export async function play(sound, volume) {
  const audio = Object.assign(new Audio(sound), { volume: volume / 100 })
  return audio.play().then(() => true, () => false)
}

// A tab in the background may hear of it only when the lock is free again.
function isFirst(notification) {
  if (localStorage.getItem(RUNG) === notification) return false
  localStorage.setItem(RUNG, notification)
  return true
}
