// Shows what woke the browser. Keeps no page and no file: what people read comes from the server.
self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', event => event.waitUntil(self.clients.claim()))
self.addEventListener('push', event => event.waitUntil(show(event.data)))
self.addEventListener('notificationclick', event => event.waitUntil(open(event.notification)))

const windows = () => self.clients.matchAll({ type: 'window', includeUncontrolled: true })

async function show(data) {
  let said
  try {
    said = data.json()
  } catch {
    return
  }
  const open = await windows()
  // Whoever looks at a page of ours is told there.
  if (open.some(client => client.focused && client.visibilityState === 'visible')) return
  const { title, body, tag, address } = said
  // An open page makes the sound that was chosen; two at once would be one too many.
  await self.registration.showNotification(title, { body, tag, data: { address }, silent: open.length > 0 })
}

async function open(notification) {
  notification.close()
  const address = new URL(notification.data?.address ?? '/', self.location.origin)
  if (address.origin !== self.location.origin) return
  const [client] = await windows()
  if (!client) return self.clients.openWindow(address.href)
  await client.focus()
  return client.navigate(address.href)
}
