// Follows an address as if somebody had clicked a link to it: within the inbox without loading the
// page, elsewhere as any link. `kind` is what such links carry: list, open, peeks.
export function go(address, kind) {
  const link = Object.assign(document.createElement('a'), { href: address, hidden: true })
  link.dataset[kind] = ''
  document.body.append(link)
  link.click()
  link.remove()
}
