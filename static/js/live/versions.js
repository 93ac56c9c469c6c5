// The guard: what a page has seen of a conversation. A change that is older is ignored, one that
// leaves a gap makes the page ask for what it missed.
export function verdict(known, previous, version, isWhole) {
  if (version <= known) return 'seen'
  if (previous > known && !isWhole) return 'gap'
  return 'fresh'
}
