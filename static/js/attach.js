// The table of behaviours, and the one way to give an element its own.
export const registered = {}
const attached = new WeakMap()

export function attach(root) {
  for (const element of [root, ...root.querySelectorAll('[data-behaviour]')]) {
    for (const name of (element.dataset?.behaviour ?? '').split(' ').filter(Boolean)) {
      const names = attached.get(element) ?? attached.set(element, new Set()).get(element)
      if (registered[name] && !names.has(name)) {
        names.add(name)
        registered[name](element)
      }
    }
  }
}
