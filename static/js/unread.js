// How many notifications are unread: in the tab's title and icon.
const MARK = count => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect width="24" height="24" rx="6.5" fill="#0f6670"/><circle cx="14" cy="12" r="9.5" fill="#b3261e"/><text x="14" y="16.6" font-family="sans-serif" font-size="13" font-weight="700" text-anchor="middle" fill="#fff">${count}</text></svg>`

let plain = ''

export function showUnread(count) {
  const icon = document.getElementById('favicon')
  plain ||= icon.href
  const title = document.title.replace(/^\(\d+\) /, '')
  const wanted = count ? `(${count}) ${title}` : title
  if (document.title !== wanted) document.title = wanted
  const address = count ? `data:image/svg+xml,${encodeURIComponent(MARK(count > 9 ? '9+' : count))}` : plain
  if (icon.href !== address) icon.href = address
}
