// Which conversation this tab shows to somebody, for the other tabs: held as a lock, which the
// browser gives back when the tab goes, however it goes.
let held = ''
let release = null

export function noteReading(conversation) {
  if (conversation === held) return
  release?.()
  release = null
  held = conversation
  if (!held || !navigator.locks) return
  const lock = new Promise(done => (release = done))
  navigator.locks.request(name(held), { mode: 'shared' }, () => lock)
}

export async function isBeingRead(conversation) {
  if (!conversation) return false
  if (conversation === held) return true
  const all = await navigator.locks?.query()
  return all?.held.some(lock => lock.name === name(conversation)) ?? false
}

const name = conversation => `ramal-reading-${conversation}`
